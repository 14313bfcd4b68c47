/**
 * A small JSON server on a free loopback port, the ground of the test servers that stand in for real services.
 *
 * @module
 */

import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

export interface JsonRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  /** undefined when the request has no body. */
  readonly body: unknown;
  /** Of the request's body. */
  readonly bytes: number;
}

export interface JsonResponse {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
  /** Cuts the connection instead of answering. */
  readonly cut?: boolean;
}

export interface JsonServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly JsonRequest[];
  /** Answers the next requests with these instead, in order. */
  failNext(...responses: readonly JsonResponse[]): void;
}

export async function startJsonServer(
  answer: (request: JsonRequest) => JsonResponse | Promise<JsonResponse>,
): Promise<JsonServer> {
  const requests: JsonRequest[] = [];
  const failures: JsonResponse[] = [];

  async function handle(incoming: IncomingMessage): Promise<JsonResponse> {
    const { pathname, searchParams } = new URL(incoming.url ?? "/", "http://localhost");
    const bytes = Number(incoming.headers["content-length"] ?? 0);
    const body: unknown = bytes > 0 ? await json(incoming) : undefined;
    const method = incoming.method ?? "GET";
    const request = { method, path: pathname, query: searchParams, headers: incoming.headers, body, bytes };
    requests.push(request);
    return failures.shift() ?? (await answer(request));
  }

  const server = createServer((incoming, outgoing) => {
    void handle(incoming)
      .catch((error: unknown): JsonResponse => ({ status: 500, body: { message: String(error) } }))
      .then(({ status, body, headers, cut }) => {
        if (cut) return incoming.socket.destroy();
        return outgoing.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // With a host and port given, a listening server has an AddressInfo.
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    failNext: (...responses) => failures.push(...responses),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An address where nobody listens: that of a server that has just ended. */
export async function closedPort(): Promise<string> {
  await using server = await startJsonServer(() => ({ status: 200, body: null }));
  return server.url;
}
