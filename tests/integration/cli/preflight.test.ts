/**
 * `sluice doctor --aws`, against a server with the answers of AWS for accounts that are ready and that are not.
 *
 * @module
 */

import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { runCli } from "../../helpers/cli.ts";

/** What the account is like. */
interface Account {
  quota: number;
  bootstrap: string | undefined;
  secrets: readonly string[];
  /** Status by name of a stack. */
  stacks: Readonly<Record<string, string>>;
  tables: readonly string[];
  /** Actions that the caller may not call. */
  denied: readonly string[];
}

const ready: Account = { quota: 1_000, bootstrap: "30", secrets: [], stacks: {}, tables: [], denied: [] };
let account: Account;
/** Every action that was called. */
const called: string[] = [];

const server = createServer((request, response) => {
  void text(request).then((body) => {
    const action = actionOf(request, body);
    called.push(action);
    const { status, type, content } = account.denied.includes(action)
      ? refusal(403, "AccessDeniedException")
      : answer(action, body);
    response.writeHead(status, { "content-type": type }).end(content);
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${port}`);
  vi.stubEnv("AWS_REGION", "eu-test-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  account = { ...ready };
  called.length = 0;
});

/** JSON protocols name the action in a header, the query protocol in the body; REST protocols in the path. */
function actionOf(request: IncomingMessage, body: string): string {
  const { "x-amz-target": target } = request.headers;
  if (typeof target === "string") return target.split(".").at(-1) ?? "";
  return new URLSearchParams(body).get("Action") ?? request.url?.split("?")[0] ?? "";
}

const json = (content: unknown) => ({
  status: 200,
  type: "application/x-amz-json-1.1",
  content: JSON.stringify(content),
});
const xml = (content: string, status = 200) => ({ status, type: "text/xml", content });
const refusal = (status: number, name: string) => ({
  status,
  type: "application/x-amz-json-1.1",
  content: JSON.stringify({ __type: name, message: "no" }),
});

function answer(action: string, body: string) {
  switch (action) {
    case "GetCallerIdentity":
      return xml(
        `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
          <Arn>arn:aws:iam::123456789012:role/deployer</Arn><Account>123456789012</Account>
        </GetCallerIdentityResult></GetCallerIdentityResponse>`,
      );
    case "/2016-08-19/account-settings":
      return json({
        AccountLimit: { ConcurrentExecutions: account.quota, UnreservedConcurrentExecutions: account.quota },
      });
    case "GetParameter": {
      const { Name } = JSON.parse(body);
      const value = Name.startsWith("/cdk-bootstrap/")
        ? account.bootstrap
        : account.secrets.find((each) => each === Name);
      return value === undefined ? refusal(400, "ParameterNotFound") : json({ Parameter: { Name, Value: value } });
    }
    case "DescribeSecret": {
      const { SecretId } = JSON.parse(body);
      return account.secrets.includes(SecretId) ? json({ Name: SecretId }) : refusal(400, "ResourceNotFoundException");
    }
    case "/ListVectorBuckets":
      return json({ vectorBuckets: [] });
    case "DescribeStacks": {
      const name = new URLSearchParams(body).get("StackName") ?? "";
      const status = account.stacks[name];
      if (status === undefined) {
        return xml(
          `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>
            <Code>ValidationError</Code><Message>Stack with id ${name} does not exist</Message></Error></ErrorResponse>`,
          400,
        );
      }
      return xml(
        `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult>
          <Stacks><member><StackName>${name}</StackName><CreationTime>2026-11-21T10:00:00Z</CreationTime>
          <StackStatus>${status}</StackStatus></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
      );
    }
    case "ListTables":
      return json({ TableNames: account.tables });
    default:
      throw new Error(`No answer for ${action}.`);
  }
}

const doctor = (env: Readonly<Record<string, string>> = {}) => runCli(["doctor", "--aws", "--stage", "prod"], { env });

test("an account that is ready passes, and nothing is changed in it", async () => {
  const { code, stdout } = await doctor();

  expect(stdout.trim().split("\n")).toEqual([
    expect.stringMatching(/^OK {4}settings: stage prod, \d+ queues$/),
    "OK    account: 123456789012 in eu-test-1, as arn:aws:iam::123456789012:role/deployer",
    expect.stringMatching(/^OK {4}concurrency: the account runs 1000 functions at once, the \d+ lanes up to \d+$/),
    expect.stringMatching(/^OK {4}memory: the largest function, \S+, has \d+ MB$/),
    "OK    bootstrap: version 30",
    "OK    vectors: eu-test-1 has S3 Vectors",
    "OK    stacks: none yet: a first deployment",
  ]);
  expect(code).toBe(0);
  expect(
    called.filter((action) => !/^(Get|List|Describe|\/ListVectorBuckets|\/2016-08-19\/account)/.test(action)),
  ).toEqual([]);
});

test("a new account's quota of 10 fails, and the line says what to do", async () => {
  account.quota = 10;

  const { code, stdout } = await doctor();

  expect(code).toBe(1);
  expect(stdout).toMatch(
    /FAIL {2}concurrency: the account runs 10 functions at once, the \d+ lanes up to \d+, and 100 are left for the API \(SLUICE_CONCURRENCY_HEADROOM\)\n +Even with 2 a lane, the least that SQS takes, \d+ lanes need \d+\. Leave families out \(SLUICE_FAMILIES\)\. .*L-B99A9384/,
  );
});

