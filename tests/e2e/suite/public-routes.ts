import { beforeAll, describe, expect, test } from "vitest";
import type { Target } from "./target.ts";

export function describePublicRoutes(target: Target): void {
  describe("public routes", () => {
    const paths = ["/health", "/openapi.json", "/docs", "/llms.txt", "/llms-full.txt", "/console"].flatMap((path) => [
      path,
      `${path}/`,
    ]);

    test.each(paths)("GET %s answers without a key", async (path) => {
      const answer = await target.call("GET", path);

      expect(answer.status).toBe(200);
      expect(answer.body).not.toBe("");
    });

    test.each(paths)("HEAD %s answers with the same headers and without a body", async (path) => {
      const [head, get] = [await target.call("HEAD", path), await target.call("GET", path)];

      expect(head).toMatchObject({ status: 200, body: "" });
      expect(head.headers.get("content-type")).toBe(get.headers.get("content-type"));
    });

    test.each([
      ["GET", "/"],
      ["GET", "/no-such-page"],
      ["HEAD", "/no-such-page"],
      ["POST", "/health"],
      ["GET", "/api/v2/jobs"],
    ])("%s %s is 404, and does not reach the function", async (method, path) => {
      const answer = await target.call(method, path);

      expect(answer.status).toBe(404);
      // The function answers with problem details; the gateway by itself does not.
      expect(answer.headers.get("content-type") ?? "").not.toContain("problem");
    });

    test("a path of the console that is not a file is the console's page", async () => {
      const answer = await target.call("GET", "/console/jobs/some-id");

      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toContain("text/html");
    });
  });

  describe("routes below /api/v1", () => {
    let key: string;
    beforeAll(async () => {
      key = await target.newKey("e2e-routes");
    });

    test("a trailing slash makes no difference", async () => {
      const answers = [
        await target.call("GET", "/api/v1/jobs", { key }),
        await target.call("GET", "/api/v1/jobs/", { key }),
      ];

      expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
      expect(answers[1]?.body).toEqual(answers[0]?.body);
    });

    test("HEAD is taken where there is GET, and has no body", async () => {
      expect(await target.call("HEAD", "/api/v1/jobs", { key })).toMatchObject({ status: 200, body: "" });
    });

    test("HEAD without a key is 401", async () => {
      expect((await target.call("HEAD", "/api/v1/jobs")).status).toBe(401);
    });

    test("another method is 405 and says which there are", async () => {
      const answer = await target.call("DELETE", "/api/v1/jobs", { key });

      expect(answer.status).toBe(405);
      expect(answer.headers.get("allow")).toContain("GET, HEAD");
    });
  });
}
