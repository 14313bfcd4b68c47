import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { lambdaFunction } from "../../fixtures/local/assembly.ts";
import { type FixtureStack, startFixture } from "../../fixtures/local/fixture-stack.ts";

const integration = (functionId: string, properties: Record<string, unknown> = {}) => ({
  Type: "AWS::ApiGatewayV2::Integration",
  Properties: {
    ApiId: { Ref: "Api" },
    IntegrationType: "AWS_PROXY",
    IntegrationUri: { "Fn::GetAtt": [functionId, "Arn"] },
    PayloadFormatVersion: "2.0",
    ...properties,
  },
});

const route = (routeKey: string, integrationId = "Echo", authorized = false) => ({
  Type: "AWS::ApiGatewayV2::Route",
  Properties: {
    ApiId: { Ref: "Api" },
    RouteKey: routeKey,
    Target: { "Fn::Join": ["", ["integrations/", { Ref: integrationId }]] },
    ...(authorized ? { AuthorizationType: "CUSTOM", AuthorizerId: { Ref: "Authorizer" } } : {}),
  },
});

const template = {
  Resources: {
    Api: {
      Type: "AWS::ApiGatewayV2::Api",
      Properties: {
        Name: "api",
        ProtocolType: "HTTP",
        CorsConfiguration: { AllowOrigins: ["https://app.example"], AllowMethods: ["POST"], AllowHeaders: ["x-a"] },
      },
    },
    Stage: { Type: "AWS::ApiGatewayV2::Stage", Properties: { ApiId: { Ref: "Api" }, StageName: "$default" } },
    EchoFunction: lambdaFunction("echo"),
    BadFunction: lambdaFunction("bad"),
    SlowFunction: lambdaFunction("slow", { Timeout: 20 }),
    AuthorizerFunction: lambdaFunction("authorizer"),
    Echo: integration("EchoFunction"),
    Bad: integration("BadFunction"),
    Slow: integration("SlowFunction", { TimeoutInMillis: 300 }),
    Authorizer: {
      Type: "AWS::ApiGatewayV2::Authorizer",
      Properties: {
        ApiId: { Ref: "Api" },
        Name: "keys",
        AuthorizerType: "REQUEST",
        AuthorizerPayloadFormatVersion: "2.0",
        EnableSimpleResponses: true,
        IdentitySource: ["$request.header.Authorization"],
        AuthorizerResultTtlInSeconds: 60,
        AuthorizerUri: {
          "Fn::Sub": [
            "arn:aws:apigateway:$" + "{AWS::Region}:lambda:path/2015-03-31/functions/$" + "{arn}/invocations",
            { arn: { "Fn::GetAtt": ["AuthorizerFunction", "Arn"] } },
          ],
        },
      },
    },
    Any: route("ANY /open/{proxy+}"),
    Literal: route("GET /open/exact"),
    Variable: route("POST /items/{id}"),
    BadRoute: route("GET /bad/{kind}", "Bad"),
    SlowRoute: route("GET /slow", "Slow"),
    Closed: route("GET /closed", "Echo", true),
    AnyClosed: route("ANY /any-closed/{proxy+}", "Echo", true),
    AnyOpen: route("ANY /any-open/{proxy+}", "Echo", true),
    AnyOpenPreflight: route("OPTIONS /any-open/{proxy+}"),
  },
};

const handlers = {
  echo: `export const handler = async (event) => ({
    statusCode: 201, headers: { "X-Answer": "42" }, cookies: ["a=1", "b=2"], body: JSON.stringify(event),
  });`,
  bad: `export const handler = async ({ pathParameters: { kind } }) => {
    if (kind === "throws") throw new Error("secret detail");
    if (kind === "huge") return { statusCode: 200, body: "x".repeat(6 * 1024 * 1024) };
    if (kind === "plain") return { just: "json" };
    return { statusCode: "nonsense" };
  };`,
  slow: "export const handler = () => new Promise((resolve) => setTimeout(resolve, 5000));",
  authorizer: `let calls = 0; export const handler = async (event) => {
    const key = event.identitySource[0];
    if (key === "Bearer broken") throw new Error("broken");
    return { isAuthorized: key.startsWith("Bearer good"), context: { key, call: String((calls += 1)) } };
  };`,
};

/** What the echo function saw. */
const eventSchema = z.looseObject({
  routeKey: z.string(),
  pathParameters: z.record(z.string(), z.string()).optional(),
  requestContext: z.looseObject({
    authorizer: z.object({ lambda: z.object({ key: z.string(), call: z.string() }) }).optional(),
  }),
});
const eventOf = async (response: Response) => eventSchema.parse(await response.json());

let fixture: FixtureStack;
const call = (path: string, init?: RequestInit) => fetch(fixture.stack.url + path, init);

