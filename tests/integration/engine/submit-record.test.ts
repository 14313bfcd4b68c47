/**
 * The whole record and the message that a submit makes, for everything that can be asked for with it.
 *
 * @module
 */

import { SendMessageCommand, type SendMessageCommandInput } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { catalog } from "../../../contracts/catalog.ts";
import type { NewJob } from "../../../shared/engine/jobs/store.ts";
import {
  familyFault,
  IdempotencyConflictError,
  InputValidationError,
  type SubmitRequest,
  submitJob,
  UnknownTaskError,
} from "../../../shared/engine/jobs/submit.ts";
import { EXPIRING_CHECK_MS, queuedPartitions, sha256, workPartition } from "../../../shared/engine/table/addresses.ts";
import { canonicalJson } from "../../../shared/lib/canonical-json.ts";
import { DAY } from "../../../shared/lib/time.ts";
import { Engine } from "../../helpers/engine.ts";

/** A whole second. */
const NOW = Math.ceil(Date.now() / 1_000) * 1_000 + 600_000;
const SECONDS = NOW / 1_000;
const RESULT_EXPIRES = 3_600;

const engines: Engine[] = [];
let plain: Engine;
beforeAll(async () => {
  const settings = { RESULT_EXPIRES: String(RESULT_EXPIRES) };
  plain = await Engine.start({ settings });
  engines.push(
    plain,
    await Engine.start({ settings, submits: true }),
    await Engine.start({ settings, scope: "admin" }),
  );
});
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

interface Made {
  readonly job: NewJob;
  readonly created: boolean;
  /** What was sent to SQS. */
  readonly messages: readonly SendMessageCommandInput[];
}

/** Submits at a time that stands still, with SQS's answers as they come. */
async function submit(request: Partial<SubmitRequest> = {}, engine = plain, now = NOW): Promise<Made> {
  const messages: SendMessageCommandInput[] = [];
  const sqs: typeof engine.services.sqs = Object.create(engine.services.sqs);
  sqs.send = ((command: unknown) => {
    if (command instanceof SendMessageCommand) messages.push(command.input);
    return engine.services.sqs.send(command as SendMessageCommand);
  }) as typeof sqs.send;
  const whole = { taskName: "test", tenant: "default", input: { value: 1 }, ...request };
  const { job, created } = await submitJob({ ...engine.services, sqs, now: () => now }, whole);
  return { job, created, messages };
}

/** As it is stored: what is undefined is not there. */
const stored = (job: object): unknown =>
  Object.fromEntries(Object.entries(job).filter(([name, value]) => value !== undefined && name !== "pk"));
const ttlOf = (job: NewJob) => job.ttl;

