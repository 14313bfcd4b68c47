/**
 * Asks a Lambda authorizer (REQUEST, simple responses) and remembers its answer per identity.
 *
 * @module
 */

import { z } from "zod";
import type { FunctionPool } from "../lambda/pool.ts";
import { type ApiIdentity, type HttpRequest, toAuthorizerEvent } from "./request.ts";
import type { RouteMatch } from "./routes.ts";

/** The authorizer function's answer for a request. */
export type Verdict =
  | { readonly kind: "allowed"; readonly context: Readonly<Record<string, unknown>> }
  | { readonly kind: "unauthorized" }
  | { readonly kind: "forbidden" }
  | { readonly kind: "failed" };

/** An authorizer as the template defines it. */
export interface AuthorizerConfig {
  /** Such as `$request.header.Authorization`. */
  readonly identitySource: readonly string[];
  readonly ttlSeconds: number;
  readonly pool: FunctionPool;
  readonly api: ApiIdentity & { readonly region: string };
}

const simpleResponse = z.object({ isAuthorized: z.boolean(), context: z.record(z.string(), z.json()).nullish() });

/** Calls the authorizer function and caches its answers, as API Gateway does. */
export class Authorizer {
  readonly #config: AuthorizerConfig;
  readonly #cache = new Map<string, { until: number; verdict: Promise<Verdict> }>();

  constructor(config: AuthorizerConfig) {
    this.#config = config;
  }

  async authorize(request: HttpRequest, route: RouteMatch<unknown>): Promise<Verdict> {
    const { identitySource, ttlSeconds } = this.#config;
    const identity = identitySource.map((source) => identityValue(source, request, route));
    const given = identity.filter((value): value is string => value !== undefined && value !== "");
    if (given.length < identitySource.length) return { kind: "unauthorized" };
    if (ttlSeconds === 0) return await this.#ask(request, route, given);
    const key = JSON.stringify(given);
    const cached = this.#cache.get(key);
    if (cached && cached.until > Date.now()) return await cached.verdict;
    const verdict = this.#ask(request, route, given);
    this.#forgetExpired();
    this.#cache.set(key, { until: Date.now() + ttlSeconds * 1_000, verdict });
    if ((await verdict).kind === "failed") this.#cache.delete(key);
    return await verdict;
  }

  async #ask(request: HttpRequest, route: RouteMatch<unknown>, identity: string[]): Promise<Verdict> {
    const { api, pool } = this.#config;
    const outcome = await pool.invoke(
      JSON.stringify(toAuthorizerEvent(request, { ...route, identitySource: identity }, api)),
    );
    if (!outcome.ok) return { kind: outcome.error.errorMessage === "Unauthorized" ? "unauthorized" : "failed" };
    const response = simpleResponse.safeParse(JSON.parse(outcome.payload));
    if (!response.success) return { kind: "failed" };
    const { isAuthorized, context } = response.data;
    return isAuthorized ? { kind: "allowed", context: context ?? {} } : { kind: "forbidden" };
  }

  #forgetExpired(): void {
    const now = Date.now();
    for (const [key, { until }] of this.#cache) if (until <= now) this.#cache.delete(key);
  }
}

function identityValue(source: string, request: HttpRequest, route: RouteMatch<unknown>): string | undefined {
  const [, kind, name = ""] = /^\$request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  if (kind === "header") return request.headers[name.toLowerCase()];
  if (kind === "querystring") return request.query[name];
  if (source === "$context.routeKey") return route.routeKey;
  throw new Error(`The embedded stack does not know the identity source ${source}.`);
}
