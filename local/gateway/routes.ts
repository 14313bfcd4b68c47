/**
 * Chooses the route of a request as HTTP APIs do: the most specific path first, then the greedy ones, then `$default`;
 * a route for the very method before one for ANY.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html#http-api-develop-routes.evaluation
 *
 * @module
 */

/** A route that matches a request, with its path parameters. */
export interface RouteMatch<Target> {
  readonly routeKey: string;
  readonly target: Target;
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface Route<Target> {
  readonly routeKey: string;
  readonly method: string;
  readonly segments: readonly string[];
  readonly target: Target;
}

/** Finds the route of a method and path. */
export type Router<Target> = (method: string, path: string) => RouteMatch<Target> | undefined;

const isGreedy = (segment: string | undefined): boolean => segment?.endsWith("+}") ?? false;
const isVariable = (segment: string | undefined): boolean => segment?.startsWith("{") ?? false;

/** @param routes targets by route key: `GET /jobs/{id}`, `ANY /{proxy+}` or `$default` */
export function createRouter<Target>(routes: ReadonlyMap<string, Target>): Router<Target> {
  const fallback = routes.get("$default");
  const ordered = [...routes]
    .filter(([routeKey]) => routeKey !== "$default")
    .map(([routeKey, target]): Route<Target> => {
      const [method = "", path = ""] = routeKey.split(" ");
      return { routeKey, method, segments: path.split("/").slice(1), target };
    })
    .sort(bySpecificity);
  return (method, path) => {
    const segments = path.split("/").slice(1);
    for (const route of ordered) {
      if (route.method !== method && route.method !== "ANY") continue;
      const pathParameters = matchSegments(route.segments, segments);
      if (pathParameters) return { routeKey: route.routeKey, target: route.target, pathParameters };
    }
    return fallback === undefined ? undefined : { routeKey: "$default", target: fallback, pathParameters: {} };
  };
}

/** Segment by segment, a literal goes before a variable and a variable before a greedy one. */
function bySpecificity(left: Route<unknown>, right: Route<unknown>): number {
  const greedy = Number(isGreedy(left.segments.at(-1))) - Number(isGreedy(right.segments.at(-1)));
  if (greedy !== 0) return greedy;
  for (let index = 0; index < Math.max(left.segments.length, right.segments.length); index += 1) {
    const difference = rank(left.segments[index]) - rank(right.segments[index]);
    if (difference !== 0) return difference;
  }
  return Number(left.method === "ANY") - Number(right.method === "ANY");
}

function rank(segment: string | undefined): number {
  if (segment === undefined) return 3;
  if (isGreedy(segment)) return 2;
  return isVariable(segment) ? 1 : 0;
}

function matchSegments(pattern: readonly string[], path: readonly string[]): Record<string, string> | undefined {
  const greedy = isGreedy(pattern.at(-1));
  if (greedy ? path.length < pattern.length : path.length !== pattern.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of pattern.entries()) {
    const value = path[index] ?? "";
    if (isGreedy(segment)) {
      const rest = path.slice(index).join("/");
      if (rest === "") return undefined;
      parameters[segment.slice(1, -2)] = rest;
    } else if (isVariable(segment)) {
      if (value === "") return undefined;
      parameters[segment.slice(1, -1)] = value;
    } else if (segment !== value) {
      return undefined;
    }
  }
  return parameters;
}
