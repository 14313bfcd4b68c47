/**
 * Who may call the emulators: the stack's own functions and clients. A page on another port of this machine, another
 * user's program, and a name that was made to point here are refused.
 *
 * @module
 */

import { chmod, mkdtemp, stat } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { LambdaClient, ListEventSourceMappingsCommand } from "@aws-sdk/client-lambda";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLog } from "../../../local/log.ts";
import { type Services, startServices } from "../../../local/services/services.ts";
import { startStack } from "../../../local/stack.ts";
import { writeAssembly } from "../../fixtures/local/assembly.ts";

const GATEWAY = "http://127.0.0.1:4600";
let services: Services;
beforeAll(async () => {
  const secrets = new Map([["model-key", "sk-secret"]]);
  services = await startServices({
    region: "us-east-1",
    secrets,
    origins: [GATEWAY],
    log: silentLog,
    failed: () => {},
  });
  services.emulator.objects.createBucket("files");
});
afterAll(() => services.close());

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** As it is: fetch would set the host itself. */
const send = (url: string, { method = "POST", path = "/", headers = {}, body = "" }: Sent) =>
  new Promise<{ status: number; text: string; allowed: unknown }>((resolve, reject) => {
    const sending = request(new URL(path, url), { method, headers }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      const allowed = response.headers["access-control-allow-origin"];
      resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString(), allowed });
    });
    sending.on("error", reject);
    sending.end(body);
  });

const calls: [service: "dynamodb" | "sqs" | "secretsManager" | "ssm" | "kms" | "lambda" | "s3", sent: Sent][] = [
  [
    "dynamodb",
    {
      headers: { "x-amz-target": "DynamoDB_20120810.ListTables", "content-type": "application/x-amz-json-1.0" },
      body: "{}",
    },
  ],
  [
    "sqs",
    { headers: { "x-amz-target": "AmazonSQS.ListQueues", "content-type": "application/x-amz-json-1.0" }, body: "{}" },
  ],
  [
    "secretsManager",
    { headers: { "x-amz-target": "secretsmanager.GetSecretValue" }, body: '{"SecretId":"model-key"}' },
  ],
  ["ssm", { headers: { "x-amz-target": "AmazonSSM.GetParameter" }, body: '{"Name":"model-key"}' }],
  [
    "kms",
    {
      headers: { "x-amz-target": "TrentService.GenerateMac" },
      body: '{"KeyId":"key","MacAlgorithm":"HMAC_SHA_256","Message":"eA=="}',
    },
  ],
  ["lambda", { method: "GET", path: "/2015-03-31/event-source-mappings/" }],
  ["s3", { method: "GET", path: "/" }],
  ["s3", { method: "PUT", path: "/files/planted", body: "x" }],
];

describe.each(calls)("%s", (service, sent) => {
  it("refuses a request that nobody signed, and tells no page that it may read the answer", async () => {
    const answer = await send(services.endpoints[service], { ...sent, headers: { ...sent.headers } });
    expect([answer.status, answer.allowed]).toEqual([403, undefined]);
    expect(answer.text).not.toContain("sk-secret");
  });

  it("refuses one whose signature only looks like one", async () => {
    const authorization = `AWS4-HMAC-SHA256 Credential=local/20261128/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=${"0".repeat(64)}`;
    const headers = {
      ...sent.headers,
      authorization,
      "x-amz-date": new Date().toISOString().replaceAll(/[-:]|\.\d+/g, ""),
    };
    expect((await send(services.endpoints[service], { ...sent, headers })).status).toBe(403);
  });

  it("refuses the preflight of another page", async () => {
    const headers = { origin: "http://localhost:3000", "access-control-request-method": "POST" };
    const answer = await send(services.endpoints[service], { method: "OPTIONS", headers });
    expect([answer.status, answer.allowed]).toEqual([403, undefined]);
  });
});

