import { describe, expect, it } from "vitest";
import { keyParameters, updateParameters } from "../../../shared/engine/table/expressions.ts";

describe("updateParameters", () => {
  it("puts every kind of change into one expression", () => {
    const change = {
      set: { status: "STARTED", progress: undefined },
      setOnce: { created_at: 1 },
      add: { attempts: 1 },
      append: { events: [{ s: "STARTED" }] },
      remove: ["error", "result"],
    };
    const condition = {
      condition: "#status = :pending AND #attempts < #max_attempts",
      values: { ":pending": "PENDING" },
    };
    expect(updateParameters(change, condition)).toEqual({
      UpdateExpression:
        "SET #status = :value1, #created_at = if_not_exists(#created_at, :value2), #events = list_append(#events, :value3) ADD #attempts :value4 REMOVE #error, #result",
      ConditionExpression: "#status = :pending AND #attempts < #max_attempts",
      ExpressionAttributeNames: {
        "#status": "status",
        "#attempts": "attempts",
        "#max_attempts": "max_attempts",
        "#created_at": "created_at",
        "#events": "events",
        "#error": "error",
        "#result": "result",
      },
      ExpressionAttributeValues: {
        ":pending": "PENDING",
        ":value1": "STARTED",
        ":value2": 1,
        ":value3": [{ s: "STARTED" }],
        ":value4": 1,
      },
    });
  });

  it("leaves out what DynamoDB refuses: empty clauses, names and values", () => {
    expect(updateParameters({ remove: ["probe"] })).toEqual({
      UpdateExpression: "REMOVE #probe",
      ExpressionAttributeNames: { "#probe": "probe" },
    });
  });

  it("gives counters whose names a placeholder cannot have placeholders of their own", () => {
    const { ExpressionAttributeNames: names, UpdateExpression } = updateParameters({
      add: { "n|a|SUCCESS": 1, "n|b|SUCCESS": 2 },
    });
    expect(UpdateExpression).toMatch(/^ADD #\w+ :\w+, #\w+ :\w+$/);
    expect(Object.values(names ?? {})).toEqual(["n|a|SUCCESS", "n|b|SUCCESS"]);
  });

  it("stays far from DynamoDB's 4 KB with the counters of a large batch", () => {
    const counters = Array.from({ length: 100 }, (_, index) => [`d|batch_generate_embeddings|${index}`, index]);
    const { UpdateExpression } = updateParameters({ add: Object.fromEntries(counters) });
    expect(UpdateExpression.length).toBeLessThan(2_500);
  });
});

describe("keyParameters", () => {
  const index = { partitionKey: "list_pk", sortKey: "list_sk" };
  const names = { "#pk": "list_pk", "#sk": "list_sk" };

  it.each([
    [{}, "#pk = :pk", {}],
    [{ from: 1 }, "#pk = :pk AND #sk >= :from", { ":from": 1 }],
    [{ until: 2 }, "#pk = :pk AND #sk <= :until", { ":until": 2 }],
    [{ from: 1, until: 2 }, "#pk = :pk AND #sk BETWEEN :from AND :until", { ":from": 1, ":until": 2 }],
    [{ before: 3 }, "#pk = :pk AND #sk < :before", { ":before": 3 }],
    [{ from: 0 }, "#pk = :pk AND #sk >= :from", { ":from": 0 }],
  ])("%j", (bounds, KeyConditionExpression, values) => {
    expect(keyParameters(index, { partition: "P#1", ...bounds })).toEqual({
      KeyConditionExpression,
      ExpressionAttributeNames: Object.keys(values).length > 0 ? names : { "#pk": "list_pk" },
      ExpressionAttributeValues: { ":pk": "P#1", ...values },
    });
  });
});