describe("the record of a submit", () => {
  it("holds what the task and the request say, and nothing else", async () => {
    const { job, created, messages } = await submit();

    expect(created).toBe(true);
    expect(stored(job)).toStrictEqual({
      task_id: job.task_id,
      task_name: "test",
      project_id: "default",
      queue: "test",
      lane: "high",
      priority: 5,
      status: "PENDING",
      generation: 1,
      attempts: 0,
      max_attempts: 4,
      trace_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      created_at: NOW,
      input: { in: "json", json: '{"value":1}' },
      ttl: expect.any(Number),
      work_pk: workPartition("WAIT#high", job.task_id),
      work_at: NOW,
    });
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ MessageGroupId: "default" });
    expect(messages[0]).not.toHaveProperty("DelaySeconds");
    expect(JSON.parse(messages[0]?.MessageBody ?? "")).toEqual({
      v: 1,
      task_id: job.task_id,
      generation: 1,
      trace_id: job.trace_id,
    });
    // Longer than any wait for a worker, and than the result is kept.
    expect(job.ttl).toBeGreaterThan(SECONDS + 4 * DAY);
  });

  it("holds all that a request may give", async () => {
    const { job } = await submit({
      tenant: "shop",
      priority: 4,
      traceId: "trace-1",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      batch: { id: "batch-1", place: 3, total: 9 },
      tags: { order: "7" },
      callbackUrl: "https://example.com/hook",
      config: { model: "m" },
      configName: "writer@3",
    });
    expect(stored(job)).toMatchObject({
      project_id: "shop",
      lane: "low",
      priority: 4,
      trace_id: "trace-1",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      batch_id: "batch-1",
      batch_place: 3,
      batch_total: 9,
      tags: { order: "7" },
      callback_url: "https://example.com/hook",
      config: { in: "json", json: '{"model":"m"}' },
      config_name: "writer@3",
      work_pk: workPartition("WAIT#low", job.task_id),
    });
    for (const name of ["request_hash", "signature", "may_submit", "held", "needs_send", "due_at"]) {
      expect(stored(job)).not.toHaveProperty(name);
    }
  });

  it("counts as waiting in its tenant's lane where the jobs that wait there are bounded", async () => {
    const engine = await Engine.start({ settings: { PROJECT_QUEUED_JOBS: "1000" } });
    engines.push(engine);
    const { job } = await submit({ tenant: "shop", priority: 4 }, engine);
    expect(queuedPartitions("shop", "test-low")).toContain(job.queued_pk);
    expect((await submit({ tenant: "shop" })).job).not.toHaveProperty("queued_pk");
  });

  it("of a task that submits others says that it may", async () => {
    expect((await submit({}, engines[1])).job.may_submit).toBe(true);
  });

  it("of a task that submits nothing does not", async () => {
    const definition = plain.services.catalog.findTask("test");
    if (!definition) throw new Error("The engine has no task.");
    const none = { ...plain.services.catalog, findTask: () => ({ ...definition, submits: [] }) };
    const { job } = await submitJob(
      { ...plain.services, catalog: none },
      { taskName: "test", tenant: "default", input: { value: 1 } },
    );
    expect(job.may_submit).toBeUndefined();
  });

  it("of a task for admins is signed until 60 days after it is due", async () => {
    const { job } = await submit({ delaySeconds: 60 }, engines[2]);
    expect(job.signature?.until).toBe(NOW + 60_000 + 60 * DAY * 1_000);
    expect((await submit({}, engines[2])).job.signature?.until).toBe(NOW + 60 * DAY * 1_000);
  });
});

