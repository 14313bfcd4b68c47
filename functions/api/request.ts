/**
 * Reads what a route takes from an event of API Gateway (HTTP API, payload 2.0): path, query, headers and body.
 *
 * @module
 */

import { gunzipSync } from "node:zlib";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { z } from "zod";
import type { Catalog } from "../../contracts/define-catalog.ts";
import type { UploadedBody } from "../../contracts/documents/documents.ts";
import { withoutOptionalNulls } from "../../contracts/optional-nulls.ts";
import { queuesNamed } from "../../contracts/queue-names.ts";
import type { RouteDefinition } from "../../contracts/routes/define-route.ts";
import { MAX_BODY_BYTES } from "../../contracts/routes/routes.ts";
import { taskOf } from "../../shared/engine/jobs/submit.ts";
import { faultsOf } from "../../shared/lib/http/pointer.ts";
import { type Fault, invalid, notFound, ProblemError } from "../../shared/lib/http/problem.ts";

/** A request with each part parsed by its route's schema. */
export interface ParsedRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly headers: unknown;
  readonly body: unknown;
}

const nothing = z.strictObject({});

/**
 * Parses path, query, headers and body by the route's schemas. All faults of query, headers and body are reported together.
 * @throws ProblemError 400, 404, 413, 415 or 422
 */
export function parseRequest(
  route: RouteDefinition,
  pathParameters: Readonly<Record<string, string>>,
  event: APIGatewayProxyEventV2,
): ParsedRequest {
  const params = parseParams(route, pathParameters);
  const faults: Fault[] = [];
  const parse = (schema: z.ZodType, value: unknown, prefix: readonly string[]): unknown => {
    const parsed = schema.safeParse(withoutOptionalNulls(schema, value));
    if (parsed.success) return parsed.data;
    faults.push(...faultsOf(parsed.error.issues, prefix));
    return undefined;
  };
  // Public pages take any query, such as one that a browser's cache or a link tracker adds.
  const query = route.scope === null ? undefined : parse(route.query ?? nothing, readQuery(event), ["query"]);
  const headers = route.headers && parse(route.headers, event.headers, ["headers"]);
  const hasBody = route.method === "POST" || route.method === "PUT";
  const body = hasBody
    ? parse(route.body ?? nothing, route.bodyType === "bytes" ? readBytes(event) : readJson(event), [])
    : undefined;
  if (faults.length > 0) throw invalid(faults);
  return { params, query, headers, body };
}

function parseParams(route: RouteDefinition, given: Readonly<Record<string, string>>): unknown {
  const parsed = (route.params ?? z.record(z.string(), z.string())).safeParse(given);
  if (parsed.success) return parsed.data;
  throw notFound(parsed.error.issues[0]?.message ?? "Nothing was found at this path.");
}

function readQuery(event: APIGatewayProxyEventV2): Record<string, string> {
  const query = new URLSearchParams(event.rawQueryString);
  for (const name of query.keys()) {
    if (query.getAll(name).length > 1)
      throw invalid([{ path: `/query/${name}`, message: "must not be specified more than once" }]);
  }
  return Object.fromEntries(query);
}

type Params = Readonly<Record<string, string>>;

/**
 * Looks up what a path names of the catalog: `{task_name}`, by any of the task's names, and `{queue}`.
 * @param path of the request
 * @returns the parameters, with own names
 * @throws UnknownTaskError
 * @throws ProblemError 404 when there is no such queue
 */
export function resolveNames(catalog: Catalog, params: Params, path: string): Params {
  const { task_name, queue } = params;
  return {
    ...params,
    ...(queue !== undefined && { queue: queueName(catalog, queue, path) }),
    ...(task_name !== undefined && { task_name: taskOf(catalog, task_name).name }),
  };
}

/** What ends the paths on which a queue stands for lanes, so that groups of lanes can be named. */
const ON_LANES = /\/(?:purge|pause|resume)\/?$/;

/** @throws ProblemError 404 */
function queueName(catalog: Catalog, given: string, path: string): string {
  const found = queuesNamed(catalog, given);
  const isOfLanes = !found || found.queue !== undefined || (ON_LANES.test(path) && !path.includes("/dlq/"));
  if (found && isOfLanes) return found.queue ?? given;
  throw noSuchQueue(catalog, given);
}

/** The queue of one of its names, where none stands for several. @throws ProblemError 404 */
export function queueOf(catalog: Catalog, given: string): string {
  const name = queuesNamed(catalog, given)?.queue;
  if (name === undefined) throw noSuchQueue(catalog, given);
  return name;
}

function noSuchQueue(catalog: Catalog, given: string): ProblemError {
  const names = catalog.queues.map(({ name }) => name).join(", ");
  return notFound(`There is no queue ${given.slice(0, 100)}. There are: ${names}.`);
}

type Event = Pick<APIGatewayProxyEventV2, "body" | "isBase64Encoded" | "headers">;

