/**
 * Reads what a route takes from an event of API Gateway (HTTP API, payload 2.0).
 *
 * @module
 */

import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { z } from "zod";
import { withoutOptionalNulls } from "../../contracts/optional-nulls.ts";
import type { RouteDefinition } from "../../contracts/routes/define-route.ts";
import { faultsOf } from "../../shared/lib/http/pointer.ts";
import { type Fault, invalid, notFound } from "../../shared/lib/http/problem.ts";
import { readBytes, readJson } from "./request-body.ts";

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
  throw notFound(parsed.error.issues[0]?.message ?? "There is nothing here.");
}

function readQuery(event: APIGatewayProxyEventV2): Record<string, string> {
  const query = new URLSearchParams(event.rawQueryString);
  for (const name of query.keys()) {
    if (query.getAll(name).length > 1) throw invalid([{ path: `/query/${name}`, message: "given more than once" }]);
  }
  return Object.fromEntries(query);
}
