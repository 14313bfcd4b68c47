/**
 * Turns replies and problems into what API Gateway expects, with the headers that every answer carries.
 *
 * @module
 */

import { gzipSync } from "node:zlib";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { ProblemError } from "../../shared/lib/http/problem.ts";
import type { FileReply, JsonReply } from "./route-handler.ts";

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
/** Lambda gives at most 6 MB back, of which headers and the encoding of the body as JSON take a part. */
const MAX_ANSWER_BYTES = 5 * 1_024 * 1_024;

/** An answer in JSON. */
export function respondJson(
  event: APIGatewayProxyEventV2,
  status: number,
  reply: JsonReply<unknown>,
): APIGatewayProxyStructuredResultV2 {
  const headers = { ...apiHeaders, "content-type": "application/json", ...reply.headers };
  const statusCode = reply.status ?? status;
  const plain = JSON.stringify(reply.body);
  const compress = plain.length >= GZIP_BYTES && acceptsGzip(event);
  const body = compress ? gzipSync(plain).toString("base64") : plain;
  if (Buffer.byteLength(body) > MAX_ANSWER_BYTES) {
    const hint = compress ? "even compressed" : "unless it may be compressed: send Accept-Encoding: gzip";
    throw new ProblemError("not-acceptable", `The answer has over ${MAX_ANSWER_BYTES} bytes ${hint}.`);
  }
  if (!compress) return { statusCode, headers, body };
  const encoding = { "content-encoding": "gzip", vary: "accept-encoding" };
  return { statusCode, headers: { ...headers, ...encoding }, body, isBase64Encoded: true };
}

/** An answer that is a file or a page; binary bodies are base64-encoded. */
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

/** An error as `application/problem+json` (RFC 9457). */
export function respondProblem(problem: ProblemError): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: problem.status,
    headers: { ...apiHeaders, "content-type": "application/problem+json", ...problem.headers },
    body: JSON.stringify(problem.toBody()),
  };
}

const acceptsGzip = (event: APIGatewayProxyEventV2): boolean =>
  /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(event.headers["accept-encoding"] ?? "");