describe("when a job is due", () => {
  const due = (job: NewJob) => ({
    next_attempt_at: job.next_attempt_at,
    due_at: job.due_at,
    needs_send: job.needs_send,
    work_at: job.work_at,
    work: job.work_pk?.replace(/#\d+$/, ""),
  });

  it.each<[string, Partial<SubmitRequest>, number]>([
    ["a delay", { delaySeconds: 60 }, 60],
    ["an eta", { eta: new Date(NOW + 60_000) }, 60],
    ["the longest delay that SQS takes", { delaySeconds: 900 }, 900],
    ["part of a second", { eta: new Date(NOW + 1_500) }, 2],
  ])("by %s, the message waits in SQS", async (_, request, seconds) => {
    const { job, messages } = await submit(request);
    const at = request.eta?.getTime() ?? NOW + seconds * 1_000;
    expect(due(job)).toEqual({ next_attempt_at: at, due_at: at, needs_send: undefined, work_at: at, work: "DUE" });
    expect(messages.map(({ DelaySeconds }) => DelaySeconds)).toEqual([seconds]);
    expect(ttlOf(job)).toBeGreaterThan(at / 1_000 + 4 * DAY);
  });

  it("later than SQS holds a message, the sweeper sends it", async () => {
    const at = NOW + 901_000;
    for (const request of [{ delaySeconds: 901 }, { eta: new Date(at) }]) {
      const { job, messages } = await submit(request);
      expect(due(job)).toEqual({ next_attempt_at: at, due_at: at, needs_send: true, work_at: at, work: "DUE" });
      expect(messages).toEqual([]);
    }
  });

  it.each<[string, Partial<SubmitRequest>]>([
    ["past", { eta: new Date(NOW - 60_000) }],
    ["now", { eta: new Date(NOW) }],
    ["no", { delaySeconds: 0 }],
  ])("at a time that is %s, it is sent at once", async (_, request) => {
    const { job, messages } = await submit(request);
    expect(due(job)).toEqual({
      next_attempt_at: undefined,
      due_at: undefined,
      needs_send: undefined,
      work_at: NOW,
      work: "WAIT#high",
    });
    expect(messages).toHaveLength(1);
    expect(messages[0]).not.toHaveProperty("DelaySeconds");
  });

  it("one that expires is looked at when it expires, or soon after it was sent", async () => {
    const soon = (await submit({ expiresIn: 30 })).job;
    expect(soon.expires_at).toBe(NOW + 30_000);
    expect(due(soon)).toMatchObject({ work: "EXPIRE", work_at: NOW + 30_000, needs_send: undefined });
    const late = (await submit({ expiresIn: 3_000 })).job;
    expect(due(late)).toMatchObject({ work: "EXPIRE", work_at: NOW + EXPIRING_CHECK_MS });
  });

  it("one that expires before it is due is never sent", async () => {
    for (const expiresIn of [30, 60]) {
      const { job, messages } = await submit({ delaySeconds: 60, expiresIn });
      expect(due(job)).toMatchObject({ work: "EXPIRE", work_at: NOW + expiresIn * 1_000, needs_send: true });
      expect(messages).toEqual([]);
    }
    const { messages } = await submit({ delaySeconds: 60, expiresIn: 61 });
    expect(messages).toHaveLength(1);
  });

  it("one that is held is not sent and is looked at when it expires", async () => {
    const { job, messages } = await submit({ held: true, expiresIn: 3_000 });
    expect(job.held).toBe(true);
    expect(due(job)).toMatchObject({ work: "EXPIRE", work_at: NOW + 3_000_000 });
    expect(messages).toEqual([]);
  });
});

describe("a job of a running job", () => {
  const parent = { task_id: "0000-parent" };

  it.each([
    [{ ...parent }, { depth: 2, hops: 1 }],
    [
      { ...parent, depth: 3, hops: 4 },
      { depth: 4, hops: 5 },
    ],
    [
      { ...parent, depth: 3, hops: 9 },
      { depth: 4, hops: 10 },
    ],
  ])("of %o counts depth and hops and is sent", async (of, right) => {
    const { job, messages } = await submit({ parent: of });
    expect(job).toMatchObject({ parent_id: "0000-parent", ...right, needs_send: undefined });
    expect(job.work_pk).toBe(workPartition("WAIT#high", job.task_id));
    expect(messages).toHaveLength(1);
  });

  it("beyond the hops that Lambda allows is left to the sweeper, with which a new chain begins", async () => {
    const { job, messages } = await submit({ parent: { ...parent, depth: 3, hops: 10 } });
    expect(job).toMatchObject({ depth: 4, hops: 0, needs_send: true, work_at: NOW });
    expect(job.work_pk).toBe(workPartition("DUE", job.task_id));
    expect(messages).toEqual([]);
  });
});

describe("a submit with an Idempotency-Key", () => {
  it("keeps a hash of what was asked for", async () => {
    const request = { idempotencyKey: "hash", priority: 7, expiresIn: 60 };
    const asked = { taskName: "test", projectId: "default", input: { value: 1 }, priority: 7, expiresIn: 60 };
    expect((await submit(request)).job.request_hash).toBe(sha256(canonicalJson(asked)));
  });

  it("is answered with the job that it made, which is sent again while it waits", async () => {
    const first = await submit({ idempotencyKey: "again" });
    const second = await submit({ idempotencyKey: "again" });
    expect(second).toMatchObject({ created: false, job: { task_id: first.job.task_id, status: "PENDING" } });
    expect(second.messages).toHaveLength(1);
  });

  it("sends a job that is due later with what is left of its delay", async () => {
    await submit({ idempotencyKey: "later", delaySeconds: 60 });
    const { messages } = await submit({ idempotencyKey: "later", delaySeconds: 60 }, plain, NOW + 20_000);
    expect(messages.map(({ DelaySeconds }) => DelaySeconds)).toEqual([40]);
  });

  it.each<[string, Partial<SubmitRequest>]>([
    ["held", { held: true, expiresIn: 3_000 }],
    ["due beyond SQS's delay", { delaySeconds: 901 }],
  ])("does not send a job that is %s", async (name, request) => {
    await submit({ idempotencyKey: name, ...request });
    expect((await submit({ idempotencyKey: name, ...request })).messages).toEqual([]);
  });

  it("does not send a job that has ended", async () => {
    const { job } = await submit({ idempotencyKey: "ended" }, plain, Date.now());
    for (;;) {
      const message = await plain.receive();
      if (!message) break;
      await plain.handle(message);
    }
    expect((await plain.record(job.task_id)).status).toBe("SUCCESS");
    expect((await submit({ idempotencyKey: "ended" })).messages).toEqual([]);
  });

  it("is asked for again when its job has expired just now", async () => {
    await submit({ idempotencyKey: "expired" });
    const store: typeof plain.services.store = Object.create(plain.services.store);
    store.get = async () => undefined;
    const again = { taskName: "test", tenant: "default", input: { value: 1 }, idempotencyKey: "expired" };
    await expect(submitJob({ ...plain.services, store }, again)).rejects.toMatchObject({
      name: "QueueUnavailableError",
      message: "The job for this Idempotency-Key expired just now; send it again.",
    });
  });

  it("conflicts with another request, unless the key alone decides", async () => {
    const { job } = await submit({ idempotencyKey: "other" });
    const other = { idempotencyKey: "other", input: { value: 2 } };
    const conflict = submit(other);
    await expect(conflict).rejects.toThrow(IdempotencyConflictError);
    await expect(conflict).rejects.toMatchObject({
      name: "IdempotencyConflictError",
      message: "This Idempotency-Key was used for another request.",
    });
    expect((await submit({ ...other, isSameByKey: true })).job.task_id).toBe(job.task_id);
  });
});

describe("a submit that is refused", () => {
  it("names a task that is nearly meant, and all there are", async () => {
    await expect(submit({ taskName: "tset" })).rejects.toThrow(
      /^There is no task tset\. Did you mean test\? There are: test\.$/,
    );
    await expect(submit({ taskName: "something-else" })).rejects.toThrow(
      /^There is no task something-else\. There are: test\.$/,
    );
    const endless = submit({ taskName: "x".repeat(10_000) });
    await expect(endless).rejects.toBeInstanceOf(UnknownTaskError);
    await expect(endless).rejects.toMatchObject({
      name: "UnknownTaskError",
      message: expect.stringMatching(/^.{1,200}$/),
    });
  });

  it("names all tasks there are, and says of one that was left out how to get it", () => {
    const core = catalog.withFamilies(new Set(["core"]));
    expect(new UnknownTaskError("something-else", core).message).toContain(
      `There are: ${core.taskNames.slice(0, 2).join(", ")}, `,
    );
    const [left] = catalog.taskNames.filter((name) => !core.taskNames.includes(name));
    const { family } = catalog.queueOf(catalog.findTask(left ?? "")?.queue ?? "");
    expect(new UnknownTaskError(left ?? "", core).message).toBe(
      `This stage is deployed without the family ${family}, to which the task ${left} belongs: add ${family} to SLUICE_FAMILIES and deploy.`,
    );
    expect(familyFault("anything", { ...core, familyLeftOut: () => "search" })).toContain(
      "add search to SLUICE_FAMILIES, set VECTOR_STORE to another store than none and deploy.",
    );
    expect(familyFault("something-else", core)).toBeUndefined();
    expect(familyFault("x".repeat(1_000), { ...core, familyLeftOut: () => "core" })).toHaveLength(
      (familyFault("x".repeat(100), { ...core, familyLeftOut: () => "core" }) ?? "").length,
    );
  });

  it("says which field of the input does not fit", async () => {
    const bad = submit({ input: {} });
    await expect(bad).rejects.toBeInstanceOf(InputValidationError);
    await expect(bad).rejects.toMatchObject({
      name: "InputValidationError",
      message: "The input does not fit task test.",
      issues: [{ path: ["value"] }],
    });
  });
});

describe("a submit that the queue did not take", () => {
  const refusing = async (request: Partial<SubmitRequest>) => {
    const sqs: typeof plain.services.sqs = Object.create(plain.services.sqs);
    sqs.send = () => Promise.reject(new Error("no route"));
    let id = "";
    const store: typeof plain.services.store = Object.create(plain.services.store);
    store.create = (job, ...more) => {
      id = job.task_id;
      return plain.services.store.create(job, ...more);
    };
    const whole = { taskName: "test", tenant: "default", input: { value: 1 }, ...request };
    await expect(submitJob({ ...plain.services, sqs, store }, whole)).rejects.toMatchObject({
      name: "QueueUnavailableError",
    });
    return await plain.record(id);
  };

  it("is a failure that says so when nobody will repeat it", async () => {
    for (const request of [{}, { idempotencyKey: "once", isRepeatable: false }]) {
      expect(await refusing(request)).toMatchObject({
        status: "FAILURE",
        error: {
          type: "QueueUnavailableError",
          message: "The queue test-high did not take the job.",
          retryable: true,
        },
        fingerprint: "not-sent",
        events: [{ s: "PENDING" }, { s: "FAILURE" }],
      });
    }
  });

  it("stays PENDING when it may be repeated", async () => {
    for (const request of [{ idempotencyKey: "twice" }, { isRepeatable: true }]) {
      expect(await refusing(request)).toMatchObject({ status: "PENDING" });
    }
  });
});
