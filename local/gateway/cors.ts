/**
 * Cross-origin headers as an HTTP API adds them from its CORS configuration.
 *
 * @module
 */

import type { HttpRequest } from "./request.ts";

/** The CORS settings of an HTTP API. */
export interface CorsConfig {
  readonly AllowOrigins: readonly string[];
  readonly AllowMethods: readonly string[];
  readonly AllowHeaders: readonly string[];
  readonly ExposeHeaders: readonly string[];
  readonly MaxAge?: number | undefined;
  readonly AllowCredentials: boolean;
}

/** Headers for a request's origin; none when it has no origin or another one is allowed. */
export function corsHeaders(config: CorsConfig, { method, headers }: HttpRequest): Record<string, string> {
  const { origin } = headers;
  if (origin === undefined) return {};
  const any = config.AllowOrigins.includes("*");
  if (!any && !config.AllowOrigins.includes(origin)) return {};
  const allowed: Record<string, string> = { "access-control-allow-origin": any ? "*" : origin };
  if (config.AllowCredentials) allowed["access-control-allow-credentials"] = "true";
  if (config.ExposeHeaders.length > 0) allowed["access-control-expose-headers"] = config.ExposeHeaders.join(",");
  if (method === "OPTIONS") {
    allowed["access-control-allow-methods"] = config.AllowMethods.join(",");
    allowed["access-control-allow-headers"] = config.AllowHeaders.join(",");
    if (config.MaxAge !== undefined) allowed["access-control-max-age"] = String(config.MaxAge);
  }
  return allowed;
}
