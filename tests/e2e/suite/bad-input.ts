import { beforeAll, describe, expect, test } from "vitest";
import { problemSchema } from "../../../contracts/problem.ts";
import { MAX_BODY_BYTES } from "../../../contracts/routes/routes.ts";
import type { Target } from "./target.ts";

const wrongInputs = [
  ["summarize", { text: "x", max_length: 1 }, "/input/max_length"],
  ["summarize", { text: "   " }, "/input/text"],
  ["summarize", {}, "/input/text"],
  ["summarize", { text: "x", colour: "red" }, "/input/colour"],
  ["keywords", { text: "x", max_keywords: "ten" }, "/input/max_keywords"],
  ["keywords", { text: "x", language: "english" }, "/input/language"],
  ["normalize", { request: "x" }, "/input/schema"],
] as const;

export function describeBadInput(target: Target): void {
  describe("bad input", () => {
    let key: string;
    beforeAll(async () => {
      key = await target.newKey("e2e-bad-input");
    });

    test.each(wrongInputs)("%s of %o is 422 and names %s", async (task, input, path) => {
      const answer = await target.submit(task, input, key);

      expect(answer.status).toBe(422);
      expect(answer.headers.get("content-type")).toContain("application/problem+json");
      expect(problemSchema.parse(answer.body).errors?.map((error) => error.path)).toContain(path);
    });

    test("an option that does not fit is 422 and named", async () => {
      const body = { input: {}, priority: 11 };

      const answer = await target.call("POST", "/api/v1/tasks/health_check", { key, body });

      expect(answer.status).toBe(422);
      expect(problemSchema.parse(answer.body).errors).toMatchObject([{ path: "/priority" }]);
    });

    test("a body over the limit is 413", async () => {
      const answer = await target.submit("summarize", { text: "x".repeat(MAX_BODY_BYTES) }, key);

      expect(answer.status).toBe(413);
    });

    test("a body that is not JSON is 400", async () => {
      const answer = await target.call("POST", "/api/v1/tasks/summarize", { key, body: '{"input":' });

      expect(answer.status).toBe(400);
      expect(problemSchema.parse(answer.body).title).toBe("Malformed JSON");
    });

    test.each([
      ["POST", "/api/v1/tasks/no_such_task"],
      ["GET", "/api/v1/no-such-route"],
      ["GET", "/api/v1/jobs/00000000-0000-4000-8000-000000000000"],
    ])("%s %s is 404", async (method, path) => {
      const answer = await target.call(method, path, { key, ...(method === "POST" && { body: { input: {} } }) });

      expect(answer.status).toBe(404);
      expect(problemSchema.parse(answer.body).status).toBe(404);
    });
  });
}
