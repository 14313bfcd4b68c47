/**
 * Runs in a function's own process: loads the handler, then calls it for each event the stack sends, one at a time, as
 * Lambda's Node runtime does. It starts from a copy without types (runtime-copy.ts), so it imports types alone.
 */
import { pathToFileURL } from "node:url";
import type { FunctionError, InvokeMessage, ProcessMessage } from "./protocol.ts";

type Handler = (event: unknown, context: object) => unknown;

const [, , file = "", exportName = ""] = process.argv;

const send = (message: ProcessMessage): void => {
  process.send?.(message);
};

function describe(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) };
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split("\n") ?? [] };
}

const contextOf = ({ requestId, deadline, arn }: InvokeMessage) => ({
  awsRequestId: requestId,
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
  invokedFunctionArn: arn,
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
  logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
});

async function invoke(handler: Handler, message: InvokeMessage): Promise<void> {
  const { requestId } = message;
  try {
    const result = await handler(JSON.parse(message.event), contextOf(message));
    send({ kind: "done", requestId, payload: JSON.stringify(result ?? null) });
  } catch (error) {
    send({ kind: "failed", requestId, error: describe(error) });
  }
}

/** Ctrl-C reaches the whole process group; the stack decides when a process ends. */
process.on("SIGINT", () => {});
/** Nobody is left to answer to. */
process.once("disconnect", () => process.exit(0));

try {
  const module = await import(pathToFileURL(file).href);
  const handler: unknown = module[exportName] ?? module.default?.[exportName];
  if (typeof handler !== "function") throw new Error(`${file} exports no function ${exportName}`);
  process.on("message", (message: InvokeMessage) => void invoke(handler as Handler, message));
  send({ kind: "ready" });
} catch (error) {
  process.exitCode = 1;
  process.send?.({ kind: "init-failed", error: describe(error) } satisfies ProcessMessage, () => process.disconnect());
}
