import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { isAlive } from "./process-alive.ts";

/** Where the running stack is, for tools in this folder that were told nothing. */
const endpointFile = (): string => resolve(".sluice/endpoint.json");

const endpointSchema = z.object({ url: z.string(), api_key: z.string(), pid: z.int() });

/** Writes the file for this process. A stack that was there first and still runs keeps it. */
export function writeEndpointFile(url: string, apiKey: string): void {
  const owner = ownerOf();
  if (owner !== undefined && owner !== process.pid && isAlive(owner)) return;
  const file = endpointFile();
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  const content: z.infer<typeof endpointSchema> = { url, api_key: apiKey, pid: process.pid };
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
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