/** What the gateway puts in place of bytes that are not UTF-8 when it takes a body for text. */
const LOST_BYTES = "\uFFFD";
/** More than the largest file takes with its form, so that the handler can refuse a larger one and name its size. */
const MAX_UPLOAD_BYTES = 2 * MAX_BODY_BYTES;

/**
 * The body as it was received; the handler validates it.
 * @throws ProblemError 415 for an encoding that is not known; 422 when the gateway took it for text in UTF-8 and it was
 * not: its bytes are lost by then
 */
export function readBytes(event: Event): UploadedBody {
  const { body = "", isBase64Encoded, headers } = event;
  const bytes = decode(event, MAX_UPLOAD_BYTES);
  if (!isBase64Encoded && body.includes(LOST_BYTES)) {
    const message =
      "is not UTF-8, the only encoding that the gateway passes on: send the body as application/octet-stream, or in a form";
    throw invalid([{ path: "/headers/content-type", message }]);
  }
  return { bytes, content_type: headers["content-type"] };
}

/** JSON, and the content type that curl sends by default. */
const TAKEN_AS_JSON = /^application\/(([\w.-]+\+)?json|x-www-form-urlencoded)\s*(;|$)/i;
/** What lets a compressed body through a gateway that would take it for text. */
const BYTES = /^application\/(octet-stream|gzip)\s*(;|$)/i;

/**
 * The body as JSON; a request without one counts as one with `{}`.
 * @throws ProblemError 400, 413, 415 or 422
 */
export function readJson(event: Event): unknown {
  if (!event.body) return {};
  const type = event.headers["content-type"];
  if (type !== undefined && !TAKEN_AS_JSON.test(type) && !(BYTES.test(type) && encodingOf(event) === "gzip")) {
    throw new ProblemError("unsupported-media-type", `Send application/json, not ${type.slice(0, 100)}.`, {
      headers: { accept: "application/json" },
    });
  }
  const bytes = decode(event, MAX_BODY_BYTES);
  if (bytes.length > MAX_BODY_BYTES) throw tooLarge(`The body has ${bytes.length} bytes`, MAX_BODY_BYTES);
  const body = parseJson(bytes);
  if (isTooDeep(body)) {
    throw invalid([{ path: "", message: `must not be nested more than ${MAX_LEVELS} levels deep` }]);
  }
  return body;
}

const tooLarge = (what: string, limit: number): ProblemError =>
  new ProblemError("too-large", `${what}; the limit is ${limit} bytes.`);

/** @returns the Content-Encoding that is to be undone, in lower case; undefined when there is none */
function encodingOf({ headers }: Event): string | undefined {
  const encoding = headers["content-encoding"]?.trim().toLowerCase();
  if (encoding === "x-gzip") return "gzip";
  return encoding === "" || encoding === "identity" ? undefined : encoding;
}

/**
 * The body's bytes. Gateways differ in what they do with a compressed one: pass it on, or decompress it and leave the
 * header. The first bytes show which of the two it was.
 * @param atMost bytes that a compressed body may grow to
 */
function decode(event: Event, atMost: number): Buffer<ArrayBuffer> {
  const { body = "", isBase64Encoded } = event;
  const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
  const encoding = encodingOf(event);
  if (encoding === undefined || bytes.length === 0) return bytes;
  if (encoding !== "gzip") {
    const detail = `Content-Encoding ${encoding.slice(0, 100)} is not supported: send gzip, or the body as it is.`;
    throw new ProblemError("unsupported-media-type", detail, { headers: { "accept-encoding": "gzip" } });
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzip(bytes, atMost);
  if (!isBase64Encoded && body.startsWith(`\x1f${LOST_BYTES}`)) {
    const detail = "The gateway took the compressed body for text: send it with Content-Type application/octet-stream.";
    throw new ProblemError("unsupported-media-type", detail);
  }
  return bytes;
}

function gunzip(bytes: Uint8Array, atMost: number): Buffer<ArrayBuffer> {
  try {
    return Buffer.from(gunzipSync(bytes, { maxOutputLength: atMost }));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ERR_BUFFER_TOO_LARGE") throw tooLarge("The body is larger when decompressed", atMost);
    throw new ProblemError("malformed-body", "The body is not gzip, as its Content-Encoding says.");
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const notText = isGzip ? "it is gzip; say so with the header Content-Encoding: gzip" : "it is not UTF-8";
    const reason = error instanceof SyntaxError ? error.message : notText;
    throw new ProblemError("malformed-json", `The body is not JSON: ${reason.slice(0, 200)}.`);
  }
}

/** Deeper bodies would exhaust the stack of recursive code. */
export const MAX_LEVELS = 100;

/** True when a value is nested more than {@link MAX_LEVELS} levels deep. */
export const isTooDeep = (value: unknown): boolean => isDeeper(value, MAX_LEVELS);

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === "object" &&
  value !== null &&
  (levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1)));
