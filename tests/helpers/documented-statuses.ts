/**
 * Holds the answers of tests against the API's description: a status that it does not name for the route is a fault of one of them.
 *
 * @module
 */

import { catalog } from "../../contracts/catalog.ts";
import { fullPath } from "../../contracts/routes/define-route.ts";
import { routeOf, routes } from "../../contracts/routes/routes.ts";
import { buildOpenApi } from "../../functions/api/openapi/openapi.ts";
import { createRouter } from "../../functions/api/router.ts";

/** What an answer must have in the description. */
interface Answered {
  readonly status: number;
  /** Its `content-type`; undefined: it has no body. */
  readonly type: string | undefined;
}

interface Response {
  readonly content?: Readonly<Record<string, unknown>>;
}

const lookup = createRouter(routes);
let described:
  | Readonly<Record<string, Readonly<Record<string, { readonly responses?: Readonly<Record<string, Response>> }>>>>
  | undefined;

/** @throws Error when the description has the route, and not the status, or its type, among its answers */
export function expectDocumented(method: string, path: string, { status, type }: Answered): void {
  const found = lookup(method, new URL(path, "http://api").pathname);
  if (found === undefined || !("name" in found)) return;
  described ??= buildOpenApi(catalog).paths as NonNullable<typeof described>;
  const route = routeOf(found.name);
  const responses = described[fullPath(route, route.path)]?.[route.method.toLowerCase()]?.responses;
  if (responses === undefined) return;
  const { content } = responses[status] ?? {};
  const known =
    type === undefined || (content !== undefined && type.split(";", 1).every((name) => name.trim() in content));
  if (status in responses && known) return;
  throw new Error(
    `${method} ${path} answered ${status} as ${type}, which is not among the answers of ${found.name} in the description.`,
  );
}