beforeAll(async () => {
  fixture = await startFixture({ template, handlers });
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe("the gateway", () => {
  it("hands a request over in payload format 2.0", async () => {
    const response = await call("/items/caf%C3%A9?a=1&b=2&a=3", {
      method: "POST",
      headers: { "content-type": "application/json", "X-Twice": "1", cookie: "s=1; t=2" },
      body: '{"n":1}',
    });

    expect(response.status).toBe(201);
    expect(response.headers.get("x-answer")).toBe("42");
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await response.json()).toMatchObject({
      version: "2.0",
      routeKey: "POST /items/{id}",
      rawPath: "/items/café",
      rawQueryString: "a=1&b=2&a=3",
      queryStringParameters: { a: "1,3", b: "2" },
      pathParameters: { id: "café" },
      cookies: ["s=1", "t=2"],
      headers: { "x-twice": "1", "content-type": "application/json" },
      body: '{"n":1}',
      isBase64Encoded: false,
      requestContext: {
        accountId: "000000000000",
        stage: "$default",
        routeKey: "POST /items/{id}",
        http: { method: "POST", path: "/items/café", protocol: "HTTP/1.1", sourceIp: "127.0.0.1" },
        time: expect.stringMatching(/^\d{2}\/\w{3}\/\d{4}:\d{2}:\d{2}:\d{2} \+0000$/),
        timeEpoch: expect.any(Number),
      },
    });
  });

  it("encodes a binary body", async () => {
    const bytes = new Uint8Array([0, 255, 1, 254]);

    const response = await call("/open/x", {
      method: "PUT",
      headers: { "content-type": "application/pdf" },
      body: bytes,
    });

    expect(await response.json()).toMatchObject({ isBase64Encoded: true, body: Buffer.from(bytes).toString("base64") });
  });

  it("takes the most specific route", async () => {
    const keys = await Promise.all(
      [
        ["GET", "/open/exact"],
        ["POST", "/open/exact"],
        ["GET", "/open/a/b"],
      ].map(async ([method = "", path = ""]) => {
        const event = await eventOf(await call(path, { method }));
        return [event.routeKey, event.pathParameters];
      }),
    );

    expect(keys).toEqual([
      ["GET /open/exact", undefined],
      ["ANY /open/{proxy+}", { proxy: "exact" }],
      ["ANY /open/{proxy+}", { proxy: "a/b" }],
    ]);
  });

  it("answers for itself what no function answers", async () => {
    const answers = await Promise.all(
      ["/nowhere", "/bad/throws", "/bad/nonsense", "/bad/huge", "/slow", "/open/%zz"].map(async (path) => {
        const response = await call(path);
        return [path, response.status, await response.json()];
      }),
    );

    expect(answers).toEqual([
      ["/nowhere", 404, { message: "Not Found" }],
      ["/bad/throws", 500, { message: "Internal Server Error" }],
      ["/bad/nonsense", 500, { message: "Internal Server Error" }],
      ["/bad/huge", 500, { message: "Internal Server Error" }],
      ["/slow", 503, { message: "Service Unavailable" }],
      ["/open/%zz", 400, { message: "Bad Request" }],
    ]);
  });

  it("takes any JSON result as the body of a 200", async () => {
    const response = await call("/bad/plain");

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ just: "json" });
  });

  it.each([
    ["API Gateway's 10 MB", 10 * 1_024 * 1_024 + 1],
    ["Lambda's 6 MB", 6 * 1_024 * 1_024],
  ])("refuses a body above %s", async (_name, size) => {
    const response = await call("/open/x", { method: "POST", body: "x".repeat(size) });

    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ message: "Request Entity Too Large" });
  });

  it("adds CORS headers for an allowed origin only", async () => {
    const preflight = (origin: string) =>
      call("/open/x", { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } });

    const allowed = await preflight("https://app.example");
    const other = await preflight("https://evil.example");

    expect(allowed.status).toBe(204);
    expect(allowed.headers.get("access-control-allow-origin")).toBe("https://app.example");
    expect(allowed.headers.get("access-control-allow-methods")).toBe("POST");
    expect(other.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("asks the authorizer before a preflight, where no route for OPTIONS goes before the one with it", async () => {
    const preflight = (path: string) =>
      call(path, {
        method: "OPTIONS",
        headers: { origin: "https://app.example", "access-control-request-method": "POST" },
      });

    expect((await preflight("/any-closed/x")).status).toBe(401);
    expect((await preflight("/any-open/x")).status).toBe(204);
  });
});

describe("the authorizer", () => {
  const closed = (authorization?: string) => call("/closed", authorization ? { headers: { authorization } } : {});
  const contextOf = async (key: string) => (await eventOf(await closed(key))).requestContext.authorizer?.lambda;

  it("refuses a request without a key, with a wrong key, and when it fails itself", async () => {
    const answers = await Promise.all(
      [undefined, "Bearer bad", "Bearer broken"].map(async (key) => {
        const response = await closed(key);
        return [response.status, await response.json()];
      }),
    );

    expect(answers).toEqual([
      [401, { message: "Unauthorized" }],
      [403, { message: "Forbidden" }],
      [500, { message: "Internal Server Error" }],
    ]);
  });

  it("passes its context on, and is asked once per key", async () => {
    const first = await contextOf("Bearer good-1");
    const again = await contextOf("Bearer good-1");
    const other = await contextOf("Bearer good-2");

    expect(first).toMatchObject({ key: "Bearer good-1" });
    expect(again).toEqual(first);
    expect(other?.call).not.toBe(first?.call);
  });
});
