/**
 * DynamoDB by dynalite, in a thread of its own so that it does not hold up the gateway and the queues.
 *
 * @module
 */

import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { guardServer } from "./guard-server.ts";
import { memoizeParsers } from "./memoized-parsers.ts";

memoizeParsers();
const { default: dynalite } = await import("dynalite");
const { directory, credentials } = z
  .object({
    directory: z.string().optional(),
    credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  })
  .parse(workerData);
const server = dynalite({
  createTableMs: 0,
  updateTableMs: 0,
  deleteTableMs: 0,
  ...(directory ? { path: directory } : {}),
});

guardServer(server, { credentials });

server.once("error", (error: Error) => {
  throw error;
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  parentPort?.postMessage({ port: typeof address === "object" ? address?.port : undefined });
});
parentPort?.once("message", () => {
  server.closeAllConnections();
  server.close(() => parentPort?.close());
});
