import { mkdir } from "node:fs/promises";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Permissions } from "../iam/permissions.ts";
import type { WantedTable } from "./change-indexes.ts";
import type { Credentials } from "./credentials.ts";
import type { Tells, Told } from "./dynamodb-thread.ts";
import type { ObserveCall } from "./observed-calls.ts";

/** The DynamoDB emulator: its endpoint, and how it is stopped. */
export interface DynamoDb {
  readonly url: string;
  /** Decides by these from now on; until then functions may do nothing. */
  use(permissions: Permissions): Promise<void>;
  close(): Promise<void>;
}

/** How DynamoDB is started. */
export interface DynamoDbOptions {
  /** Where tables outlive the process; in memory without one. */
  readonly directory?: string | undefined;
  /** The process that had the folder last did not end by itself. @default false */
  readonly wasKilled?: boolean | undefined;
  /** What the tables in the folder are to be like by now. @default as they are */
  readonly wanted?: readonly WantedTable[] | undefined;
  /** What requests have to be signed with. */
  readonly credentials: Credentials;
  /** Is told of each request that a function's permissions do not allow. */
  readonly refused?: (message: string) => void;
  readonly observe?: ObserveCall | undefined;
  /** Is told when it ends by itself, such as when its folder's disk is full. */
  readonly failed?: ((error: Error) => void) | undefined;
}

/**
 * Starts DynamoDB on a free port of 127.0.0.1.
 * @throws Error when another process has the folder open
 */
export async function startDynamoDb(options: DynamoDbOptions): Promise<DynamoDb> {
  const { directory, wasKilled = false, wanted = [], credentials, refused, observe, failed } = options;
  if (directory !== undefined) await mkdir(directory, { recursive: true });
  const thread = new Worker(new URL(`./dynamodb-thread${extname(import.meta.url)}`, import.meta.url), {
    name: "dynamodb",
    workerData: { directory, wasKilled, wanted, credentials, isObserved: observe !== undefined },
  });
  // A promise of its own: `once` of node:events fails with the error of a write that the end has cut off.
  const ended = new Promise<void>((resolve) => thread.once("exit", () => resolve()));
  const tell = (message: Told): void => thread.postMessage(message);
  const port = await new Promise<number>((resolve, reject) => {
    thread.on("message", (message: Tells) => {
      if ("port" in message) resolve(message.port);
      if ("refused" in message) refused?.(message.refused);
      if ("call" in message) observe?.(message.call);
    });
    thread.once("error", reject);
    thread.once("exit", (code) => reject(new Error(`DynamoDB ended with code ${code} while it started.`)));
  });
  let closing = false;
  thread.on("error", (error) => {
    if (!closing) failed?.(error);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    async use(permissions) {
      const used = new Promise<void>((resolve) => {
        const listen = (message: Tells): void => {
          if (!("uses" in message)) return;
          thread.off("message", listen);
          resolve();
        };
        thread.on("message", listen);
      });
      tell({ permissions });
      await used;
    },
    async close() {
      closing = true;
      tell("close");
      await ended;
    },
  };
}
