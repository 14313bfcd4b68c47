/**
 * A function's runtime as AWS documents it: asks the Runtime API for events, calls the handler, and posts its answers.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 * AWS's own client for Node (aws-lambda-ric) has to be compiled.
 */

import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { AWS_LAMBDA_RUNTIME_API: api, LAMBDA_TASK_ROOT: root = "", _HANDLER: name = "" } = process.env;
const runtime = `http://${api}/2018-06-01/runtime`;
const post = (path, body) => fetch(`${runtime}/${path}`, { method: "POST", body: JSON.stringify(body) });
const described = (error) => ({
  errorType: error.name,
  errorMessage: error.message,
  stackTrace: error.stack?.split("\n") ?? [],
});

const [file, exported] = name.split(".");
let handler;
try {
  handler = (await import(pathToFileURL(join(root, `${file}.mjs`)).href))[exported];
} catch (error) {
  await post("init/error", described(error));
  process.exit(1);
}
for (;;) {
  const next = await fetch(`${runtime}/invocation/next`);
  const id = next.headers.get("lambda-runtime-aws-request-id");
  const deadline = Number(next.headers.get("lambda-runtime-deadline-ms"));
  const context = {
    awsRequestId: id,
    invokedFunctionArn: next.headers.get("lambda-runtime-invoked-function-arn"),
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  try {
    await post(`invocation/${id}/response`, (await handler(await next.json(), context)) ?? null);
  } catch (error) {
    await post(`invocation/${id}/error`, described(error));
  }
}
