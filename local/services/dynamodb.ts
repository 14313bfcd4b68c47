import { mkdir } from "node:fs/promises";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { z } from "zod";
import type { Credentials } from "./credentials.ts";

const readySchema = z.object({ port: z.int().positive() });

/** The DynamoDB emulator: its endpoint, and how it is stopped. */
export interface DynamoDb {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts DynamoDB on a free port of 127.0.0.1.
 * @param options.directory where tables outlive the process; in memory without one
 * @param options.credentials what requests have to be signed with
 * @throws Error when another process has the folder open
 */
export async function startDynamoDb(options: {
  directory?: string | undefined;
  credentials: Credentials;
}): Promise<DynamoDb> {
  const { directory, credentials } = options;
  if (directory !== undefined) await mkdir(directory, { recursive: true });
  const thread = new Worker(new URL(`./dynamodb-thread${extname(import.meta.url)}`, import.meta.url), {
    workerData: { directory, credentials },
  });
  const port = await new Promise<number>((resolve, reject) => {
    thread.once("message", (message: unknown) => resolve(readySchema.parse(message).port));
    thread.once("error", reject);
    thread.once("exit", (code) => reject(new Error(`DynamoDB ended with code ${code} while it started.`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        thread.once("exit", () => resolve());
        thread.postMessage("close");
      }),
  };
}
