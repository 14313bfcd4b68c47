/**
 * The HTTP API on 127.0.0.1: routes, asks the authorizer, calls the function, keeps the limits of API Gateway and Lambda.
 *
 * @module
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { loggedPath } from "../../contracts/printable.ts";
import type { StackLog } from "../log.ts";
import type { Api, RouteTarget } from "./api.ts";
import { corsHeaders } from "./cors.ts";
import { type AuthorizerContext, type HttpRequest, readRequest, toEvent } from "./request.ts";
import { type HttpResponse, responses, toResponse } from "./response.ts";
import type { RouteMatch } from "./routes.ts";

const MAX_BODY_BYTES = 10 * 1_024 * 1_024;
/** Lambda's limit for an event and for a response, as JSON. */
const MAX_PAYLOAD_BYTES = 6 * 1_024 * 1_024;
const MAX_HEADER_BYTES = 10_240;

/** The HTTP server in front of the template's APIs. */
export class Gateway {
  readonly #server: Server;
  readonly #log: StackLog;
  #api: Api | undefined;
  #open = 0;

  constructor(log: StackLog) {
    this.#log = log;
    this.#server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
      this.#open += 1;
      response.once("close", () => {
        this.#open -= 1;
      });
      void this.#serve(request, response);
    });
  }

  /**
   * Takes the port; requests are answered 503 until there is an API.
   * @param port 0 for a free one
   * @throws Error when the port is taken
   * @returns the base URL
   */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", (error: NodeJS.ErrnoException) => {
        reject(
          error.code === "EADDRINUSE" ? new Error(`Port ${port} is taken. Choose another with SLUICE_PORT.`) : error,
        );
      });
      this.#server.listen(port, "127.0.0.1", resolve);
    });
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("The gateway has no port.");
    return `http://127.0.0.1:${address.port}`;
  }

  /** Serves this API from now on. */
  use(api: Api | undefined): void {
    this.#api = api;
  }

  /** Takes no new connection, and waits for open requests for `graceMs` at most. */
  async close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const until = Date.now() + graceMs;
    while (this.#open > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await readBody(message);
      const answer = body === undefined ? responses.tooLarge : await this.#answer(message, body);
      response.writeHead(answer.status, { ...flatten(answer.headers), "content-length": answer.body.length });
      response.end(message.method === "HEAD" ? undefined : answer.body);
    } catch (error) {
      // The client went away while it was sending.
      this.#log.debug(`${message.method} ${loggedPath(message.url ?? "")}: ${String(error)}`);
      response.destroy();
    }
  }

  async #answer(message: IncomingMessage, body: Buffer): Promise<HttpResponse> {
    const api = this.#api;
    if (!api) return responses.unavailable;
    let request: HttpRequest;
    try {
      request = readRequest(message, body);
    } catch {
      return responses.badRequest;
    }
    const cors = api.cors ? corsHeaders(api.cors, request) : {};
    const answer = isPreflight(api, request)
      ? { status: 204, headers: {}, body: Buffer.alloc(0) }
      : await this.#route(api, request);
    return { ...answer, headers: { ...answer.headers, ...cors, "apigw-requestid": request.requestId } };
  }

  async #route(api: Api, request: HttpRequest): Promise<HttpResponse> {
    const route = api.router(request.method, request.path);
    if (!route) return responses.notFound;
    const verdict = await route.target.authorizer?.authorize(request, route);
    switch (verdict?.kind) {
      case "unauthorized":
        return responses.unauthorized;
      case "forbidden":
        return responses.forbidden;
      case "failed":
        return responses.internal;
      default:
        return await this.#integrate(api, request, { ...route, authorizer: verdict?.context });
    }
  }

  async #integrate(
    api: Api,
    request: HttpRequest,
    route: RouteMatch<RouteTarget> & AuthorizerContext,
  ): Promise<HttpResponse> {
    const { pool, timeoutMs } = route.target;
    const event = JSON.stringify(toEvent(request, route, api.identity));
    if (Buffer.byteLength(event) > MAX_PAYLOAD_BYTES) return responses.tooLarge;
    const outcome = await within(timeoutMs, pool.invoke(event));
    if (outcome === undefined) return responses.unavailable;
    if (!outcome.ok) {
      this.#log.warn(
        `${request.method} ${loggedPath(request.path)}: ${pool.config.name}: ${outcome.error.errorMessage}`,
      );
      return responses.internal;
    }
    if (Buffer.byteLength(outcome.payload) > MAX_PAYLOAD_BYTES) return responses.internal;
    return toResponse(outcome.payload);
  }
}

/**
 * What the gateway answers by itself, when no route with an authorizer takes OPTIONS, too: that one would be asked.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
function isPreflight(api: Api, { method, path, headers }: HttpRequest): boolean {
  if (!api.cors || method !== "OPTIONS" || headers["access-control-request-method"] === undefined) return false;
  return api.router(method, path)?.target.authorizer === undefined;
}

/** @returns undefined when the time is over first */
async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  const timeout = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => timeout.resolve(undefined), ms);
  try {
    return await Promise.race([work, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Reads to the end even what is too large, so that the client gets to see the answer.
 * @returns undefined when the body is larger than API Gateway takes
 */
async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  return bytes > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks);
}

const flatten = (headers: HttpResponse["headers"]): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === "string" ? value : [...value]]),
  );
