/**
 * One call over HTTP: builds the request, repeats it where that is safe, reads the answer.
 *
 * @module
 */

import { errorFrom, SluiceError, UnreachableError } from "./errors.ts";
import type { AnswerOf, CallArguments, CommonOptions, RouteKey } from "./route-types.ts";
import { sleep } from "./sleep.ts";

/** The `fetch` function that the client uses. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The URL and key of an API, and how requests are made. */
export interface HttpOptions {
  /** Base URL without `/api/v1`. */
  readonly url: string;
  /** Sent as `Authorization: Bearer`. Public routes need none. */
  readonly apiKey?: string | undefined;
  /** Instead of the global `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** How often a call that is safe to repeat is repeated after 429, 503 or a lost connection. Default 4. */
  readonly retries?: number | undefined;
  /** Milliseconds that one request may take. Default 35,000: the gateway ends one after 30 s. */
  readonly requestTimeout?: number | undefined;
  /** Ends every call of the client. */
  readonly signal?: AbortSignal | undefined;
}

/** Calls a route by its method and path. */
export type Call = <Key extends RouteKey>(route: Key, ...options: CallArguments<Key>) => Promise<AnswerOf<Key>>;

const RETRY_STATUSES: ReadonlySet<number | undefined> = new Set([429, 502, 503, 504]);
const DEFAULT_RETRIES = 4;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 30_000;

/** Calls any path, also of a route that these types do not know yet. */
export type SendRequest = (method: string, path: string, options?: RequestOptions) => Promise<unknown>;

/** The parts of a call, without its route's types. */
export interface RequestOptions extends CommonOptions {
  /** Values for `{name}` in the path. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** One try of a request. */
interface Once {
  readonly method: string;
  /** The caller waits no longer. */
  readonly ended: AbortSignal | undefined;
}

/** The caller's own `fetch`, or the global one as it is when it is called. */
const fetchOf = (options: HttpOptions): Fetch => options.fetch ?? ((url, init) => fetch(url, init));

/** @throws TypeError when the URL is invalid */
export function createSend(options: HttpOptions): SendRequest {
  const { apiKey, retries = DEFAULT_RETRIES, requestTimeout = 35_000 } = options;
  const base = new URL(options.url).href.replace(/\/$/, "");
  const send = fetchOf(options);

  const once = async (url: string, call: RequestOptions & Once): Promise<unknown> => {
    const { method, ended } = call;
    const timeout = AbortSignal.timeout(requestTimeout);
    const body = encodeBody(call.body);
    const init: RequestInit = {
      method,
      headers: {
        accept: "application/json",
        ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
        ...(body && { "content-type": body.type }),
        ...(call.idempotency_key !== undefined && { "idempotency-key": call.idempotency_key }),
      },
      signal: ended ? AbortSignal.any([ended, timeout]) : timeout,
      ...(body && { body: body.data }),
    };
    return await answered(base, ended, () => send(url, init));
  };

  return async (method, path, call = {}) => {
    const url = base + fillPath(path, call.params ?? {}) + queryString(call.query ?? {});
    const ended =
      options.signal && call.signal ? AbortSignal.any([options.signal, call.signal]) : (options.signal ?? call.signal);
    const isRepeatable = method === "GET" || call.safe === true || call.idempotency_key !== undefined;
    return await withRetries(isRepeatable ? retries : 0, ended, () => once(url, { ...call, method, ended }));
  };
}

/** Tries again while that may help. */
async function withRetries<T>(retries: number, ended: AbortSignal | undefined, act: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await act();
    } catch (error) {
      const delay = attempt < retries ? retryDelay(error, attempt) : undefined;
      if (delay === undefined) throw error;
      await sleep(delay, ended);
    }
  }
}

/** POSTs a form to a place outside the API, such as S3. */
export type SendForm = (url: string, form: FormData) => Promise<unknown>;

/** Builds the function that posts a presigned form. */
export const createSendForm =
  (options: HttpOptions): SendForm =>
  (url, form) => {
    const { signal, retries = DEFAULT_RETRIES } = options;
    const send = () => fetchOf(options)(url, { method: "POST", body: form, signal: signal ?? null });
    // The form names the file's place: again is the same file in the same place.
    return withRetries(retries, signal, () => answered(new URL(url).origin, signal, send));
  };

/** @throws SluiceError, or the signal's reason */
async function answered(host: string, ended: AbortSignal | undefined, send: () => Promise<Response>): Promise<unknown> {
  try {
    const response = await send();
    const answer = await readBody(response);
    if (!response.ok) throw errorFrom(response, answer);
    return answer;
  } catch (error) {
    ended?.throwIfAborted();
    if (error instanceof SluiceError) throw error;
    throw new UnreachableError(`${host} does not answer: ${reason(error)}.`, { cause: error });
  }
}

/** Gives requests the types of the route table. */
export function createCall(send: SendRequest): Call {
  return async (route, ...[options]) => {
    const [method = "GET", path = "/"] = route.split(" ");
    // The one place where the API is taken at its word: its own tests hold its answers to the same table.
    return (await send(method, path, options)) as AnswerOf<typeof route>;
  };
}

/** Milliseconds to wait before another try; undefined when none can help. */
function retryDelay(error: unknown, attempt: number): number | undefined {
  if (!(error instanceof SluiceError)) return undefined;
  if (!(error instanceof UnreachableError) && !RETRY_STATUSES.has(error.status)) return undefined;
  const backoff = Math.random() * FIRST_DELAY_MS * 2 ** attempt;
  const asked = (error.retryAfterSeconds ?? 0) * 1_000;
  return asked > LONGEST_DELAY_MS ? undefined : asked + backoff;
}

/** JSON, unless the body is a file: its bytes and what they are said to be. */
function encodeBody(body: unknown): { type: string; data: string | Uint8Array<ArrayBuffer> } | undefined {
  if (body === undefined) return undefined;
  if (!isFile(body)) return { type: "application/json", data: JSON.stringify(body) };
  return { type: body.content_type ?? "application/octet-stream", data: body.bytes };
}

const isFile = (body: unknown): body is { bytes: Uint8Array<ArrayBuffer>; content_type?: string | undefined } =>
  typeof body === "object" && body !== null && "bytes" in body && body.bytes instanceof Uint8Array;

function fillPath(template: string, params: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)(\+?)\}/g, (_, name: string, rest: string) => {
    const value = params[name] ?? "";
    if (value === "") throw new TypeError(`${name} must not be empty.`);
    return rest ? value.split("/").map(encodeURIComponent).join("/") : encodeURIComponent(value);
  });
}

function queryString(query: Readonly<Record<string, unknown>>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? "" : `?${given}`;
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  // Not application/x-ndjson, which is JSON only line by line.
  if (!/\bjson\b/.test(response.headers.get("content-type") ?? "")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Node hides what went wrong in `cause`. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "no answer in time";
  const { cause } = error;
  if (cause instanceof Error) return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
  return error.message;
}
