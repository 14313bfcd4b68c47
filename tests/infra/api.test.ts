import { describe, expect, test } from "vitest";
import { z } from "zod";
import { synthesize } from "./synthesized.ts";

const stacks = synthesize();
const routes = stacks.ofType("AWS::ApiGatewayV2::Route");
const [authorizer] = stacks.ofType("AWS::ApiGatewayV2::Authorizer");
const [stage] = stacks.ofType("AWS::ApiGatewayV2::Stage");

const publicPaths = ["/health", "/openapi.json", "/docs", "/console"];
const publicRoutes = [...publicPaths, ...publicPaths.map((path) => `${path}/`), "/console/{proxy+}"].flatMap((path) => [
  `GET ${path}`,
  `HEAD ${path}`,
]);

describe.each(routes.map((route) => ({ key: z.string().parse(route.properties.RouteKey), route })))(
  "$key",
  ({ key, route }) => {
    test(publicRoutes.includes(key) ? "is public" : "needs a key", () => {
      if (publicRoutes.includes(key)) expect(route.properties.AuthorizationType ?? "NONE").toBe("NONE");
      else
        expect(route.properties).toMatchObject({ AuthorizationType: "CUSTOM", AuthorizerId: { Ref: authorizer?.id } });
    });
  },
);

test("everything under the prefix goes to the function that routes", () => {
  const keys = routes.map((route) => route.properties.RouteKey);
  expect(keys.toSorted()).toEqual(["ANY /api/v1/{proxy+}", ...publicRoutes].toSorted());
});

test("there is no catch-all: what no route matches does not reach the function", () => {
  const keys = routes.map((route) => route.properties.RouteKey);
  expect(keys).not.toContain("$default");
  expect(keys.filter((key) => /\{proxy\+\}$/.test(String(key))).toSorted()).toEqual([
    "ANY /api/v1/{proxy+}",
    "GET /console/{proxy+}",
    "HEAD /console/{proxy+}",
  ]);
});

test("the access log holds no path, which a stranger could make long", () => {
  expect(JSON.stringify(stage?.properties.AccessLogSettings)).not.toContain("$context.path");
});

test("the authorizer identifies a key by the one header, with simple answers that are kept for a minute", () => {
  expect(authorizer?.properties).toMatchObject({
    AuthorizerType: "REQUEST",
    AuthorizerPayloadFormatVersion: "2.0",
    EnableSimpleResponses: true,
    IdentitySource: ["$request.header.Authorization"],
    AuthorizerResultTtlInSeconds: 60,
  });
});

test("the default stage is throttled and logs every request", () => {
  expect(stage?.properties).toMatchObject({
    StageName: "$default",
    AutoDeploy: true,
    AccessLogSettings: { DestinationArn: expect.anything() },
    DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1_000 },
  });
});
