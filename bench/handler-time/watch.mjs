/**
 * Preloaded into every function's process: the processor time of its thread from each event to the answer, in microseconds. While a
 * function waits for AWS it takes none, so this is how long it would run if AWS answered at once.
 */

import { appendFileSync } from "node:fs";
import { join } from "node:path";

const file = join(process.env.HANDLER_TIME_DIR, `${process.env.AWS_LAMBDA_FUNCTION_NAME}.jsonl`);
const samples = [];
let begun;
let records = 1;

// Before the runtime's own listener, which is added once the handler is loaded.
process.on("message", ({ event }) => {
  records = Math.max(1, event.match(/"messageId":/g)?.length ?? 1);
  begun = process.threadCpuUsage();
});
const send = process.send.bind(process);
process.send = (...message) => {
  if (begun !== undefined && message[0]?.kind === "done") {
    const { user, system } = process.threadCpuUsage(begun);
    samples.push({ records, spent: user + system });
    begun = undefined;
  }
  return send(...message);
};
process.once("exit", () => appendFileSync(file, samples.map((sample) => `${JSON.stringify(sample)}\n`).join("")));
