import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { revokeJob } from "../../../shared/engine/jobs/revoke.ts";
import { QueueUnavailableError } from "../../../shared/engine/jobs/send.ts";
import { IdempotencyConflictError } from "../../../shared/engine/jobs/submit.ts";
import { Engine } from "../../helpers/engine.ts";

let engine: Engine;
afterEach(() => engine.close());

describe("submitting", () => {
  beforeEach(async () => {
    engine = await Engine.start();
  });

  it("gives one job for the same Idempotency-Key a hundred times at once", async () => {
    const submitted = await Promise.all(
      Array.from({ length: 100 }, () => engine.submit({ idempotencyKey: "order-1" })),
    );
    const ids = new Set(submitted.map((job) => job.task_id));
    expect(ids.size).toBe(1);

    let runs = 0;
    engine.code = async ({ value }) => {
      runs += 1;
      return { value };
    };
    const { visible } = await engine.counts("test-high");
    for (let message = 0; message < visible; message++) expect(await engine.step()).toBe("acknowledge");
    expect(runs).toBe(1);
  });

  it("refuses the same Idempotency-Key for another request, and keeps projects apart", async () => {
    const mine = await engine.submit({ idempotencyKey: "order-1" });
    await expect(engine.submit({ idempotencyKey: "order-1", input: { value: 2 } })).rejects.toThrow(
      IdempotencyConflictError,
    );
    const theirs = await engine.submit({ idempotencyKey: "order-1", input: { value: 2 }, tenant: "other" });
    expect(theirs.task_id).not.toBe(mine.task_id);
  });

  it("accepts nothing that the queue did not take, and a replay with the key sends it", async () => {
    const { sqs } = engine.services;
    const send = sqs.send;
    sqs.send = () => Promise.reject(new Error("no route"));
    await expect(engine.submit({ idempotencyKey: "k" })).rejects.toThrow(QueueUnavailableError);
    sqs.send = send;
    const job = await engine.submit({ idempotencyKey: "k" });
    expect(job.status).toBe("PENDING");
    expect(await engine.step()).toBe("acknowledge");
    expect((await engine.record(job.task_id)).status).toBe("SUCCESS");
  });

  it.each([10, 600, 5_000, 100_000, 2_000_000])(
    "carries an input and a result of %i random characters",
    async (size) => {
      const value = Array.from({ length: size }, () => Math.floor(Math.random() * 36).toString(36)).join("");
      const job = await engine.submit({ input: { value } });
      await engine.step();
      const record = await engine.record(job.task_id);
      expect(await engine.services.store.readInput(record)).toEqual({ value });
      expect(await engine.services.store.readResult(record)).toEqual({ value });
      expect(JSON.stringify(record).length).toBeLessThan(10_000);
    },
  );

  it("sends low priorities to the low lane", async () => {
    await engine.submit({ priority: 1 });
    expect((await engine.counts("test-low")).visible).toBe(1);
  });

  it("lists a project's jobs newest first, page by page, and filters", async () => {
    const ids: string[] = [];
    for (let index = 0; index < 23; index++) {
      ids.unshift((await engine.submit({ tenant: "p", priority: index % 2 === 0 ? 9 : 1 })).task_id);
      await sleep(2);
    }
    await engine.submit({ tenant: "q" });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await engine.services.store.list({ tenant: "p", limit: 5, cursor });
      seen.push(...page.jobs.map((job) => job.task_id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(ids);
    await revokeJob(engine.services, ids[3] ?? "", { terminate: false });
    const revoked = await engine.services.store.list({ tenant: "p", limit: 5, status: "REVOKED" });
    expect(revoked.jobs.map((job) => job.task_id)).toEqual([ids[3]]);
    expect(revoked.nextCursor).toBeNull();
  });
});
