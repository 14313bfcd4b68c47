/**
 * The embedded stack that runs on this machine, found by the file that it writes when it is ready.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** In the folder where the stack was started: this one, or the project's. */
const endpointFiles = (): string[] => [
  resolve(".sluice/endpoint.json"),
  fileURLToPath(new URL("../../.sluice/endpoint.json", import.meta.url)),
];

const endpointSchema = z.object({
  url: z.url(),
  api_key: z.string(),
  pid: z.int(),
  /** Everything that the stack and its functions write. */
  log_file: z.string().optional(),
});

/** The address and key of an embedded stack that runs on this machine. */
export type EmbeddedStack = z.infer<typeof endpointSchema>;

/** @returns undefined when none runs: no file, a file that does not fit, or one of a process that is gone */
export function findEmbeddedStack(files: readonly string[] = endpointFiles()): EmbeddedStack | undefined {
  for (const file of files) {
    const stack = readEndpointFile(file);
    if (stack) return stack;
  }
  return undefined;
}

function readEndpointFile(file: string): EmbeddedStack | undefined {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
  const { data } = endpointSchema.safeParse(content);
  return data && isAlive(data.pid) ? data : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process may not be signalled, but it is there.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
