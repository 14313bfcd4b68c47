/**
 * The setup file of the suites that `npm test` runs: what a test writes to the terminal is held back, and shown if the test
 * fails. No logs are shown between the results.
 *
 * @module
 */

import { beforeEach } from "vitest";

declare global {
  // Where files share a process, this module is loaded once for each.
  var held: { readonly output: string[]; readonly show: () => void } | undefined;
}

type Write = typeof process.stdout.write;

function hold() {
  const output: string[] = [];
  const { stdout, stderr } = process;
  const write: Write = stdout.write.bind(stdout);
  for (const stream of [stdout, stderr]) {
    stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
      output.push(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
      const written = rest.find((each) => typeof each === "function");
      if (written) process.nextTick(written as () => void);
      return true;
    }) as Write;
  }
  return { output, show: () => void write(output.splice(0).join("")) };
}

globalThis.held ??= hold();
const { output, show } = globalThis.held;

/** What was written since the test began. */
export const heldOutput: readonly string[] = output;

beforeEach(({ onTestFailed }) => {
  output.length = 0;
  onTestFailed(show);
});
