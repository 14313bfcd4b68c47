import { describe, expect, test } from "vitest";
import { z } from "zod";
import { synthesize } from "../helpers/synthesized.ts";

const stacks = synthesize();
const routes = stacks.ofType("AWS::ApiGatewayV2::Route");
const [authorizer] = stacks.ofType("AWS::ApiGatewayV2::Authorizer");
const [stage] = stacks.ofType("AWS::ApiGatewayV2::Stage");

const publicPaths = ["/health", "/openapi.json", "/docs", "/llms.txt", "/llms-full.txt", "/console"];
const greedyPaths = ["/console/{proxy+}", "/docs/{proxy+}"];
const publicRoutes = [...publicPaths, ...publicPaths.map((path) => `${path}/`), ...greedyPaths].flatMap((path) => [
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
    ...["GET /console/{proxy+}", "GET /docs/{proxy+}", "HEAD /console/{proxy+}", "HEAD /docs/{proxy+}"],
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

describe("web pages of other origins", () => {
  const [plainApi] = stacks.ofType("AWS::ApiGatewayV2::Api");
  const buckets = (of: typeof stacks) =>
    of.ofType("AWS::S3::Bucket").map(({ properties }) => properties.CorsConfiguration);
  const open = synthesize({ SLUICE_CORS_ORIGINS: "https://app.example.com, http://localhost:5173" });
  const origins = ["https://app.example.com", "http://localhost:5173"];

  test("may do nothing by default", () => {
    expect(plainApi?.properties.CorsConfiguration).toBeUndefined();
    expect(buckets(stacks)).toEqual([undefined]);
  });

  test("may call the API and reach the bucket when they are named, and no others", () => {
    const [api] = open.ofType("AWS::ApiGatewayV2::Api");
    expect(api?.properties.CorsConfiguration).toMatchObject({
      AllowOrigins: origins,
      AllowHeaders: expect.arrayContaining(["authorization", "idempotency-key"]),
      ExposeHeaders: expect.arrayContaining(["retry-after"]),
    });
    expect(api?.properties.CorsConfiguration).not.toHaveProperty("AllowCredentials");
    expect(buckets(open)).toEqual([{ CorsRules: [expect.objectContaining({ AllowedOrigins: origins })] }]);
  });

  test("ask before a request without a key: OPTIONS has a route without the authorizer", () => {
    const added = open
      .ofType("AWS::ApiGatewayV2::Route")
      .filter(({ properties }) => /^OPTIONS/.test(`${properties.RouteKey}`));
    expect(added.map(({ properties }) => [properties.RouteKey, properties.AuthorizationType ?? "NONE"])).toEqual([
      ["OPTIONS /api/v1/{proxy+}", "NONE"],
    ]);
  });

  test.each(["*", "https://*.example.com", "http://app.example.com", "https://app.example.com/", "app.example.com"])(
    "%s is refused",
    (origin) => {
      expect(() => synthesize({ SLUICE_CORS_ORIGINS: origin })).toThrow(/SLUICE_CORS_ORIGINS.*must be origins/);
    },
  );
});
