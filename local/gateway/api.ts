/**
 * Reads the template's HTTP API: routes, their functions, authorizers and CORS.
 *
 * @module
 */

import { z } from "zod";
import type { FunctionPool } from "../lambda/pool.ts";
import type { Deployment, Resource } from "../template/deployment.ts";
import { propertiesOf } from "../template/parse.ts";
import { TemplateError } from "../template/values.ts";
import { Authorizer } from "./authorizer.ts";
import type { CorsConfig } from "./cors.ts";
import type { ApiIdentity } from "./request.ts";
import { createRouter, type Router } from "./routes.ts";

/** The function that a route calls, and its authorizer. */
export interface RouteTarget {
  readonly pool: FunctionPool;
  readonly timeoutMs: number;
  readonly authorizer: Authorizer | undefined;
}

/** One HTTP API of the template. */
export interface Api {
  readonly identity: ApiIdentity;
  readonly router: Router<RouteTarget>;
  readonly cors: CorsConfig | undefined;
}

/** The most an HTTP API waits. */
const INTEGRATION_TIMEOUT_MS = 30_000;

const apiSchema = z.object({
  ProtocolType: z.literal("HTTP", "only HTTP APIs are run here"),
  CorsConfiguration: z
    .object({
      AllowOrigins: z.array(z.string()).default([]),
      AllowMethods: z.array(z.string()).default([]),
      AllowHeaders: z.array(z.string()).default([]),
      ExposeHeaders: z.array(z.string()).default([]),
      MaxAge: z.number().optional(),
      AllowCredentials: z.boolean().default(false),
    })
    .optional(),
});

const integrationSchema = z.object({
  IntegrationType: z.literal("AWS_PROXY", "only Lambda integrations are run here"),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal("2.0", "only payload format 2.0 is run here"),
  TimeoutInMillis: z.number().max(INTEGRATION_TIMEOUT_MS).default(INTEGRATION_TIMEOUT_MS),
});

const routeSchema = z.object({
  ApiId: z.string(),
  RouteKey: z.string(),
  Target: z.string().transform((target) => target.replace(/^integrations\//, "")),
  AuthorizationType: z.enum(["NONE", "CUSTOM"], "only Lambda authorizers are run here").default("NONE"),
  AuthorizerId: z.string().optional(),
});

const authorizerSchema = z.object({
  AuthorizerType: z.literal("REQUEST", "only Lambda authorizers are run here"),
  AuthorizerUri: z.string(),
  AuthorizerPayloadFormatVersion: z.literal("2.0", "only payload format 2.0 is run here"),
  EnableSimpleResponses: z.literal(true, "only simple responses are run here"),
  IdentitySource: z.array(z.string()).default([]),
  AuthorizerResultTtlInSeconds: z.number().default(300),
});

const stageSchema = z.object({
  StageName: z.string(),
  StageVariables: z.record(z.string(), z.string()).optional(),
});

/** What an API is built from. */
export interface ApiParts {
  readonly region: string;
  readonly account: string;
  readonly functions: ReadonlyMap<string, FunctionPool>;
}

/** @returns undefined when the template has no HTTP API */
export function readApi(deployment: Deployment, parts: ApiParts): Api | undefined {
  const [resource, another] = deployment.ofType("AWS::ApiGatewayV2::Api");
  if (!resource) return undefined;
  if (another) throw new TemplateError(another.path, "the embedded stack runs one HTTP API");
  const { CorsConfiguration } = propertiesOf(resource, apiSchema);
  const [stage] = deployment.ofType("AWS::ApiGatewayV2::Stage").map((each) => propertiesOf(each, stageSchema));
  const identity = {
    apiId: resource.ref,
    account: parts.account,
    region: parts.region,
    stage: stage?.StageName ?? "$default",
    stageVariables: stage?.StageVariables,
  };
  const integrations = readIntegrations(deployment, parts);
  const authorizers = readAuthorizers(deployment, parts, identity);
  const routes = new Map<string, RouteTarget>();
  for (const route of deployment.ofType("AWS::ApiGatewayV2::Route")) {
    const properties = propertiesOf(route, routeSchema);
    const integration = integrations.get(properties.Target);
    if (!integration) throw new TemplateError(route.path, `no integration is ${properties.Target}`);
    const authorizer = authorizers.get(properties.AuthorizerId ?? "");
    if (properties.AuthorizationType === "CUSTOM" && !authorizer) {
      throw new TemplateError(route.path, `no authorizer is ${properties.AuthorizerId}`);
    }
    routes.set(properties.RouteKey, { ...integration, authorizer });
  }
  return { identity, router: createRouter(routes), cors: CorsConfiguration };
}

function readIntegrations(deployment: Deployment, { functions }: ApiParts) {
  return new Map(
    deployment.ofType("AWS::ApiGatewayV2::Integration").map((resource) => {
      const { IntegrationUri, TimeoutInMillis } = propertiesOf(resource, integrationSchema);
      return [resource.ref, { pool: functionIn(IntegrationUri, functions, resource), timeoutMs: TimeoutInMillis }];
    }),
  );
}

function readAuthorizers(deployment: Deployment, { functions }: ApiParts, api: ApiIdentity & { region: string }) {
  return new Map(
    deployment.ofType("AWS::ApiGatewayV2::Authorizer").map((resource) => {
      const properties = propertiesOf(resource, authorizerSchema);
      const authorizer = new Authorizer({
        identitySource: properties.IdentitySource,
        ttlSeconds: properties.AuthorizerResultTtlInSeconds,
        pool: functionIn(properties.AuthorizerUri, functions, resource),
        api,
      });
      return [resource.ref, authorizer];
    }),
  );
}

/** A URI holds a function's ARN, bare or as `.../functions/<arn>/invocations`. */
function functionIn(uri: string, functions: ReadonlyMap<string, FunctionPool>, resource: Resource): FunctionPool {
  const [arn = ""] = /arn:aws:lambda:[^:]+:\d+:function:[\w-]+/.exec(uri) ?? [];
  const pool = functions.get(arn);
  if (!pool) throw new TemplateError(resource.path, `no function that runs here is ${uri}`);
  return pool;
}
