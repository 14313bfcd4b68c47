/**
 * What a function's result means as an HTTP response.
 *
 * @module
 */

import { z } from "zod";

/** A response, before it is written to the socket. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

const headerValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const resultSchema = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), headerValue).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(headerValue)).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** The gateway's own answers, word for word. */
const gatewayResponse = (status: number, message: string): HttpResponse => ({
  status,
  headers: { "content-type": "application/json" },
  body: Buffer.from(JSON.stringify({ message })),
});

/** The gateway's own answers, with the bodies that API Gateway sends. */
export const responses = {
  badRequest: gatewayResponse(400, "Bad Request"),
  unauthorized: gatewayResponse(401, "Unauthorized"),
  forbidden: gatewayResponse(403, "Forbidden"),
  notFound: gatewayResponse(404, "Not Found"),
  tooLarge: gatewayResponse(413, "Request Entity Too Large"),
  internal: gatewayResponse(500, "Internal Server Error"),
  unavailable: gatewayResponse(503, "Service Unavailable"),
} as const;

/**
 * Reads a function's result: a response with `statusCode`, or any other JSON as the body of a 200.
 * @param payload JSON text
 */
export function toResponse(payload: string): HttpResponse {
  const result: unknown = JSON.parse(payload);
  const isResponse = typeof result === "object" && result !== null && "statusCode" in result;
  if (!isResponse) {
    const body = typeof result === "string" ? result : payload;
    return { status: 200, headers: { "content-type": "application/json" }, body: Buffer.from(body) };
  }
  const parsed = resultSchema.safeParse(result);
  if (!parsed.success) return responses.internal;
  const { statusCode, headers, multiValueHeaders, cookies, body, isBase64Encoded } = parsed.data;
  const all: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(headers ?? {})) all[name.toLowerCase()] = value;
  for (const [name, values] of Object.entries(multiValueHeaders ?? {})) all[name.toLowerCase()] = values;
  if (cookies && cookies.length > 0) all["set-cookie"] = cookies;
  if (body) all["content-type"] ??= "text/plain;charset=UTF-8";
  return { status: statusCode, headers: all, body: Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8") };
}
