/**
 * `sluice doctor --aws`, against a server with the answers of AWS for accounts that are ready and that are not.
 *
 * @module
 */

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { checkMemory } from "../../../cli/aws/checks/quotas.ts";
import type { PlannedStage } from "../../../cli/aws/planned-stage.ts";
import { root } from "../../../infra/source-files.ts";
import { runCli } from "../../helpers/cli.ts";

const run = promisify(execFile);

/** What the account is like. */
interface Account {
  quota: number;
  bootstrap: string | undefined;
  secrets: readonly string[];
  /** Status by name of a stack. */
  stacks: Readonly<Record<string, string>>;
  tables: readonly string[];
  vectorBuckets: readonly string[];
  buckets: Readonly<Record<string, string>>;
  logGroups: readonly string[];
  /** Invocations at once that a mapping may take, by name of its function. */
  mappings: Readonly<Record<string, number>>;
  /** Messages by name of a queue of the deployed stage. */
  queues: Readonly<Record<string, number>>;
  /** Actions that the caller may not call. */
  denied: readonly string[];
}

const ready: Account = {
  quota: 1_000,
  bootstrap: "30",
  secrets: [],
  stacks: {},
  tables: [],
  vectorBuckets: [],
  buckets: {},
  logGroups: [],
  mappings: {},
  queues: {},
  denied: [],
};
let account: Account;
/** Every action that was called. */
const called: string[] = [];

