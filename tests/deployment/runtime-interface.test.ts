/**
 * Every function's bundle, invoked through AWS's runtime interface emulator, against the services of an embedded stack: it
 * is loaded and called as Lambda does it, not as the embedded stack does.
 *
 * @module
 */

import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { catalog } from "../../contracts/catalog.ts";
import { bundleFolder, functionFolder } from "../../infra/bundle.ts";
import { entryPoints } from "../../infra/functions.ts";
import { eventually } from "../helpers/eventually.ts";
import { httpEvent } from "../helpers/http-event.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

const emulator = process.env.LAMBDA_RIE;
const functionSchema = z.object({
  FunctionName: z.string(),
  MemorySize: z.coerce.number(),
  Timeout: z.coerce.number(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
});

const freePort = () =>
  new Promise<number>((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });

const emptyBatch = { event: { Records: [] }, answer: { batchItemFailures: [] } };
/** What is sent, and what the answer holds, of functions that no queue of tasks feeds. */
const others: Readonly<Record<string, { readonly event: unknown; readonly answer: unknown }>> = {
  api: { event: httpEvent("GET", "/health", { key: null }), answer: { statusCode: 200 } },
  authorizer: { event: { headers: { authorization: "Bearer slc_wrong" } }, answer: { isAuthorized: false } },
  sweeper: { event: {}, answer: null },
  scheduled: { event: { task_name: "health_check", input: {} }, answer: { task_id: expect.any(String) } },
};

describe.skipIf(!emulator)("bundles on AWS's runtime interface emulator (skipped unless LAMBDA_RIE names it)", () => {
  let test: TestStack;
  const running: ChildProcess[] = [];
  beforeAll(async () => {
    test = await startTestStack();
  });
  afterAll(async () => {
    for (const child of running) child.kill("SIGKILL");
    await test?.[Symbol.asyncDispose]();
  });

  async function start(name: string, { stack } = test): Promise<(event: unknown) => Promise<unknown>> {
    const resource = stack
      .resources("AWS::Lambda::Function")
      .map((each) => functionSchema.parse(each.properties()))
      .find(({ FunctionName }) => FunctionName === `sluice-local-${name}`);
    if (!resource) throw new Error(`There is no function ${name}.`);
    const { sqs, sns, s3, dynamodb } = stack.endpoints;
    const [port, api] = [await freePort(), await freePort()];
    const addresses = ["--runtime-interface-emulator-address", `127.0.0.1:${port}`, "--runtime-api-address"];
    const child = spawn(
      emulator ?? "",
      [
        ...addresses,
        `127.0.0.1:${api}`,
        process.execPath,
        resolve("tests/helpers/lambda-runtime.mjs"),
        "index.handler",
      ],
      {
        env: {
          ...resource.Environment.Variables,
          PATH: process.env.PATH,
          LAMBDA_TASK_ROOT: resolve(functionFolder(name, bundleFolder())),
          AWS_REGION: sqs.region,
          AWS_ACCESS_KEY_ID: sqs.credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: sqs.credentials.secretAccessKey,
          AWS_ENDPOINT_URL_SQS: sqs.endpoint,
          AWS_ENDPOINT_URL_SNS: sns.endpoint,
          AWS_ENDPOINT_URL_S3: s3.endpoint,
          AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
          AWS_LAMBDA_FUNCTION_NAME: resource.FunctionName,
          AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(resource.MemorySize),
          AWS_LAMBDA_FUNCTION_TIMEOUT: String(resource.Timeout),
          VECTOR_STORE: "none",
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    running.push(child);
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
    const url = `http://127.0.0.1:${port}/2015-03-31/functions/function/invocations`;
    return async (event) => {
      const answer = await eventually(
        `${name} to answer`,
        () => fetch(url, { method: "POST", body: JSON.stringify(event) }).catch(() => undefined),
        30,
      );
      const text = await answer.text();
      if (text.includes('"errorType"')) throw new Error(`${name}: ${text}\n${said}`);
      return text === "" ? null : JSON.parse(text);
    };
  }

  it.each(Object.keys(entryPoints(catalog.queues)))("%s is loaded and answers", async (name) => {
    const { event, answer } = others[name] ?? emptyBatch;
    const invoke = await start(name);

    const first = await invoke(event);
    if (answer !== null) expect(first).toMatchObject(answer as object);
  });

  it("the functions that only a small stage has are loaded and answer", async () => {
    await using small = await startTestStack({ env: { SLUICE_SIZE: "small" } });
    const own = Object.keys(entryPoints(catalog.withSize("small").queues)).filter(
      (name) => !(name in entryPoints(catalog.queues)),
    );
    expect(own.toSorted()).toEqual(["housekeeping", "language"]);
    for (const name of own) {
      const invoke = await start(name, small);
      expect(await invoke(emptyBatch.event), name).toMatchObject(emptyBatch.answer);
    }
  });

  it("a job that the API takes there is done by the stack's worker", async () => {
    const [authorize, call] = await Promise.all([start("authorizer"), start("api")]);
    const authorized = z
      .object({ isAuthorized: z.literal(true), context: z.record(z.string(), z.unknown()) })
      .parse(await authorize({ headers: { authorization: `Bearer ${test.stack.apiKey}` } }));

    const body = { input: { text: "Acoustic sensors find leaks in old water pipes within days." } };
    const answer = await call(httpEvent("POST", "/api/v1/tasks/keywords", { body, authorized: authorized.context }));

    const { statusCode, body: accepted } = z.object({ statusCode: z.number(), body: z.string() }).parse(answer);
    expect(statusCode).toBe(202);
    const job = await test.waitFor(z.object({ task_id: z.string() }).parse(JSON.parse(accepted)).task_id);
    expect(job.status).toBe("SUCCESS");
  });
});
