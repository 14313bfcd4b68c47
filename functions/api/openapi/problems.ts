/**
 * What the description says about requests that are refused, by whom and in which form: API Gateway answers some itself, as
 * `{"message": ...}`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 *
 * @module
 */

import { z } from "zod";
import { problemSchema } from "../../../contracts/problem.ts";
import type { RouteDefinition } from "../../../contracts/routes/define-route.ts";
import type { Components, JsonObject } from "./components.ts";

/** One shape for both, not a union: generated clients read an answer by its status alone. */
const refusalSchema = z
  .looseObject({ ...problemSchema.partial().shape, message: z.string().optional() })
  .describe("Problem details as the API answers them, or the `message` of API Gateway.");

/** Statuses that API Gateway answers, too: a wrong key, 10 MB, throttling, a function that fails or takes too long. */
const sharedWithGateway: ReadonlySet<number> = new Set([401, 403, 413, 429, 500, 503]);

/** Answered before anything of the request is read. */
const HEADERS_TOO_LARGE = 431;

/** The answers of a route other than its own, by status. */
export function problemResponses(components: Components, route: RouteDefinition): JsonObject {
  const common = route.scope === null ? [] : [401, 403, 422, 429];
  const body = route.method === "POST" || route.method === "PUT" ? [400, 413, 415] : [];
  // What does not fit a parameter of the path names nothing.
  const path = route.params === undefined ? [] : [404];
  const statuses = [...new Set([...common, ...body, ...path, ...(route.problems ?? []), 406, 431, 500, 503])];
  return Object.fromEntries(
    statuses
      .sort((one, other) => one - other)
      .map((status) => [
        status,
        {
          description: meanings[status] ?? "Problem",
          ...(status !== HEADERS_TOO_LARGE && { content: contentOf(components, status) }),
        },
      ]),
  );
}

function contentOf(components: Components, status: number): JsonObject {
  if (!sharedWithGateway.has(status)) {
    return { "application/problem+json": { schema: components.named("Problem", problemSchema, "output") } };
  }
  const schema = components.named("Refusal", refusalSchema, "output");
  return { "application/problem+json": { schema }, "application/json": { schema } };
}

const meanings: Readonly<Record<number, string>> = {
  400: "The body is not JSON, or not what its Content-Encoding says.",
  401: "No API key: API Gateway's own answer; or one that has expired, or was revoked a moment ago.",
  403: "A wrong key (API Gateway's own answer), or one without the scope.",
  404: "Not found, or another project's.",
  406: "The answer is too large to be sent uncompressed.",
  409: "The state does not allow it.",
  413: "The body is larger than the limit.",
  415: "The body is not application/json, or its Content-Encoding is not gzip.",
  422: "Fields that do not fit; errors names each.",
  429: "Throttled; Retry-After says how long to wait.",
  431: "The path, query and headers are over 10 KB together: API Gateway's own answer.",
  500: "A fault of the service; the detail holds the request id.",
  503: "Temporarily unavailable; Retry-After says how long to wait.",
};
