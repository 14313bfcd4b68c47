/**
 * A function's bundle on AWS's runtime interface emulator, against the services of an embedded stack: it is loaded and called
 * as Lambda does it, with the environment that the template gives it.
 *
 * @module
 */

import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import { z } from "zod";
import { bundleFolder, functionFolder } from "../../infra/bundle.ts";
import { localVectors } from "../../local/lambda/vectors.ts";
import type { Stack } from "../../local/stack.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";

/** The emulator's path; undefined where there is none. */
export const lambdaEmulator = process.env.LAMBDA_RIE || undefined;

const functionSchema = z.object({
  FunctionName: z.string(),
  MemorySize: z.coerce.number(),
  Timeout: z.coerce.number(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
});

/** A function that is started. */
export interface EmulatedFunction extends AsyncDisposable {
  /** The variables that the template gives it. */
  readonly variables: Readonly<Record<string, string>>;
  /** Calls it. @throws Error when it answers with one */
  invoke(event: unknown): Promise<unknown>;
  /** What it wrote so far. */
  said(): string;
}

/** What the services of a stack are called by. */
function serviceVariables({ endpoints }: Stack, vectors: string): Record<string, string> {
  const { sqs, sns, s3, dynamodb, kms, lambda, secretsManager, ssm } = endpoints;
  return {
    AWS_REGION: sqs.region,
    AWS_ACCESS_KEY_ID: sqs.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: sqs.credentials.secretAccessKey,
    AWS_ENDPOINT_URL_SQS: sqs.endpoint,
    AWS_ENDPOINT_URL_SNS: sns.endpoint,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
    AWS_ENDPOINT_URL_KMS: kms.endpoint,
    AWS_ENDPOINT_URL_LAMBDA: lambda.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.endpoint,
    AWS_ENDPOINT_URL_SSM: ssm.endpoint,
    // S3 Vectors has no emulator.
    ...localVectors({ VECTOR_STORE: "s3vectors" }, vectors),
  };
}

/**
 * Starts the bundle of a function of a stack.
 * @param vectors file of vectors, which functions may share
 */
export async function startFunction(stack: Stack, name: string, vectors: string): Promise<EmulatedFunction> {
  const resource = stack
    .resources("AWS::Lambda::Function")
    .map((each) => functionSchema.parse(each.properties()))
    .find(({ FunctionName }) => FunctionName === `sluice-local-${name}`);
  if (!resource) throw new Error(`There is no function ${name}.`);
  const [port, api] = [await freePort(), await freePort()];
  const addresses = ["--runtime-interface-emulator-address", `127.0.0.1:${port}`, "--runtime-api-address"];
  const runtime = [process.execPath, resolve("tests/helpers/lambda-runtime.mjs"), "index.handler"];
  const { Variables: variables } = resource.Environment;
  const child: ChildProcess = spawn(lambdaEmulator ?? "", [...addresses, `127.0.0.1:${api}`, ...runtime], {
    env: {
      ...variables,
      PATH: process.env.PATH,
      LAMBDA_TASK_ROOT: resolve(functionFolder(name, bundleFolder())),
      ...serviceVariables(stack, vectors),
      AWS_LAMBDA_FUNCTION_NAME: resource.FunctionName,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(resource.MemorySize),
      AWS_LAMBDA_FUNCTION_TIMEOUT: String(resource.Timeout),
    },
    stdio: ["ignore", "pipe", "pipe"],
    // The runtime is the emulator's child, and ends with it.
    detached: true,
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (said += chunk));
  const url = `http://127.0.0.1:${port}/2015-03-31/functions/function/invocations`;
  return {
    variables,
    said: () => said,
    async invoke(event) {
      const answer = await eventually(
        `${name} to answer`,
        () => fetch(url, { method: "POST", body: JSON.stringify(event) }).catch(() => undefined),
        60,
      );
      const text = await answer.text();
      if (text.includes('"errorType"')) throw new Error(`${name}: ${text}\n${said}`);
      return text === "" ? null : JSON.parse(text);
    },
    async [Symbol.asyncDispose]() {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
    },
  };
}
