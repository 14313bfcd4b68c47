/**
 * Qdrant's REST API: one request, its answer's `result`, and errors of ours.
 *
 * @module
 */

import { z } from "zod";
import {
  AuthenticationError,
  CollectionNotFoundError,
  ConnectionError,
  InvalidInputError,
  RateLimitError,
  VectorStoreError,
} from "../../../../contracts/errors.ts";
import { retryAfterSeconds } from "../../../lib/http/retry-after.ts";

/** Time for an answer, below any task's own limit. */
const TIMEOUT_MS = 30_000;

/** Where Qdrant is, and its key. */
export interface QdrantOptions {
  readonly url: string;
  /** Read before each request; the caller caches it. */
  readonly apiKey?: (() => Promise<string>) | undefined;
}

const envelope = z.object({ result: z.unknown() });
const failure = z.object({ status: z.object({ error: z.string() }) });

/** A request with the schema of its answer. */
export interface RestRequest<Result> {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** Path below the server's URL. */
  readonly path: string;
  readonly body?: unknown;
  readonly result: z.ZodType<Result>;
  readonly signal: AbortSignal | undefined;
}

function errorFor(response: Response, message: string, path: string): Error {
  const { status } = response;
  const text = `Qdrant answered ${status} to ${path}: ${message.slice(0, 500)}`;
  if (status === 429) {
    return new RateLimitError(text, {
      retryAfterSeconds: retryAfterSeconds(response.headers.get("retry-after") ?? undefined),
    });
  }
  if (status === 401 || status === 403) return new AuthenticationError(text);
  if (status === 404) return new CollectionNotFoundError(text);
  if (status >= 500 || status === 408) return new VectorStoreError(text);
  return new InvalidInputError(text);
}

/** Qdrant's answer when a collection exists already. */
export class CollectionExistsError extends InvalidInputError {}

/**
 * Sends one request.
 * @throws CollectionNotFoundError on 404, CollectionExistsError on 409, AuthenticationError on 401 and 403,
 * RateLimitError on 429, InvalidInputError on other 4xx, VectorStoreError on 5xx, silence or an unreadable answer,
 * ConnectionError when no connection was made
 */
export async function request<Result>(
  { url, apiKey }: QdrantOptions,
  { method, path, body, result, signal }: RestRequest<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  const key = await apiKey?.();
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  let text: string;
  try {
    response = await fetch(new URL(path.slice(1), url.endsWith("/") ? url : `${url}/`), {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(key ? { "api-key": key } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    text = await response.text();
  } catch (error) {
    signal?.throwIfAborted();
    if (timeout.aborted) {
      throw new VectorStoreError(`Qdrant did not answer within ${TIMEOUT_MS / 1_000} s.`, { cause: error });
    }
    throw new ConnectionError("The connection to Qdrant failed.", { cause: error });
  }
  const answer = parseJson(text);
  if (!response.ok) {
    const parsed = failure.safeParse(answer);
    const message = parsed.success ? parsed.data.status.error : text;
    throw response.status === 409 ? new CollectionExistsError(message) : errorFor(response, message, path);
  }
  const parsed = result.safeParse(envelope.safeParse(answer).data?.result);
  if (!parsed.success)
    throw new VectorStoreError(`Qdrant's answer to ${path} cannot be read.`, { cause: parsed.error });
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
