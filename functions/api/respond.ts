import { gzipSync } from "node:zlib";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { ProblemError } from "../../shared/http/problem.ts";
import type { FileReply, JsonReply } from "./handler.ts";

/** Turns replies and problems into what API Gateway expects, with the headers that every answer carries. */

const securityHeaders = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000",
  "cross-origin-resource-policy": "same-origin",
} as const;

const apiHeaders = {
  ...securityHeaders,
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
} as const;

/** Shorter bodies are not worth compressing. */
const GZIP_BYTES = 16 * 1_024;

export function respondJson(
  event: APIGatewayProxyEventV2,
  status: number,
  reply: JsonReply<unknown>,
): APIGatewayProxyStructuredResultV2 {
  const headers = { ...apiHeaders, "content-type": "application/json", ...reply.headers };
  const body = JSON.stringify(reply.body);
  if (body.length < GZIP_BYTES || !acceptsGzip(event)) return { statusCode: reply.status ?? status, headers, body };
  return {
    statusCode: reply.status ?? status,
    headers: { ...headers, "content-encoding": "gzip", vary: "accept-encoding" },
    body: gzipSync(body).toString("base64"),
    isBase64Encoded: true,
  };
}

export function respondFile(
  event: APIGatewayProxyEventV2,
  status: number,
  reply: FileReply,
): APIGatewayProxyStructuredResultV2 {
  const bytes = Buffer.from(reply.file);
  const isText = /^text\/|json|javascript|svg/.test(reply.contentType);
  const compress = isText && bytes.length >= 1_024 && acceptsGzip(event);
  return {
    statusCode: status,
    headers: {
      ...securityHeaders,
      "content-type": reply.contentType,
      ...(isText && { vary: "accept-encoding" }),
      ...(compress && { "content-encoding": "gzip" }),
      ...reply.headers,
    },
    ...(isText && !compress
      ? { body: bytes.toString("utf8") }
      : { body: (compress ? gzipSync(bytes) : bytes).toString("base64"), isBase64Encoded: true }),
  };
}

export function respondProblem(problem: ProblemError): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: problem.status,
    headers: { ...apiHeaders, "content-type": "application/problem+json", ...problem.headers },
    body: JSON.stringify(problem.toBody()),
  };
}

const acceptsGzip = (event: APIGatewayProxyEventV2): boolean =>
  /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(event.headers["accept-encoding"] ?? "");
