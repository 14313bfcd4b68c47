/**
 * Jobs that are to run later or not at all, that are waited for, and that are found by their tags.
 *
 * @module
 */

import { beforeAll, describe, expect, test } from "vitest";
import { jobListSchema } from "../../../contracts/jobs/list.ts";
import { acceptedSchema } from "../../../contracts/jobs/submit.ts";
import { jobSchema } from "../../../contracts/jobs/wire.ts";
import type { Target } from "./target.ts";

export function describeLater(target: Target): void {
  describe("jobs later", () => {
    let key: string;
    beforeAll(async () => {
      key = await target.newKey(`e2e-later-${Date.now()}`);
    });

    const post = (body: object) =>
      target.call("POST", "/api/v1/tasks/health_check", { key, body: { input: {}, ...body } });
    const submit = async (body: object) => {
      const answer = await post(body);
      expect(answer.status).toBe(202);
      return acceptedSchema.parse(answer.body).task_id;
    };

    test("a request that waits is answered when the job has ended", async () => {
      const id = await submit({ delay_seconds: 2 });

      const answer = await target.call("GET", `/api/v1/jobs/${id}?wait=20`, { key });

      expect(answer).toMatchObject({ status: 200, body: { task_id: id, status: "SUCCESS" } });
    });

    test("a job runs when its eta has come, and not before", async () => {
      const eta = new Date(Date.now() + 4_000);
      const id = await submit({ eta: eta.toISOString() });

      const { started_at } = await target.finished(id, key);

      // Whoever runs it may have a clock that is a little behind.
      expect(Date.parse(started_at ?? "")).toBeGreaterThan(eta.getTime() - 1_500);
    });

    test("a request that waits for a job of tomorrow is answered with the job as it is", async () => {
      const id = await submit({ eta: new Date(Date.now() + 86_400_000).toISOString() });

      const answer = await target.call("GET", `/api/v1/jobs/${id}?wait=1`, { key });

      expect(answer).toMatchObject({ status: 200, body: { status: "PENDING" } });
      expect((await target.call("GET", `/api/v1/jobs/${id}?wait=26`, { key })).status).toBe(422);
    });

    test("of requests that wait at once, those over the bound are answered at once and say when to ask again", async () => {
      const id = await submit({ delay_seconds: 3_600 });

      const waits = Array.from({ length: 5 }, () => target.call("GET", `/api/v1/jobs/${id}?wait=10`, { key }));
      const answers = await Promise.all(waits);

      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      const turnedAway = answers.filter(({ headers }) => headers.has("retry-after"));
      expect(turnedAway.length).toBeGreaterThanOrEqual(3);
      for (const { headers, body } of turnedAway) {
        expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
        expect(body).toMatchObject({ task_id: id, status: "PENDING" });
      }
    });

    test("several jobs are read in one call, and what is not there is named", async () => {
      const id = await submit({});
      await target.finished(id, key);

      const answer = await target.call("POST", "/api/v1/jobs/status", { key, body: { task_ids: [id, "no-such-job"] } });

      expect(answer).toMatchObject({ status: 200, body: { jobs: [{ task_id: id }], missing: ["no-such-job"] } });
    });

    test("a job is found by one of its tags", async () => {
      const id = await submit({ tags: { order: "A-1", line: 3 } });
      await submit({ tags: { order: "A-2" } });

      const { body } = await target.call("GET", "/api/v1/jobs?tag=order:A-1", { key });

      expect(jobListSchema.parse(body).jobs.map(({ task_id, tags }) => [task_id, tags])).toEqual([
        [id, { order: "A-1", line: "3" }],
      ]);
    });

    test("a job that expires before its delay is over never runs", async () => {
      const job = await target.finished(await submit({ delay_seconds: 3_600, expires_in: 1 }), key, 200);

      expect(jobSchema.parse(job)).toMatchObject({ status: "REVOKED", attempts: 0, started_at: null });
    }, 240_000);

    test.each([
      ["a time without an offset", { eta: "2030-01-01T10:00:00" }, "/eta", /with Z or an offset/],
      ["a delay of more than 30 days", { delay_seconds: 2_592_001 }, "/delay_seconds", /2592000/],
      ["a time in more than 30 days", { eta: new Date(Date.now() + 31 * 86_400_000).toISOString() }, "/eta", /30 days/],
    ])("%s is refused by name", async (_, body, path, message) => {
      const answer = await post(body);

      expect(answer).toMatchObject({
        status: 422,
        body: { errors: [{ path, message: expect.stringMatching(message) }] },
      });
    });
  });
}