describe("a request that is signed", () => {
  const clientOf = (secretAccessKey = services.credentials.secretAccessKey) => {
    const credentials = { accessKeyId: services.credentials.accessKeyId, secretAccessKey };
    return { ...services.clientConfig("sqs"), credentials, maxAttempts: 1 };
  };

  it("is taken from the stack's own clients", async () => {
    const lambda = new LambdaClient(services.clientConfig("lambda"));
    const s3 = new S3Client({ ...services.clientConfig("s3"), forcePathStyle: true });
    expect((await services.sqs.send(new ListQueuesCommand({}))).$metadata.httpStatusCode).toBe(200);
    expect((await services.dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    const listed = await lambda.send(
      new ListEventSourceMappingsCommand({ FunctionName: "arn:aws:lambda:a:1:function:x y" }),
    );
    expect(listed.EventSourceMappings).toEqual([]);
    await s3.send(new PutObjectCommand({ Bucket: "files", Key: "a/ä b+c'(1).txt", Body: "content" }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "files", Key: "a/ä b+c'(1).txt" }));
    expect(await Body?.transformToString()).toBe("content");
  });

  it("is refused with another secret, even under the id that presigned links show", async () => {
    await expect(new SQSClient(clientOf("local")).send(new ListQueuesCommand({}))).rejects.toThrow(/does not match/);
    const dynamodb = new DynamoDBClient({ ...clientOf("guess"), endpoint: services.endpoints.dynamodb });
    await expect(dynamodb.send(new ListTablesCommand({}))).rejects.toThrow(/does not match/);
  });

  it.each([
    ["another body", { body: '{"QueueNamePrefix":"x"}' }, /does not match|not the one/],
    ["another host", { headers: { host: "attacker.example" } }, /is not this machine/],
    ["a page's origin", { headers: { origin: "http://localhost:3000" } }, /may not send this request/],
    ["the gateway's origin", { headers: { origin: GATEWAY } }, /may not send this request/],
    ["another date", { headers: { "x-amz-date": "20201128T120000Z" } }, /has expired/],
  ])("is refused with %s", async (_name, change, message) => {
    const client = new SQSClient(clientOf());
    let signed: Sent = {};
    client.middlewareStack.add(
      (next) => async (args) => {
        const { method, path, headers, body } = args.request as Required<Sent>;
        signed = { method, path, headers, body };
        return await next(args);
      },
      { step: "finalizeRequest", priority: "low" },
    );
    await client.send(new ListQueuesCommand({}));
    expect((await send(services.endpoints.sqs, signed)).status).toBe(200);

    const answer = await send(services.endpoints.sqs, {
      ...signed,
      ...change,
      headers: { ...signed.headers, ...("headers" in change ? change.headers : { "content-length": "23" }) },
    });

    expect([answer.status, answer.text]).toEqual([403, expect.stringMatching(message)]);
  });
});

describe("a presigned link", () => {
  it("is good for the gateway's pages and for programs, and not for other pages", async () => {
    const s3 = new S3Client({ ...services.clientConfig("s3"), forcePathStyle: true });
    await s3.send(new PutObjectCommand({ Bucket: "files", Key: "linked", Body: "content" }));
    const link = new URL(await getSignedUrl(s3, new GetObjectCommand({ Bucket: "files", Key: "linked" })));
    const get = (headers: Record<string, string>) =>
      send(link.origin, { method: "GET", path: link.pathname + link.search, headers });

    expect(link.href).not.toContain(services.credentials.secretAccessKey);
    expect(await get({})).toMatchObject({ status: 200, text: "content" });
    expect(await get({ origin: GATEWAY })).toMatchObject({ status: 200, text: "content" });
    expect((await get({ origin: "http://localhost:3000" })).status).toBe(403);
  });
});

it("each run has a secret of its own", async () => {
  const options = { failed: () => {}, region: "us-east-1", secrets: new Map(), origins: [], log: silentLog };
  const other = await startServices(options);
  await other.close();
  expect(other.credentials.secretAccessKey).not.toBe(services.credentials.secretAccessKey);
  expect(other.credentials.secretAccessKey.length).toBeGreaterThanOrEqual(43);
});

it.skipIf(process.platform === "win32")(
  "a data directory is for its owner alone, though others could read it before",
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "sluice-guard-"));
    await chmod(dataDir, 0o755);
    const assembly = await writeAssembly({ template: { Resources: {} } });
    const stack = await startStack({ assembly: assembly.directory, dataDir });
    await stack.stop(0);
    await assembly.remove();
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
  },
);