test("settings that the advice names pass", async () => {
  account.quota = 100;
  const { stdout } = await doctor();
  const advised = Object.fromEntries(
    [...stdout.matchAll(/\b([A-Z_]{8,})=(\d+)/g)].map(([, name, value]) => [name, value]),
  );
  expect(Object.keys(advised)).toEqual([
    "WORKER_CONCURRENCY",
    "SLUICE_ACCOUNT_CONCURRENCY",
    "SLUICE_CONCURRENCY_HEADROOM",
  ]);

  const again = await doctor(advised);

  expect(again.stdout).toContain("OK    concurrency:");
  expect(again.code).toBe(0);
});

test("a quota below what is declared is a warning while the lanes fit", async () => {
  account.quota = 500;

  const { code, stdout } = await doctor();

  expect(stdout).toContain("SLUICE_ACCOUNT_CONCURRENCY says 1000: set 500.");
  expect(code).toBe(0);
});

test.each([
  [undefined, "has not been bootstrapped"],
  ["5", "version 5 is older than 6"],
])("a bootstrap of version %s fails", async (version, words) => {
  account.bootstrap = version;

  const { code, stdout } = await doctor();

  expect(stdout).toMatch(new RegExp(`FAIL {2}bootstrap: .*${words}.*\n +Run: npx cdk bootstrap`));
  expect(code).toBe(1);
});

test("a region without S3 Vectors fails, unless the stage keeps its vectors elsewhere", async () => {
  vi.stubEnv("AWS_ENDPOINT_URL_S3VECTORS", "http://s3vectors.eu-test-1.invalid");
  try {
    const { code, stdout } = await doctor();
    expect(stdout).toContain("FAIL  vectors: eu-test-1 has no S3 Vectors");
    expect(code).toBe(1);

    const elsewhere = await doctor({ VECTOR_STORE: "qdrant", QDRANT_URL: "https://qdrant.test" });
    expect(elsewhere.stdout).toContain("OK    vectors: kept in qdrant");
    expect(elsewhere.code).toBe(0);
    expect((await doctor({ VECTOR_STORE: "none" })).stdout).toContain("OK    vectors: none, and no searches");
  } finally {
    vi.stubEnv("AWS_ENDPOINT_URL_S3VECTORS", undefined);
  }
});

test("secrets that the settings name are looked for where they are said to be, without reading them", async () => {
  account.secrets = ["models/key"];

  const { code, stdout } = await doctor({
    LLM_API_KEY_SECRET: "models/key",
    EMBEDDING_API_KEY_SECRET: "/models/embedding",
  });

  expect(stdout).toContain("OK    secret of LLM_API_KEY_SECRET: models/key");
  expect(stdout).toContain("FAIL  secret of EMBEDDING_API_KEY_SECRET: there is no SSM parameter /models/embedding");
  expect(code).toBe(1);
  expect(called).not.toContain("GetSecretValue");
});

test.each([
  ["ROLLBACK_COMPLETE", "aws cloudformation delete-stack --stack-name sluice-prod-tasks"],
  ["UPDATE_ROLLBACK_FAILED", "aws cloudformation continue-update-rollback --stack-name sluice-prod-tasks"],
  ["UPDATE_IN_PROGRESS", "Wait until it has ended"],
])("a stack that is %s fails", async (status, advice) => {
  account.stacks = { "sluice-prod-storage": "CREATE_COMPLETE", "sluice-prod-tasks": status };

  const { code, stdout } = await doctor();

  expect(stdout).toMatch(new RegExp(`FAIL {2}stacks: sluice-prod-tasks is ${status}\n.*${advice}`));
  expect(code).toBe(1);
});

test("a stage that is deployed can be updated", async () => {
  account.stacks = { "sluice-prod-storage": "UPDATE_COMPLETE", "sluice-prod-tasks": "UPDATE_ROLLBACK_COMPLETE" };

  const { stdout } = await doctor();

  expect(stdout).toContain("OK    stacks: 2 deployed, all can be updated");
});

test("tables that a destroyed stage left are named", async () => {
  account.tables = ["sluice-prod-storage-Jobs1A2B", "sluice-prod2-storage-Jobs"];

  const { code, stdout } = await doctor();

  expect(stdout).toContain("WARN  kept data: there are tables of an earlier stage: sluice-prod-storage-Jobs1A2B\n");
  expect(code).toBe(0);
});

test("what the credentials may not ask is a warning, not a verdict", async () => {
  account.denied = ["/2016-08-19/account-settings", "DescribeStacks"];

  const { code, stdout } = await doctor();

  expect(stdout).toMatch(/WARN {2}concurrency: not known: AccessDenied/);
  expect(stdout).toMatch(/WARN {2}stacks: not known/);
  expect(code).toBe(0);
});

test("without credentials one line says what to set", async () => {
  const credentials = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
  const elsewhere = { AWS_EC2_METADATA_DISABLED: "true", AWS_SHARED_CREDENTIALS_FILE: "", AWS_CONFIG_FILE: "" };
  for (const [name, value] of Object.entries({ ...credentials, ...elsewhere })) vi.stubEnv(name, value);
  try {
    const { code, stdout } = await doctor();

    expect(stdout).toMatch(/^OK {4}settings: .*\nFAIL {2}account: .*Set AWS_PROFILE or AWS_ACCESS_KEY_ID\.\n$/);
    expect(code).toBe(1);
  } finally {
    for (const name of Object.keys(elsewhere)) vi.stubEnv(name, undefined);
    for (const name of Object.keys(credentials)) vi.stubEnv(name, "test");
  }
});

test("settings that do not fit are named before AWS is asked", async () => {
  const { code, stdout } = await doctor({ WORKER_CONCURRENCY: "1" });

  expect(stdout).toMatch(/^FAIL {2}settings: Invalid settings:.*WORKER_CONCURRENCY/);
  expect(code).toBe(1);
  expect(called).toEqual([]);
});
