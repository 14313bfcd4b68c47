/**
 * Builds the events that API Gateway sends to the API's function: HTTP API, payload format 2.0.
 *
 * @module
 */

import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Scope } from "../../contracts/keys/scopes.ts";

/** The id of the key that calls, unless a test names another. */
export const CALLER = "key_0123456789abcdef";

export interface HttpEventOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is when it is a string, as JSON otherwise. */
  readonly body?: unknown;
  /** What the authorizer found; null: it did not run. */
  readonly key?: {
    readonly keyId?: string;
    readonly keyName?: string;
    readonly tenant?: string;
    readonly scopes?: readonly Scope[];
    readonly projects?: readonly string[];
    readonly limits?: string;
    readonly expiresAt?: number;
  } | null;
  /** In place of `key`: what the authorizer answered. */
  readonly authorized?: Readonly<Record<string, unknown>>;
}

/** @param target path and query, such as `/api/v1/jobs?limit=5` */
export function httpEvent(method: string, target: string, options: HttpEventOptions = {}): APIGatewayProxyEventV2 {
  const url = new URL(target, "https://api.example.com");
  const body = typeof options.body === "string" ? options.body : JSON.stringify(options.body);
  const query = Object.fromEntries(url.searchParams);
  const { keyId = CALLER, tenant = "acme", scopes = ["submit", "read"] } = options.key ?? {};
  const { keyName, projects, limits, expiresAt } = options.key ?? {};
  const described = {
    key_id: keyId,
    project_id: tenant,
    scopes: scopes.join(" "),
    ...(keyName && { key_name: keyName }),
    ...(projects && { projects: projects.join(" ") }),
    ...(limits && { limits }),
    ...(expiresAt !== undefined && { expires_at: String(expiresAt) }),
  };
  const authorizer = { lambda: options.authorized ?? described };
  return {
    version: "2.0",
    routeKey: "ANY /api/v1/{proxy+}",
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers: {
      host: url.host,
      "user-agent": "test",
      ...(body !== undefined && { "content-type": "application/json", "content-length": String(body.length) }),
      ...options.headers,
    },
    ...(url.search && { queryStringParameters: query }),
    requestContext: {
      accountId: "123456789012",
      apiId: "api0000001",
      domainName: url.host,
      domainPrefix: "api",
      http: { method, path: url.pathname, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "test" },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey: "ANY /api/v1/{proxy+}",
      stage: "$default",
      time: "21/Nov/2026:12:00:00 +0000",
      timeEpoch: 1_795_262_400_000,
      ...(options.key !== null && { authorizer }),
    },
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  };
}
