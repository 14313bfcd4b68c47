import type { Server } from "node:http";

/** A server of the stack on a port of its own. */
export interface Endpoint {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a server on a free port of the loopback interface. Closing it ends open connections. */
export async function listenOnLoopback(server: Server): Promise<Endpoint> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
