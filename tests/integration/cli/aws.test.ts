/**
 * The commands that talk to AWS itself: DynamoDB's emulator, and servers with CloudFormation's and CloudWatch's answers.
 *
 * @module
 */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { hashApiKey } from "../../../contracts/keys/api-keys.ts";
import { earlierKeyAddress } from "../../../contracts/keys/earlier-api-keys.ts";
import { runCli } from "../../helpers/cli.ts";
import { type JsonServer, startJsonServer } from "../../helpers/json-server.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
let cloudFormation: Server;
const asked: string[] = [];
const KEY_OUTPUT = "<member><OutputKey>KeyTableName</OutputKey><OutputValue>keys</OutputValue></member>";
/** Missing in stages that an earlier version deployed. */
let keyOutput = KEY_OUTPUT;

/** A stack as CloudFormation describes it; `sluice-test-storage` is the only one. */
const description = (
  keyOutput: string,
) => `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult>
  <Stacks><member><StackName>sluice-test-storage</StackName><CreationTime>2026-11-21T10:00:00Z</CreationTime>
  <StackStatus>CREATE_COMPLETE</StackStatus><Outputs>
    <member><OutputKey>BucketName</OutputKey><OutputValue>files</OutputValue></member>
    <member><OutputKey>TableName</OutputKey><OutputValue>jobs</OutputValue></member>
    ${keyOutput}
  </Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
const missing = `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>
  <Code>ValidationError</Code><Message>Stack with id x does not exist</Message></Error></ErrorResponse>`;

beforeAll(async () => {
  api = await TestApi.start();
  cloudFormation = createServer((request, response) => {
    void text(request).then((body) => {
      const name = new URLSearchParams(body).get("StackName") ?? "";
      asked.push(name);
      const known = name === "sluice-test-storage";
      response
        .writeHead(known ? 200 : 400, { "content-type": "text/xml" })
        .end(known ? description(keyOutput) : missing);
    });
  });
  await new Promise<void>((resolve) => cloudFormation.listen(0, "127.0.0.1", resolve));
  const { port } = cloudFormation.address() as AddressInfo;
  process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  await api.close();
  await new Promise((resolve) => cloudFormation.close(resolve));
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
  expect((await api.keys.list(10)).keys.map((each) => each.key_id)).toContain(key_id);
});

test("writes it where the authorizer of a stage that an earlier version deployed looks", async () => {
  keyOutput = "";
  const made = await runCli(["keys", "create", "--bootstrap", "--stage", "test"]);
  keyOutput = KEY_OUTPUT;

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
  expect(asked.at(-1)).toBe("sluice-nowhere-storage");
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
    { at: "2026-11-21T10:00:02.000Z", function: "summarize", message: "from /aws/lambda/sluice-prod-summarize" },
  ]);
  expect(logs.requests).toHaveLength(1);
});
