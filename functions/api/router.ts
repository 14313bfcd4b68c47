/**
 * Finds the route for a method and a path. Literal segments win over parameters, wherever they are in the table.
 *
 * @module
 */

import { fullPath, type HttpMethod, type RouteDefinition } from "../../contracts/routes/define-route.ts";

interface Pattern<Name extends string> {
  readonly name: Name;
  readonly method: HttpMethod;
  readonly segments: readonly string[];
}

/** A route that matches a path, with its parameters. */
export interface Match<Name extends string> {
  readonly name: Name;
  readonly params: Readonly<Record<string, string>>;
}

/** The result of a lookup: the route, or the methods that the path takes, or nothing. */
export type Lookup<Name extends string> = Match<Name> | { readonly allow: readonly string[] } | undefined;

/**
 * Builds the lookup from a route table.
 * @returns a function of method and path; a trailing slash makes no difference, and HEAD is taken for GET
 */
export function createRouter<Name extends string>(
  table: Readonly<Record<Name, RouteDefinition>>,
): (method: string, path: string) => Lookup<Name> {
  const patterns: Pattern<Name>[] = [];
  for (const name in table) {
    const route = table[name];
    for (const path of [route.path, ...(route.aliases ?? [])]) {
      patterns.push({ name, method: route.method, segments: split(fullPath(route, path)) });
    }
  }
  patterns.sort((one, other) => (rank(one) < rank(other) ? -1 : 1));

  return (given, path) => {
    // What GET answers, without the body (RFC 9110, 9.3.2).
    const method = given === "HEAD" ? "GET" : given;
    const segments = split(path);
    const allow = new Set<HttpMethod>();
    for (const pattern of patterns) {
      const params = match(pattern.segments, segments);
      if (!params) continue;
      if (pattern.method === method) return { name: pattern.name, params };
      allow.add(pattern.method);
    }
    if (allow.size === 0) return undefined;
    return { allow: [...allow].flatMap((each) => (each === "GET" ? ["GET", "HEAD"] : each)) };
  };
}

const split = (path: string): string[] => path.replace(/\/$/, "").split("/").slice(1);

const isParameter = (segment: string): boolean => segment.startsWith("{");
const isGreedy = (segment: string): boolean => segment.endsWith("+}");

/** Sorts literal segments before parameters, and those before the rest of a path. */
const rank = (pattern: Pattern<string>): string =>
  pattern.segments.map((segment) => (isGreedy(segment) ? "2" : isParameter(segment) ? "1" : "0")).join("");

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const given = segments[index];
    if (!given) return undefined;
    if (isGreedy(expected)) {
      params[expected.slice(1, -2)] = segments.slice(index).map(decode).join("/");
      return params;
    }
    if (isParameter(expected)) params[expected.slice(1, -1)] = decode(given);
    else if (expected !== given) return undefined;
  }
  return pattern.length === segments.length ? params : undefined;
}

/** API Gateway decodes some paths itself, so what cannot be decoded is taken as it is. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
