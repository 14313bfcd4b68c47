import { describe, expect, test } from "vitest";
import { problemSchema } from "../../../contracts/problem.ts";
import type { Target } from "./target.ts";

export function describeAuth(target: Target): void {
  describe("auth", () => {
    test("a request without a key is 401", async () => {
      expect((await target.call("GET", "/api/v1/jobs")).status).toBe(401);
    });

    test.each(["slc_000000000000000000000000000000000000000000000000", "not-a-key"])(
      "the wrong key %s is 403",
      async (key) => {
        expect((await target.call("GET", "/api/v1/jobs", { key })).status).toBe(403);
      },
    );

    test("a key that may only read cannot submit, and is told so", async () => {
      const key = await target.newKey("e2e-scopes", ["read"]);

      const answer = await target.submit("health_check", {}, key);

      expect(answer.status).toBe(403);
      expect(answer.headers.get("content-type")).toContain("application/problem+json");
      expect(problemSchema.parse(answer.body).detail).toContain("submit");
    });

    test("a key that may only submit cannot read, and is told so", async () => {
      const key = await target.newKey("e2e-scopes", ["submit"]);

      const answer = await target.call("GET", "/api/v1/jobs", { key });

      expect(answer.status).toBe(403);
      expect(problemSchema.parse(answer.body).detail).toContain("read");
    });

    test("a key of a project cannot make keys", async () => {
      const key = await target.newKey("e2e-scopes");

      const answer = await target.call("POST", "/api/v1/keys", { key, body: { scopes: ["admin"] } });

      expect(answer.status).toBe(403);
    });

    test.each(["/health", "/openapi.json", "/docs"])("%s needs no key", async (path) => {
      expect((await target.call("GET", path)).status).toBe(200);
    });
  });
}
