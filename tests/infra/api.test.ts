import { describe, expect, test } from "vitest";
import { z } from "zod";
import { synthesize } from "./synthesized.ts";

const stacks = synthesize();
const routes = stacks.ofType("AWS::ApiGatewayV2::Route");
const [authorizer] = stacks.ofType("AWS::ApiGatewayV2::Authorizer");
const [stage] = stacks.ofType("AWS::ApiGatewayV2::Stage");

const publicRoutes = [
  ...["GET /health", "GET /openapi.json", "GET /docs", "GET /console", "GET /console/{proxy+}"],
  // What no other route matches; the function refuses there whatever needs a caller.
  "$default",
];

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
  expect(keys).toEqual(expect.arrayContaining(["ANY /api/v1/{proxy+}", ...publicRoutes]));
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
