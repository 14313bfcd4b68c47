/**
 * One call to the API that served this page, with the tab's key.
 *
 * @module
 */

import { connection } from "./connection.ts";
import { ApiError, errorFrom } from "./errors.ts";
import type { AnswerOf, CallArguments, RouteKey } from "./routes.ts";
import { session, signOut } from "./session.ts";

/** The gateway gives up after 30 s. */
const TIMEOUT_MS = 32_000;

interface AnyOptions {
  readonly signal?: AbortSignal | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  /** Sent as it is, in place of a body; a form says by itself what it is. */
  readonly file?: Blob | FormData;
}

/**
 * @throws ApiError when the API refuses or cannot be reached; a key that it does not know also signs out
 */
export async function call<Key extends RouteKey>(route: Key, ...[given]: CallArguments<Key>): Promise<AnswerOf<Key>> {
  const key = session.get()?.key;
  try {
    const answer = await send(route, given ?? {}, key);
    // The one place where the API is taken at its word: its own tests hold its answers to the same table.
    return answer as AnswerOf<Key>;
  } catch (error) {
    if (error instanceof ApiError && error.kind === "key" && session.get()?.key === key) {
      signOut("The API no longer takes this key. It may have been revoked; sign in with another.");
    }
    throw error;
  }
}

/**
 * Asks with a key that is not signed in yet.
 * @throws ApiError
 */
export async function callWith<Key extends RouteKey>(key: string, route: Key): Promise<AnswerOf<Key>> {
  return (await send(route, {}, key)) as AnswerOf<Key>;
}

/**
 * Sends a request and reads the answer, whose type the caller knows.
 * @throws ApiError
 */
export async function send(route: string, options: AnyOptions, key: string | undefined): Promise<unknown> {
  const [method = "GET", template = "/"] = route.split(" ");
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(fillPath(template, options.params ?? {}) + queryString(options.query ?? {}), {
    method,
    headers: {
      accept: "application/json",
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(options.body !== undefined && { "content-type": "application/json" }),
      ...(options.file instanceof Blob && { "content-type": "application/octet-stream" }),
      ...(options.idempotencyKey !== undefined && { "idempotency-key": options.idempotencyKey }),
    },
    signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
    ...(options.file && { body: options.file }),
  }).catch(() => {
    // Browsers do not say why a request failed.
    options.signal?.throwIfAborted();
    connection.failed();
    throw new ApiError("offline", timeout.aborted ? "The API took too long." : "The API does not answer.");
  });
  const body = await readBody(response);
  if (response.ok) {
    connection.succeeded();
    return body;
  }
  const error = errorFrom(response.status, body);
  if (error.kind === "offline") connection.failed();
  else connection.succeeded();
  throw error;
}

function fillPath(template: string, params: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\+?\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
}

function queryString(query: Readonly<Record<string, unknown>>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") given.set(name, String(value));
  }
  return given.size === 0 ? "" : `?${given}`;
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
