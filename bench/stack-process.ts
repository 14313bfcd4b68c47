/**
 * The embedded stack as `npm start` runs it: in a process of its own, on an empty folder.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface StackProcess {
  readonly url: string;
  readonly apiKey: string;
  readonly pid: number;
  /** Ends the process and removes its folder. */
  stop(): Promise<void>;
}

const apiKey = "b".repeat(40);

/**
 * @param env added to its settings
 * @throws Error when it ends before it is ready
 */
export async function startStackProcess(env: Readonly<Record<string, string>> = {}): Promise<StackProcess> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-bench-"));
  const stack = spawn(process.execPath, [fileURLToPath(new URL("../local/main.ts", import.meta.url))], {
    env: {
      PATH: process.env.PATH,
      SLUICE_PORT: "0",
      SLUICE_DATA_DIR: folder,
      SLUICE_API_KEY: apiKey,
      LOG_LEVEL: "ERROR",
      ...env,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const stop = async () => {
    stack.kill("SIGTERM");
    if (stack.exitCode === null) await once(stack, "exit");
    await rm(folder, { recursive: true });
  };
  try {
    return { url: await readyUrl(stack.stdout), apiKey, pid: stack.pid ?? 0, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function readyUrl(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const [, url] = /^ready (\S+)/.exec(line) ?? [];
    if (url === undefined) continue;
    output.resume();
    return url;
  }
  throw new Error("The stack did not start.");
}