const server = createServer((request, response) => {
  void text(request).then((body) => {
    const action = actionOf(request, body);
    called.push(action);
    const { status, type, content } = account.denied.includes(action)
      ? refusal(403, "AccessDeniedException")
      : answer(action, body, new URLSearchParams(request.url?.split("?")[1]));
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

/** The names of the account's buckets, as S3 lists them: first the filters, then the page. */
function bucketsFor(query: URLSearchParams): [string, string][] {
  const wanted = query.get("bucket-region");
  return Object.entries(account.buckets)
    .filter(([name, region]) => name.startsWith(query.get("prefix") ?? "") && (wanted ?? region) === region)
    .slice(0, Number(query.get("max-buckets") ?? 1_000));
}

function answer(action: string, body: string, query: URLSearchParams) {
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
      return json({ vectorBuckets: account.vectorBuckets.map((vectorBucketName) => ({ vectorBucketName })) });
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
    case "ListStackResources":
      return xml(
        `<ListStackResourcesResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><ListStackResourcesResult>
          <StackResourceSummaries>${Object.keys(account.queues).map(resourceOf).join("")}</StackResourceSummaries>
        </ListStackResourcesResult></ListStackResourcesResponse>`,
      );
    case "GetQueueAttributes": {
      const { QueueUrl } = JSON.parse(body);
      const waiting = account.queues[QueueUrl.split("/sluice-prod-")[1]] ?? 0;
      return json({
        Attributes: { ApproximateNumberOfMessages: String(waiting), ApproximateNumberOfMessagesDelayed: "0" },
      });
    }
    case "/":
      return xml(
        `<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Buckets>${bucketsFor(query)
          .map(([name, region]) => `<Bucket><Name>${name}</Name><BucketRegion>${region}</BucketRegion></Bucket>`)
          .join("")}</Buckets></ListAllMyBucketsResult>`,
      );
    case "DescribeLogGroups": {
      const { logGroupNamePrefix: prefix } = JSON.parse(body);
      const names = account.logGroups.filter((name) => name.startsWith(prefix));
      return json({ logGroups: names.map((logGroupName) => ({ logGroupName })) });
    }
    case "/2015-03-31/event-source-mappings/":
    case "/2015-03-31/event-source-mappings":
      return json({
        EventSourceMappings: Object.entries(account.mappings).map(([name, most]) => ({
          FunctionArn: `arn:aws:lambda:eu-test-1:123456789012:function:${name}`,
          ScalingConfig: { MaximumConcurrency: most },
        })),
      });
    case "ListTables":
      return json({ TableNames: account.tables });
    default:
      throw new Error(`No answer for ${action}.`);
  }
}

const resourceOf = (name: string) =>
  `<member><LogicalResourceId>Queue</LogicalResourceId><ResourceType>AWS::SQS::Queue</ResourceType>
    <PhysicalResourceId>${process.env.AWS_ENDPOINT_URL}/123456789012/sluice-prod-${name}</PhysicalResourceId>
    <ResourceStatus>CREATE_COMPLETE</ResourceStatus><LastUpdatedTimestamp>2026-11-21T10:00:00Z</LastUpdatedTimestamp></member>`;

const doctor = (env: Readonly<Record<string, string>> = {}) =>
  runCli(["doctor", "--aws", "--stage", "prod", "--no-dotenv"], { env });

test("an account that is ready passes, and nothing is changed in it", async () => {
  const { code, stdout } = await doctor();

  expect(stdout.trim().split("\n")).toEqual([
    expect.stringMatching(/^OK {4}settings: stage prod, \d+ queues, and no file stages\/prod\.env$/),
    "OK    account: 123456789012 in eu-test-1, as arn:aws:iam::123456789012:role/deployer",
    expect.stringMatching(
      /^OK {4}concurrency: the account runs 1000 functions at once, the \d+ lanes and uploads up to \d+$/,
    ),
    expect.stringMatching(/^OK {4}memory: the largest function, \S+, has \d+ MB$/),
    "OK    bootstrap: version 30",
    "OK    vectors: eu-test-1 has S3 Vectors",
    "OK    stacks: none yet: a first deployment",
  ]);
  expect(code).toBe(0);
  expect(
    called.filter(
      (action) =>
        !/^(Get|List|Describe|\/ListVectorBuckets|\/2016-08-19\/account|\/$|\/2015-03-31\/event-source-mappings)/.test(
          action,
        ),
    ),
  ).toEqual([]);
});

test("alone it reads the files that a deployment reads", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-preflight-"));
  try {
    await mkdir(join(folder, "stages"));
    await writeFile(join(folder, "stages/prod.env"), "SLUICE_SIZE=small\n");
    await writeFile(join(folder, ".env"), "SLUICE_STAGE=prod\n");
    const alone = async () => {
      const args = [join(root, "cli/sluice.mjs"), "doctor", "--aws"];
      return (await run(process.execPath, args, { cwd: folder }).catch((error: { stdout: string }) => error)).stdout;
    };
    expect(await alone()).toMatch(/^OK {4}settings: stage prod, 3 queues, with stages\/prod\.env$/m);

    await writeFile(join(folder, "stages/prod.env"), "SLUICE_SIZ=small\n");
    expect(await alone()).toMatch(
      /^FAIL {2}settings: stages\/prod\.env: SLUICE_SIZ is not a setting .* SLUICE_SIZE\?/m,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** As AWS has it for an account that has asked for nothing: 10 invocations at once, and here in a region without S3 Vectors. */
async function asNewAccount(test: () => Promise<void>): Promise<void> {
  account.quota = 10;
  vi.stubEnv("AWS_ENDPOINT_URL_S3VECTORS", "http://s3vectors.eu-test-1.invalid");
  try {
    await test();
  } finally {
    vi.stubEnv("AWS_ENDPOINT_URL_S3VECTORS", undefined);
  }
}

test("in a new account a stage of the usual families fails, and the line says which setting fits, with what", () =>
  asNewAccount(async () => {
    const { code, stdout } = await doctor();

    expect(code).toBe(1);
    expect(stdout.split("\n").slice(2, 6)).toEqual([
      "FAIL  concurrency: the account runs 10 functions at once, the 17 lanes and uploads up to 87, and 100 are left for the API (SLUICE_CONCURRENCY_HEADROOM)",
      "      Even with 2 a lane, the least that SQS takes, 17 lanes and uploads need 36. Set SLUICE_SIZE=small: " +
        "the families core, language on the lanes language-low, callbacks-low, housekeeping-low, up to 6 invocations at once of 10, which leaves 4; " +
        "without the families documents, search and high lanes. " +
        "Lambda's quota `Concurrent executions` (L-B99A9384) is raised in the Service Quotas console, free of charge.",
      "OK    memory: the largest function, document, has 3008 MB",
      expect.stringMatching(/^OK {4}bootstrap/),
    ]);
    expect(stdout).toContain("FAIL  vectors: eu-test-1 has no S3 Vectors");
  }));

test("a function of more memory than a new account may have is told of", () => {
  const queues = [
    { name: "test", memory: 1_024 },
    { name: "big", memory: 4_096 },
  ];
  expect(checkMemory({ queues } as unknown as PlannedStage)).toEqual([
    {
      name: "memory",
      verdict: "WARN",
      detail: "the largest function, big, has 4096 MB; new accounts may have at most 3008",
      advice: "Lower the task's `memory`, or ask AWS Support for more.",
    },
  ]);
});

test("with that setting alone a new account is ready, and two lines say what the stage has and leaves out", () =>
  asNewAccount(async () => {
    const { code, stdout } = await doctor({ SLUICE_SIZE: "small" });

    expect(stdout.trim().split("\n")).toEqual([
      "OK    settings: stage prod, 3 queues, and no file stages/prod.env",
      expect.stringMatching(/^OK {4}account/),
      "OK    concurrency: the account runs 10 functions at once, the 3 lanes up to 6",
      "OK    size: small: the families core, language on the lanes language-low, callbacks-low, housekeeping-low, up to 6 invocations at once of 10, which leaves 4; " +
        "without the families documents, search, generation, validation, export, evaluation, rewrite, extraction, escalation and high lanes",
      "OK    memory: the largest function, language, has 1024 MB",
      "OK    bootstrap: version 30",
      "OK    vectors: none, and no searches",
      "OK    stacks: none yet: a first deployment",
    ]);
    expect(code).toBe(0);
  }));

test("settings that a small stage has its own values for are named, as they would keep it from fitting", async () => {
  account.quota = 10;
  const { stdout } = await doctor({ SLUICE_FAMILIES: "core,language,documents", WORKER_CONCURRENCY: "5" });
  expect(stdout).toContain(
    "Set SLUICE_SIZE=small, and take SLUICE_FAMILIES, WORKER_CONCURRENCY out: the families core, language on",
  );
});

test("a lane that the scans of one project could take is told of, with a bound that leaves a worker", async () => {
  const narrow = { SLUICE_FAMILIES: "core,documents", WORKER_CONCURRENCY: "2" };
  const { code, stdout } = await doctor(narrow);
  expect(stdout).toContain(
    "WARN  recognition: scans of one project may take all 2 workers of a lane of document, as 3 are recognized at a time\n" +
      "      Set OCR_PROJECT_CONCURRENT_DOCUMENTS=1, or more workers",
  );
  expect(code).toBe(0);

  expect((await doctor({ ...narrow, OCR_PROJECT_CONCURRENT_DOCUMENTS: "1" })).stdout).not.toContain("recognition");
  expect((await doctor({ ...narrow, SLUICE_FAMILIES: "core" })).stdout).not.toContain("recognition");
});

test("a small stage with too many families is told to leave some out, not to become small", async () => {
  account.quota = 10;
  const { code, stdout } = await doctor({ SLUICE_SIZE: "small", SLUICE_FAMILIES: "core,language,documents" });
  expect(code).toBe(1);
  expect(stdout).toContain("4 lanes and uploads need 10. Leave families out (SLUICE_FAMILIES).");
  expect(stdout).not.toContain("Set SLUICE_SIZE");
});

test("queues that a deployment removes with messages are named, with what becomes of these", async () => {
  account.stacks = { "sluice-prod-tasks": "CREATE_COMPLETE" };
  account.queues = {
    "summarize-high": 3,
    "default-low": 1,
    "keywords-high": 0,
    "document-low": 2,
    "monitoring-dlq": 4,
    "embedding-dlq": 7,
    "sweeper-dlq": 5,
    "callbacks-low": 6,
  };

  const { code, stdout } = await doctor({ SLUICE_SIZE: "small", SLUICE_ACCOUNT_CONCURRENCY: "1000" });

  const lines = stdout.split("\n");
  const found = lines.slice(lines.findIndex((line) => line.includes("queues that go")));
  const moves =
    "      Its jobs are sent again by the sweeper, to the queues that run their tasks then. That takes minutes.";
  expect(found.filter((line) => line !== "")).toEqual([
    "WARN  queues that go: summarize-high goes with this deployment, and its 3 messages with it",
    moves,
    "WARN  queues that go: default-low goes with this deployment, and its message with it",
    moves,
    "FAIL  queues that go: document-low goes with this deployment, and its 2 messages with it",
    "      Nothing will run its jobs. Let them end first, or revoke them: npx sluice queues purge document.",
    "WARN  queues that go: monitoring-dlq goes with this deployment, and its 4 messages with it",
    "      Its dead letters are listed under the queues that run their tasks then. That takes up to 15 minutes.",
    "FAIL  queues that go: embedding-dlq goes with this deployment, and its 7 messages with it",
    "      Its dead letters would be listed nowhere. First run them again, archive or purge them: npx sluice dlq redrive embedding, dlq archive embedding or dlq purge embedding, each with --all.",
  ]);
  expect(code).toBe(1);

  // Back again, once the account's quota was raised.
  account.queues = { "language-low": 1, "housekeeping-dlq": 0 };
  const back = await doctor();
  expect(back.stdout).toContain("WARN  queues that go: language-low goes with this deployment");
  expect(back.code).toBe(0);
});

test("a kept bucket and log groups of an earlier stage are named, those of other regions and of the CDK are not", async () => {
  account.buckets = {
    ...Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [`sluice-prod-storage-files0-${index}`, "us-test-1"]),
    ),
    "sluice-prod-storage-files1a2b-x": "eu-test-1",
    "sluice-prod-storage-files3c4d-y": "us-test-1",
    "sluice-prod-other": "eu-test-1",
  };
  account.logGroups = [
    "/aws/lambda/sluice-prod-summarize",
    "/aws/lambda/sluice-prod-storage-CustomS3AutoDelete-AbC",
    "/aws/apigateway/sluice-prod-api",
    "/aws/lambda/sluice-dev-summarize",
  ];

  const { code, stdout } = await doctor();

  expect(stdout).toContain(
    "WARN  kept data: there are buckets of an earlier stage: sluice-prod-storage-files1a2b-x\n" +
      "      The stage would begin with new, empty ones.",
  );
  expect(stdout).toContain(
    "FAIL  log groups: log groups of an earlier stage are there: /aws/lambda/sluice-prod-summarize, /aws/apigateway/sluice-prod-api\n" +
      "      CloudFormation cannot make others of these names.",
  );
  expect(code).toBe(1);

  // They belong to a stage that is there, or whose creation failed half-way.
  account.stacks = { "sluice-prod-storage": "CREATE_COMPLETE", "sluice-prod-tasks": "CREATE_COMPLETE" };
  const { stdout: there } = await doctor();
  expect(there).not.toMatch(/kept data|log groups/);
});

test("who may not list buckets, log groups or mappings is told that they are not known", async () => {
  account.denied = [
    "/",
    "DescribeLogGroups",
    "/2015-03-31/event-source-mappings",
    "/2015-03-31/event-source-mappings/",
  ];
  const { code, stdout } = await doctor();
  for (const name of ["kept data (buckets)", "log groups", "other stages"]) {
    expect(stdout).toContain(`WARN  ${name}: not known:`);
  }
  expect(code).toBe(0);
});

test("what the lanes of other stages in the account may take is counted", async () => {
  account.quota = 10;
  account.mappings = {
    "sluice-prod-language": 2,
    "sluice-blue-language": 2,
    "sluice-blue-housekeeping": 2,
    "sluice-green-callbacks": 2,
    "their-own": 8,
  };
  const { code, stdout } = await doctor({ SLUICE_SIZE: "small" });
  expect(stdout).toMatch(
    /WARN {2}other stages: the lanes of other stages in this account and region take blue up to 4, green up to 2, of \d+ that this one leaves/,
  );
  expect(code).toBe(0);

  account.quota = 1_000;
  expect((await doctor()).stdout).not.toContain("other stages");
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

test.each([
  ["Amazon Bedrock", "BEDROCK_RUNTIME", "bedrock-runtime", { LLM_BACKEND: "bedrock", LLM_MODEL: "some.model" }],
  ["Amazon Textract", "TEXTRACT", "textract", { OCR_ENGINE: "textract" }],
])("a region without %s fails where jobs call it", async (name, variable, host, env) => {
  vi.stubEnv(`AWS_ENDPOINT_URL_${variable}`, `http://${host}.eu-test-1.invalid`);
  try {
    expect((await doctor()).stdout).not.toContain(name);
    const without = await doctor(env);
    expect(without.stdout).toContain(`FAIL  ${host}: eu-test-1 has no ${name}\n`);
    expect(without.code).toBe(1);

    vi.stubEnv(`AWS_ENDPOINT_URL_${variable}`, "http://localhost");
    expect((await doctor(env)).stdout).toContain(`OK    ${host}: eu-test-1 has ${name}`);
  } finally {
    vi.stubEnv(`AWS_ENDPOINT_URL_${variable}`, undefined);
  }
});

test("requests that wait must not take all that the lanes leave", async () => {
  const { stdout } = await doctor({ API_WAITS_AT_ONCE: "500", WORKER_CONCURRENCY: "32" });

  expect(stdout).toMatch(
    /WARN {2}waits: up to 500 requests wait for a job at a time, and the lanes leave \d+ invocations/,
  );
  expect((await doctor()).stdout).not.toContain("waits:");
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
  ["CREATE_FAILED", "aws cloudformation delete-stack --stack-name sluice-prod-tasks"],
  ["UPDATE_ROLLBACK_FAILED", "aws cloudformation continue-update-rollback --stack-name sluice-prod-tasks"],
  ["UPDATE_IN_PROGRESS", "Wait until it has ended"],
])("a stack that is %s fails", async (status, advice) => {
  account.stacks = { "sluice-prod-storage": "CREATE_COMPLETE", "sluice-prod-tasks": status };

  const { code, stdout } = await doctor();

  expect(stdout).toMatch(new RegExp(`FAIL {2}stacks: sluice-prod-tasks is ${status}\n.*${advice}`));
  expect(code).toBe(1);
});

test("a first creation that failed does not stop the next one, which makes the stack again", async () => {
  account.stacks = { "sluice-prod-storage": "CREATE_COMPLETE", "sluice-prod-tasks": "ROLLBACK_COMPLETE" };

  const { stdout } = await doctor();

  expect(stdout).toContain("WARN  stacks: sluice-prod-tasks is ROLLBACK_COMPLETE");
  expect(stdout).not.toContain("FAIL  stacks");
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

test("a vector bucket that a destroyed stage left is in the way of a new one, and of nobody else", async () => {
  account.vectorBuckets = ["sluice-prod-vectors", "sluice-prod-vectors2"];

  const { code, stdout } = await doctor();

  expect(stdout).toContain("FAIL  vectors: the vector bucket sluice-prod-vectors of an earlier stage is there\n");
  expect(code).toBe(1);

  account.vectorBuckets = ["sluice-prod-vectors2"];
  expect((await doctor()).stdout).toContain("OK    vectors: eu-test-1 has S3 Vectors");
  account.vectorBuckets = ["sluice-prod-vectors"];
  account.stacks = { "sluice-prod-storage": "UPDATE_COMPLETE" };
  expect((await doctor()).stdout).toContain("OK    vectors: eu-test-1 has S3 Vectors");
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
