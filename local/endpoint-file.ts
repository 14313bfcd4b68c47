import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { isAlive } from "./process-alive.ts";

/** The address of the running stack, for commands in this folder that are given none. */
const endpointFile = (): string => resolve(".sluice/endpoint.json");

const endpointSchema = z.object({ url: z.string(), api_key: z.string(), pid: z.int(), log_file: z.string() });

/**
 * Writes the file for this process. A stack that was there first and still runs keeps it.
 * @returns where to keep the log that the file names; undefined when the file is another stack's
 */
export function writeEndpointFile(url: string, apiKey: string): string | undefined {
  const owner = ownerOf();
  if (owner !== undefined && owner !== process.pid && isAlive(owner)) return undefined;
  const file = endpointFile();
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  const log_file = join(dirname(file), "stack.log");
  const content: z.infer<typeof endpointSchema> = { url, api_key: apiKey, pid: process.pid, log_file };
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  return log_file;
}

/** Removes the file if it is this process's. */
export function removeEndpointFile(): void {
  if (ownerOf() === process.pid) rmSync(endpointFile(), { force: true });
}

function ownerOf(): number | undefined {
  try {
    return endpointSchema.parse(JSON.parse(readFileSync(endpointFile(), "utf8"))).pid;
  } catch {
    return undefined;
  }
}
