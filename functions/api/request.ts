/**
 * Reads what a route takes from an event of API Gateway (HTTP API, payload 2.0).
 *
 * @module
 */

import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { z } from "zod";
import type { RouteDefinition } from "../../contracts/routes/define-route.ts";
import { MAX_BODY_BYTES } from "../../contracts/routes/routes.ts";
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
 * Parses path, query, headers and body by the route's schemas. Every fault of query, headers and body is told at once.
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
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    faults.push(...faultsOf(parsed.error.issues, prefix));
    return undefined;
  };
  // Public pages take any query, such as one that a browser's cache or a link tracker adds.
  const query = route.scope === null ? undefined : parse(route.query ?? nothing, readQuery(event), ["query"]);
  const headers = route.headers && parse(route.headers, event.headers, ["headers"]);
  const hasBody = route.method === "POST" || route.method === "PUT";
  const body = hasBody
    ? parse(route.body ?? nothing, route.bodyType === "bytes" ? readBytes(event) : readBody(event), [])
    : undefined;
  if (faults.length > 0) throw invalid(faults);
  return { params, query, headers, body };
}

function parseParams(route: RouteDefinition, given: Readonly<Record<string, string>>): unknown {
  const parsed = (route.params ?? z.record(z.string(), z.string())).safeParse(given);
  if (parsed.success) return parsed.data;
  throw notFound(parsed.error.issues[0]?.message ?? "There is nothing here.");
}

function readQuery(event: APIGatewayProxyEventV2): Record<string, string> {
  const query = new URLSearchParams(event.rawQueryString);
  for (const name of query.keys()) {
    if (query.getAll(name).length > 1) throw invalid([{ path: `/query/${name}`, message: "given more than once" }]);
  }
  return Object.fromEntries(query);
}

/**
 * The body as it came; what it may hold is up to the handler.
 * @throws ProblemError 422 when the gateway took it for text in UTF-8 and it was not: its bytes are lost by then
 */
function readBytes({ body = "", isBase64Encoded, headers }: APIGatewayProxyEventV2) {
  if (!isBase64Encoded && body.includes("\uFFFD")) {
    const message = "is not UTF-8, the only text that comes through: send it as application/octet-stream, or in a form";
    throw invalid([{ path: "/headers/content-type", message }]);
  }
  return { bytes: Buffer.from(body, isBase64Encoded ? "base64" : "utf8"), content_type: headers["content-type"] };
}

/** JSON, and what curl says of any body unless it is told otherwise. */
const TAKEN_AS_JSON = /^application\/(([\w.-]+\+)?json|x-www-form-urlencoded)\s*(;|$)/i;

/** The body as JSON; a request without one counts as one with `{}`. */
function readBody(event: APIGatewayProxyEventV2): unknown {
  if (!event.body) return {};
  const type = event.headers["content-type"];
  if (type !== undefined && !TAKEN_AS_JSON.test(type)) {
    throw new ProblemError("unsupported-media-type", `Send application/json, not ${type.slice(0, 100)}.`, {
      headers: { accept: "application/json" },
    });
  }
  const bytes = Buffer.from(event.body, event.isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > MAX_BODY_BYTES) {
    throw new ProblemError("too-large", `The body has ${bytes.length} bytes; the limit is ${MAX_BODY_BYTES} bytes.`);
  }
  const body = parseJson(bytes);
  if (isDeeper(body, MAX_LEVELS)) {
    throw invalid([{ path: "", message: `must not be nested more than ${MAX_LEVELS} levels deep` }]);
  }
  return body;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : "it is not UTF-8";
    throw new ProblemError("malformed-json", `The body is not JSON: ${reason.slice(0, 200)}.`);
  }
}

/** Deeper bodies would exhaust the stack of whatever walks through them. */
const MAX_LEVELS = 100;

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === "object" &&
  value !== null &&
  (levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1)));
