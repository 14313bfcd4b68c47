import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { RouteDefinition } from "../../../contracts/routes/define-route.ts";
import { createRouter } from "../../../functions/api/router.ts";

const route = (method: RouteDefinition["method"], path: `/${string}`, more: Partial<RouteDefinition> = {}) => ({
  method,
  path,
  scope: null,
  tag: "Service" as const,
  summary: "",
  response: { status: 200, schema: z.null() },
  ...more,
});

const lookup = createRouter({
  item: route("GET", "/items/{id}", { aliases: ["/things/thing/{id}"] }),
  newest: route("GET", "/items/newest"),
  remove: route("DELETE", "/items/{id}"),
  part: route("GET", "/items/{id}/parts/{part}"),
  file: route("GET", "/files/{path+}"),
  files: route("GET", "/files"),
  guarded: route("GET", "/secret", { scope: "read" }),
});

describe("the router", () => {
  it("takes parameters from the path, decoded", () => {
    expect(lookup("GET", "/items/a%20b/parts/%C3%A9")).toEqual({ name: "part", params: { id: "a b", part: "é" } });
  });

  it("prefers a literal segment to a parameter, wherever the two stand in the table", () => {
    expect(lookup("GET", "/items/newest")).toEqual({ name: "newest", params: {} });
  });

  it("still finds the parameter's route for a method that the literal one does not take", () => {
    expect(lookup("DELETE", "/items/newest")).toEqual({ name: "remove", params: { id: "newest" } });
  });

  it("takes a trailing slash", () => {
    expect(lookup("GET", "/items/7/")).toEqual({ name: "item", params: { id: "7" } });
  });

  it("knows aliases", () => {
    expect(lookup("GET", "/things/thing/7")).toEqual({ name: "item", params: { id: "7" } });
  });

  it("gives the rest of a path as one parameter", () => {
    expect(lookup("GET", "/files/assets/a.js")).toEqual({ name: "file", params: { path: "assets/a.js" } });
    expect(lookup("GET", "/files/")).toEqual({ name: "files", params: {} });
  });

  it("puts routes that need a key under the prefix", () => {
    expect(lookup("GET", "/api/v1/secret")).toEqual({ name: "guarded", params: {} });
    expect(lookup("GET", "/secret")).toBeUndefined();
  });

  it("lists the methods that a path takes when it does not take this one", () => {
    expect(lookup("POST", "/items/7")).toEqual({ allow: ["GET", "HEAD", "DELETE"] });
    expect(lookup("PATCH", "/files")).toEqual({ allow: ["GET", "HEAD"] });
  });

  it("takes HEAD where there is GET, and there alone", () => {
    expect(lookup("HEAD", "/items/7")).toEqual(lookup("GET", "/items/7"));
    expect(lookup("HEAD", "/items/7")).toHaveProperty("name");
  });

  it.each(["/", "/items", "/items//parts/1", "/items/1/parts", "/items/1/parts/2/3", "//items/1"])(
    "knows nothing at %s",
    (path) => {
      expect(lookup("GET", path)).toBeUndefined();
    },
  );

  it("takes a segment that cannot be decoded as it is", () => {
    expect(lookup("GET", "/items/100%")).toEqual({ name: "item", params: { id: "100%" } });
  });
});
