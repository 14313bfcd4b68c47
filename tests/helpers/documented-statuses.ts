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

const lookup = createRouter(routes);
let described: Readonly<Record<string, Readonly<Record<string, { readonly responses?: object }>>>> | undefined;

/** @throws Error when the description has the route, and not the status among its answers */
export function expectDocumented(method: string, path: string, status: number): void {
  const found = lookup(method, new URL(path, "http://api").pathname);
  if (found === undefined || !("name" in found)) return;
  described ??= buildOpenApi(catalog).paths as NonNullable<typeof described>;
  const route = routeOf(found.name);
  const responses = described[fullPath(route, route.path)]?.[route.method.toLowerCase()]?.responses;
  if (responses === undefined || String(status) in responses) return;
  throw new Error(
    `${method} ${path} answered ${status}, which is not among the problems of ${found.name} in contracts/routes/.`,
  );
}
