/**
 * What a change of it makes CloudFormation replace a table that is kept, or fail: read "Change the tables" in
 * docs/deployment.md before you change what stands here.
 *
 * @module
 */

import { describe, expect, test } from "vitest";
import { z } from "zod";
import { synthesize } from "../helpers/synthesized.ts";

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.string() }));
const indexSchema = z.object({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.object({ ProjectionType: z.string(), NonKeyAttributes: z.array(z.string()).optional() }),
});
const shapeSchema = z.object({
  KeySchema: keySchema,
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
  GlobalSecondaryIndexes: z.array(indexSchema),
  TimeToLiveSpecification: z.object({ AttributeName: z.string(), Enabled: z.boolean() }),
});

const short = (keys: z.infer<typeof keySchema>, types: ReadonlyMap<string, string>) =>
  keys.map(({ AttributeName, KeyType }) => `${AttributeName} ${types.get(AttributeName)} ${KeyType}`).join(", ");

test("tables, keys and indexes are those that deployed stages have", () => {
  const tables = synthesize()
    .ofType("AWS::DynamoDB::Table")
    .map(({ id, properties }) => {
      const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, TimeToLiveSpecification } =
        shapeSchema.parse(properties);
      const types = new Map(AttributeDefinitions.map((each) => [each.AttributeName, each.AttributeType]));
      const indexes = GlobalSecondaryIndexes.map(({ IndexName, KeySchema: keys, Projection }) => [
        IndexName,
        short(keys, types),
        (Projection.NonKeyAttributes ?? [Projection.ProjectionType]).join(" "),
      ]);
      return { id, keys: short(KeySchema, types), ttl: TimeToLiveSpecification.AttributeName, indexes };
    });

  expect(tables).toMatchInlineSnapshot(`
    [
      {
        "id": "JobsDF1CC2D4",
        "indexes": [
          [
            "list",
            "list_pk S HASH, list_sk S RANGE",
            "task_name project_id batch_id",
          ],
          [
            "work",
            "work_pk S HASH, work_at N RANGE",
            "task_name project_id queue lane worker status generation created_at started_at finished_at fingerprint",
          ],
          [
            "queued",
            "queued_pk S HASH, list_sk S RANGE",
            "queued_jobs",
          ],
          [
            "open",
            "open_pk S HASH, list_sk S RANGE",
            "queued_jobs finished_at",
          ],
        ],
        "keys": "pk S HASH, sk S RANGE",
        "ttl": "ttl",
      },
      {
        "id": "Keys4E30B592",
        "indexes": [
          [
            "list",
            "list S HASH, created S RANGE",
            "ALL",
          ],
        ],
        "keys": "key_id S HASH",
        "ttl": "ttl",
      },
    ]
  `);
});

const keepingSchema = z.object({
  BillingMode: z.string(),
  StreamSpecification: z.unknown().optional(),
  DeletionProtectionEnabled: z.boolean(),
  PointInTimeRecoverySpecification: z.object({ PointInTimeRecoveryEnabled: z.boolean() }),
});

describe.each([
  ["dev", { recovery: false, protection: false, whenRemoved: "Delete", whenReplaced: "Delete" }],
  ["staging", { recovery: true, protection: false, whenRemoved: "RetainExceptOnCreate", whenReplaced: "Retain" }],
  ["prod", { recovery: true, protection: true, whenRemoved: "RetainExceptOnCreate", whenReplaced: "Retain" }],
])("the tables of a stage %s", (SLUICE_STAGE, kept) => {
  test("are billed by request, have no stream, and are kept as deployed stages keep theirs", () => {
    const tables = synthesize({ SLUICE_STAGE })
      .ofType("AWS::DynamoDB::Table")
      .map(({ properties, deletionPolicy, updateReplacePolicy }) => {
        const { BillingMode, StreamSpecification, ...rest } = keepingSchema.parse(properties);
        return {
          billing: BillingMode,
          stream: StreamSpecification,
          recovery: rest.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled,
          protection: rest.DeletionProtectionEnabled,
          whenRemoved: deletionPolicy,
          whenReplaced: updateReplacePolicy,
        };
      });
    const each = { billing: "PAY_PER_REQUEST", stream: undefined, ...kept };
    expect(tables).toEqual([each, each]);
  });
});
