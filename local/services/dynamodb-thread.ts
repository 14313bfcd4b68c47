/**
 * DynamoDB by dynalite, in a thread of its own so that it does not hold up the gateway and the queues.
 *
 * @module
 */

import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { Access } from "../iam/access.ts";
import type { Permissions } from "../iam/permissions.ts";
import type { WantedTable } from "./change-indexes.ts";
import { closeIteratorsOfDynalite } from "./closed-iterators.ts";
import { guardServer } from "./guard-server.ts";
import { memoizeParsers } from "./memoized-parsers.ts";
import type { AwsCall } from "./observed-calls.ts";

memoizeParsers();
closeIteratorsOfDynalite();
const [{ default: dynalite }, { countIndexUnits }] = await Promise.all([
  import("dynalite"),
  import("./consumed-capacity.ts"),
]);
const { directory, wasKilled, wanted, credentials, isObserved } = z
  .object({
    directory: z.string().optional(),
    wasKilled: z.boolean(),
    wanted: z.custom<readonly WantedTable[]>(Array.isArray),
    isObserved: z.boolean(),
    credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  })
  .parse(workerData);
if (directory !== undefined && wasKilled) {
  const { repairIndexes } = await import("./repair-indexes.ts");
  await repairIndexes(directory);
}
if (directory !== undefined && wanted.length > 0) {
  const { changeIndexes } = await import("./change-indexes.ts");
  await changeIndexes(directory, wanted);
}
countIndexUnits();
const server = dynalite({
  createTableMs: 0,
  updateTableMs: 0,
  deleteTableMs: 0,
  ...(directory ? { path: directory } : {}),
});

/** What this thread is told: to stop, or what functions may do. */
export type Told = "close" | { readonly permissions: Permissions };
/** What it tells: where it listens, that it decides by new permissions, that it refused something. */
export type Tells =
  | { readonly port: number }
  | { readonly uses: true }
  | { readonly refused: string }
  | { readonly call: AwsCall };

const tell = (message: Tells): void => parentPort?.postMessage(message);
const access = new Access({ refused: (refused) => tell({ refused }) });
guardServer(server, { credentials, access, ...(isObserved && { observe: (call: AwsCall) => tell({ call }) }) });

server.once("error", (error: Error) => {
  throw error;
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  tell({ port: typeof address === "object" ? (address?.port ?? 0) : 0 });
});
parentPort?.on("message", (told: Told) => {
  if (told !== "close") {
    access.use(told.permissions);
    return tell({ uses: true });
  }
  server.closeAllConnections();
  server.close(() => parentPort?.close());
});
