import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the running stack is, for tools on this machine that were told nothing. */
export const endpointFile = fileURLToPath(new URL("../.sluice/endpoint.json", import.meta.url));

export function writeEndpointFile(url: string, apiKey: string): void {
  mkdirSync(dirname(endpointFile), { recursive: true });
  rmSync(endpointFile, { force: true });
  const content = `${JSON.stringify({ url, api_key: apiKey, pid: process.pid }, null, 2)}\n`;
  writeFileSync(endpointFile, content, { mode: 0o600 });
}

/** Removes the file, unless another stack has written it since. */
export function removeEndpointFile(url: string): void {
  try {
    if (readFileSync(endpointFile, "utf8").includes(`"${url}"`)) rmSync(endpointFile, { force: true });
  } catch {
    // It is gone already.
  }
}
