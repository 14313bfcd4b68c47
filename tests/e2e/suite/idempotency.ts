import { beforeAll, describe, expect, test } from "vitest";
import { acceptedSchema } from "../../../contracts/jobs/submit.ts";
import type { Target } from "./target.ts";

/** Few enough for an emulator that starts a process for each. */
const AT_ONCE = 10;

export function describeIdempotency(target: Target): void {
  describe("idempotency", () => {
    let key: string;
    beforeAll(async () => {
      key = await target.newKey("e2e-idempotency");
    });
    const newHeaders = () => ({ "idempotency-key": `e2e-${crypto.randomUUID()}` });

    test(`the same key and request ${AT_ONCE} times at once is one job`, async () => {
      const headers = newHeaders();
      const ask = () => target.submit("health_check", { echo: 1 }, key, headers);

      const answers = await Promise.all(Array.from({ length: AT_ONCE }, ask));

      expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 202));
      const ids = new Set(answers.map((answer) => acceptedSchema.parse(answer.body).task_id));
      expect(ids.size).toBe(1);
      const [id = ""] = ids;
      expect(await target.finished(id, key)).toMatchObject({ status: "SUCCESS", attempts: 1 });
    });

    test("another request under a used key is 409", async () => {
      const headers = newHeaders();
      await target.submit("health_check", { echo: 1 }, key, headers);

      const answer = await target.submit("health_check", { echo: 2 }, key, headers);

      expect(answer.status).toBe(409);
    });

    test("another project may use the same key for a job of its own", async () => {
      const headers = newHeaders();
      const other = await target.newKey("e2e-idempotency-other");

      const [first, second] = await Promise.all([
        target.submit("health_check", { echo: 1 }, key, headers),
        target.submit("health_check", { echo: 2 }, other, headers),
      ]);

      expect([first.status, second.status]).toEqual([202, 202]);
      expect(acceptedSchema.parse(first.body).task_id).not.toBe(acceptedSchema.parse(second.body).task_id);
    });
  });
}
