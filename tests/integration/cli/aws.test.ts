/**
 * The commands that talk to AWS itself: DynamoDB's emulator, and servers with CloudFormation's and CloudWatch's answers.
 *
 * @module
 */

import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { hashApiKey } from "../../../contracts/keys/api-keys.ts";
import { earlierKeyAddress } from "../../../contracts/keys/earlier-api-keys.ts";
import { runCli } from "../../helpers/cli.ts";
import { type JsonServer, startJsonServer } from "../../helpers/json-server.ts";
import { type StackDescriber, startStackDescriber } from "../../helpers/stack-describer.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
let stacks: StackDescriber;
/** Stages that an earlier version deployed do not name the table of keys. */
const earlier = { BucketName: "files", TableName: "jobs" };
const outputs = { ...earlier, KeyTableName: "keys" };

beforeAll(async () => {
  api = await TestApi.start();
  stacks = await startStackDescriber("sluice-test-storage");
  stacks.has(outputs);
});
afterAll(async () => {
  await api.close();
  await stacks[Symbol.asyncDispose]();
});

test("writes the first admin key into the deployed table, where the authorizer finds it", async () => {
  const made = await runCli(["keys", "create", "--bootstrap", "--stage", "test", "--project", "shop", "--json"]);

  expect(made).toMatchObject({ code: 0, stderr: "" });
  const { key, key_id } = JSON.parse(made.stdout);
  expect(key).toMatch(/^slc_[0-9a-f]{48}$/);
  expect(await api.keys.find(key)).toMatchObject({
    key_id,
    project_id: "shop",
    scopes: ["submit", "read", "admin"],
    name: "bootstrap",
  });
  expect((await api.keys.list({ limit: 10 })).keys.map((each) => each.key_id)).toContain(key_id);
});

test("writes it where the authorizer of a stage that an earlier version deployed looks", async () => {
  stacks.has(earlier);
  const made = await runCli(["keys", "create", "--bootstrap", "--stage", "test"]);
  stacks.has(outputs);

  const key = made.stdout.trim();
  const Key = earlierKeyAddress(await hashApiKey(key));
  const { Item } = await api.jobs.store.table.document.send(new GetCommand({ TableName: "jobs", Key }));
  expect(Item).toMatchObject({ project_id: "default", list_pk: "KEYS" });
  expect(await api.keys.find(key)).toMatchObject({ project_id: "default" });
});

test("prints the key alone, so that a script can keep it", async () => {
  const { code, stdout, stderr } = await runCli([
    "keys",
    "create",
    "--bootstrap",
    "--stage",
    "test",
    "--scope",
    "read",
  ]);

  expect(code).toBe(0);
  expect(await api.keys.find(stdout.trim())).toMatchObject({ project_id: "default", scopes: ["read"] });
  expect(stderr).toContain("of project default may: read");
});

test("says so when the stage is not deployed", async () => {
  const { code, stderr } = await runCli(["keys", "create", "--bootstrap"], { env: { SLUICE_STAGE: "nowhere" } });

  expect(code).toBe(4);
  expect(stacks.asked.at(-1)).toBe("sluice-nowhere-storage");
  expect(stderr).toMatch(/There is no sluice-nowhere-storage in this account and region/);
});

test.each([
  [["--stage", "Big Stage"], /--stage Big Stage: must be lower-case/],
  [["--stage", "test", "--project", "a b"], /--project a b: must be letters/],
])("refuses %j before it asks AWS", async (more, message) => {
  const { code, stderr } = await runCli(["keys", "create", "--bootstrap", ...more]);

  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});

test("restores API keys only where it is asked to", async () => {
  const { document } = api.jobs.store.table;
  const made = await runCli(["keys", "create", "--bootstrap", "--stage", "test"]);
  const key = made.stdout.trim();
  const found = await api.keys.find(key);
  await document.send(
    new CreateTableCommand({
      TableName: "keys-restored",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "key_id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "key_id", KeyType: "HASH" }],
    }),
  );
  const Key = { key_id: found?.key_id };
  const { Item } = await document.send(new GetCommand({ TableName: "keys", Key }));
  await document.send(new PutCommand({ TableName: "keys-restored", Item }));
  await document.send(new DeleteCommand({ TableName: "keys", Key }));

  const restored = await runCli(["restore", "--from", "keys-restored", "--keys", "--stage", "test"]);

  expect(restored).toMatchObject({ code: 0, stdout: expect.stringMatching(/does not have 1\n1 copied\n$/) });
  expect(await api.keys.find(key)).toEqual(found);
});

let logs: JsonServer;
beforeEach(async () => {
  const answers: Record<string, unknown> = {
    "Logs_20140328.DescribeLogGroups": {
      logGroups: [
        { logGroupName: "/aws/lambda/sluice-prod-api" },
        { logGroupName: "/aws/lambda/sluice-prod-summarize" },
      ],
    },
  };
  logs = await startJsonServer(({ headers, body }) => {
    const target = String(headers["x-amz-target"]);
    if (target in answers) return { status: 200, body: answers[target] };
    const group = typeof body === "object" && body !== null && "logGroupName" in body ? String(body.logGroupName) : "";
    const api = group.endsWith("api");
    const event = { eventId: group, timestamp: Date.UTC(2026, 10, 21, 10, 0, api ? 1 : 2), message: `from ${group}\n` };
    return { status: 200, body: { events: [event] } };
  });
  process.env.AWS_ENDPOINT_URL_CLOUDWATCH_LOGS = logs.url;
  return () => logs[Symbol.asyncDispose]();
});

test("shows the logs of all functions of a stage in the order of time", async () => {
  const { code, stdout } = await runCli(["logs", "--stage", "prod", "--filter", "5d0f", "--since", "1h"]);

  expect(code).toBe(0);
  expect(stdout).toBe(
    "10:00:01.000 api from /aws/lambda/sluice-prod-api\n10:00:02.000 summarize from /aws/lambda/sluice-prod-summarize\n",
  );
  const [, filter] = logs.requests;
  expect(filter?.body).toMatchObject({ filterPattern: '"5d0f"' });
});

test("asks which stage is meant rather than guess", async () => {
  const { code, stderr } = await runCli(["logs", "--url", "https://x.example"]);

  expect(code).toBe(2);
  expect(stderr).toContain("Give --stage");
});

test("shows the logs of one function, a JSON line each", async () => {
  const { stdout } = await runCli(["logs", "summarize", "--stage", "prod", "--json"]);

  expect(
    stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([
    {
      at: "2026-11-21T10:00:02.000Z",
      function: "summarize",
      level: null,
      message: "from /aws/lambda/sluice-prod-summarize",
    },
  ]);
  expect(logs.requests).toHaveLength(1);
});

test("shows lines of a level and above, and those that have none", async () => {
  const lines = [
    '{"level":"INFO","message":"answered"}',
    '{"level":"ERROR","message":"failed for good"}',
    "START RequestId: 5d0f Version: $LATEST",
    "2026-11-21T10:00:02.000Z 5d0f Task timed out after 30.00 seconds",
    "REPORT RequestId: 5d0f\tDuration: 30000 ms\tStatus: timeout",
  ];
  const events = lines.map((message, at) => ({ eventId: String(at), timestamp: Date.UTC(2026, 10, 21) + at, message }));
  logs.failNext({ status: 200, body: { events } });

  const { stdout } = await runCli(["logs", "summarize", "--stage", "prod", "--level", "warn"]);

  expect(stdout.trim().split("\n")).toEqual([
    expect.stringContaining("failed for good"),
    expect.stringContaining("Task timed out"),
    expect.stringContaining("Status: timeout"),
  ]);
});
