/**
 * A request as an HTTP API hands it to a function, payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 *
 * @module
 */

import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { APIGatewayProxyEventV2, APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import type { RouteMatch } from "./routes.ts";

/** The id, stage and domain name of an API. */
export interface ApiIdentity {
  readonly apiId: string;
  readonly account: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>> | undefined;
}

/** A request, read whole, before it becomes an event. */
export interface HttpRequest {
  readonly method: string;
  /** Decoded, as HTTP APIs pass it on. */
  readonly path: string;
  readonly rawQueryString: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case; several values joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
  readonly sourceIp: string;
  readonly protocol: string;
  readonly requestId: string;
}

/** @throws URIError when the path is not properly encoded */
export function readRequest(message: IncomingMessage, body: Buffer): HttpRequest {
  const [path = "/", rawQueryString = ""] = split(message.url ?? "/", "?");
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    if (values && name !== "cookie") headers[name] = values.join(",");
  }
  const sourceIp = message.socket.remoteAddress ?? "127.0.0.1";
  headers["x-forwarded-for"] = sourceIp;
  headers["x-forwarded-port"] = String(message.socket.localPort ?? "");
  headers["x-forwarded-proto"] = "http";
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    query[name] = query[name] === undefined ? value : `${query[name]},${value}`;
  }
  return {
    method: message.method ?? "GET",
    path: decodeURIComponent(path),
    rawQueryString,
    query,
    headers,
    cookies: message.headers.cookie?.split(/;\s*/) ?? [],
    body,
    sourceIp,
    protocol: `HTTP/${message.httpVersion}`,
    requestId: randomUUID(),
  };
}

/** What a route's authorizer has added to a request. */
export interface AuthorizerContext {
  readonly authorizer: Readonly<Record<string, unknown>> | undefined;
}

/** The event of payload format 2.0 that an integration receives. */
export function toEvent(
  request: HttpRequest,
  route: RouteMatch<unknown> & AuthorizerContext,
  api: ApiIdentity,
): APIGatewayProxyEventV2 {
  const { authorizer } = route;
  const base64 = request.body.length > 0 && isBinary(request);
  return {
    version: "2.0",
    ...common(request, route, api),
    requestContext: {
      ...contextOf(request, route, api),
      // The type declares a plain context; `lambda` is where the context of a Lambda authorizer goes.
      ...(authorizer === undefined ? {} : { authorizer: { lambda: authorizer } }),
    },
    ...(request.body.length === 0 ? {} : { body: request.body.toString(base64 ? "base64" : "utf8") }),
    isBase64Encoded: base64,
  };
}

/** The event of payload format 2.0 that an authorizer receives. */
export function toAuthorizerEvent(
  request: HttpRequest,
  route: RouteMatch<unknown> & { readonly identitySource: string[] },
  api: ApiIdentity & { readonly region: string },
): APIGatewayRequestAuthorizerEventV2 {
  const { identitySource } = route;
  const arn = `arn:aws:execute-api:${api.region}:${api.account}:${api.apiId}`;
  const { cookies = [], queryStringParameters = {}, pathParameters = {}, ...rest } = common(request, route, api);
  return {
    version: "2.0",
    type: "REQUEST",
    routeArn: `${arn}/${api.stage}/${request.method}${request.path}`,
    identitySource,
    ...rest,
    cookies,
    queryStringParameters,
    pathParameters,
    stageVariables: { ...api.stageVariables },
    requestContext: contextOf(request, route, api),
  };
}

const common = (request: HttpRequest, route: RouteMatch<unknown>, api: ApiIdentity) => ({
  routeKey: route.routeKey,
  rawPath: request.path,
  rawQueryString: request.rawQueryString,
  ...(request.cookies.length === 0 ? {} : { cookies: [...request.cookies] }),
  headers: { ...request.headers },
  ...(request.rawQueryString === "" ? {} : { queryStringParameters: { ...request.query } }),
  ...(Object.keys(route.pathParameters).length === 0 ? {} : { pathParameters: { ...route.pathParameters } }),
  ...(api.stageVariables === undefined ? {} : { stageVariables: { ...api.stageVariables } }),
});

function contextOf(request: HttpRequest, route: RouteMatch<unknown>, api: ApiIdentity) {
  const now = new Date();
  return {
    accountId: api.account,
    apiId: api.apiId,
    domainName: request.headers.host ?? "localhost",
    domainPrefix: api.apiId,
    http: {
      method: request.method,
      path: request.path,
      protocol: request.protocol,
      sourceIp: request.sourceIp,
      userAgent: request.headers["user-agent"] ?? "",
    },
    requestId: request.requestId,
    routeKey: route.routeKey,
    stage: api.stage,
    time: commonLogTime(now),
    timeEpoch: now.getTime(),
  };
}

/** `12/Mar/2020:19:03:58 +0000` */
function commonLogTime(date: Date): string {
  const [, day, month, year, time] = /, (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}

const textual = /^(text\/|application\/(json|javascript|xml|([\w.-]+\+)?(json|xml))\b)/i;

/**
 * HTTP APIs encode a body unless its content type is text; a body without a type is text if it can be. A compressed one
 * is encoded here, too: which of both API Gateway does is not documented, and the function takes either.
 */
function isBinary({ headers, body }: HttpRequest): boolean {
  if (headers["content-encoding"] !== undefined) return true;
  const type = headers["content-type"];
  return type === undefined ? !isUtf8(body) : !textual.test(type);
}

function split(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, ""] : [text.slice(0, index), text.slice(index + 1)];
}
