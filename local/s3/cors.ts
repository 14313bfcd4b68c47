/**
 * Cross-origin access to buckets, so that a browser can upload to one.
 *
 * @module
 */

import type { Emulator } from "../services/emulator.ts";

/** One CORS rule of a bucket. */
export interface CorsRule {
  readonly AllowedOrigins: readonly string[];
  readonly AllowedMethods: readonly string[];
  readonly AllowedHeaders: readonly string[];
  readonly ExposedHeaders: readonly string[];
  readonly MaxAge?: number | undefined;
}

/** The CORS rules of each bucket. */
export type CorsRules = ReadonlyMap<string, readonly CorsRule[]>;

/** @param rules of each bucket; asked at every request, because a reload replaces them */
export function addBucketCors({ app }: Pick<Emulator, "app">, rules: () => CorsRules): void {
  app.addHook("onRequest", async (request, reply) => {
    const { origin } = request.headers;
    const own = rules().get(bucketIn(request.url));
    if (origin === undefined || !own) return;
    const preflight = request.method === "OPTIONS";
    const method = preflight ? String(request.headers["access-control-request-method"]) : request.method;
    const rule = own.find(
      ({ AllowedOrigins, AllowedMethods }) =>
        AllowedMethods.includes(method) && AllowedOrigins.some((pattern) => matchesPattern(pattern, origin)),
    );
    if (rule) {
      reply.headers({
        "access-control-allow-origin": rule.AllowedOrigins.includes("*") ? "*" : origin,
        "access-control-allow-methods": rule.AllowedMethods.join(", "),
        "access-control-expose-headers": rule.ExposedHeaders.join(", "),
        vary: "Origin",
      });
    }
    if (!preflight) return;
    const wanted = String(request.headers["access-control-request-headers"] ?? "");
    if (rule) {
      reply.headers({ "access-control-allow-headers": wanted, "access-control-max-age": String(rule.MaxAge ?? 0) });
    }
    return reply.status(rule && allowsHeaders(rule, wanted) ? 200 : 403).send();
  });
}

/** True when a rule of the bucket that a path names is for this origin, whatever the method. */
export const allowsOrigin = (rules: CorsRules, origin: string, path: string): boolean =>
  (rules.get(bucketIn(path)) ?? []).some(({ AllowedOrigins }) =>
    AllowedOrigins.some((pattern) => matchesPattern(pattern, origin)),
  );

const bucketIn = (path: string): string => path.split(/[/?]/)[1] ?? "";

const matchesPattern = (pattern: string, text: string): boolean => {
  const [start = "", end] = pattern.toLowerCase().split("*");
  const lower = text.toLowerCase();
  return end === undefined ? lower === start : lower.startsWith(start) && lower.endsWith(end);
};

const allowsHeaders = ({ AllowedHeaders }: CorsRule, wanted: string): boolean =>
  wanted
    .split(",")
    .map((name) => name.trim())
    .every((name) => name === "" || AllowedHeaders.some((pattern) => matchesPattern(pattern, name)));
