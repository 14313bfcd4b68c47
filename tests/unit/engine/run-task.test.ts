/**
 * What a run of a task's code gives, takes and leaves, on a clock and a store of the test's own. What becomes of the job
 * then is in tests/integration/engine.
 *
 * @module
 */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { defineTask } from "../../../contracts/define-task.ts";
import type { JobRecord } from "../../../shared/engine/jobs/record.ts";
import type { JobServices } from "../../../shared/engine/jobs/services.ts";
import { sha256 } from "../../../shared/engine/table/addresses.ts";
import type { TaskContext } from "../../../shared/engine/worker/context.ts";
import { type Run, runTask, withGracePeriod } from "../../../shared/engine/worker/run-task.ts";

const START = 1_750_000_000_000;
const definition = defineTask({
  name: "test",
  description: "Runs what the test says.",
  queue: "test",
  input: z.object({ value: z.number(), more: z.object({ a: z.number() }).optional() }),
  output: z.object({ value: z.number() }),
  retry: "standard",
  timeLimit: { soft: 20, hard: 30 },
  memory: 128,
});
const record = {
  pk: "J#1",
  sk: "JOB",
  task_id: "1",
  task_name: "test",
  project_id: "shop",
  queue: "test",
  lane: "high",
  priority: 5,
  status: "STARTED",
  generation: 1,
  attempts: 2,
  max_attempts: 4,
  trace_id: "trace-1",
  traceparent: "00-1",
  created_at: START - 1_000,
  input: { in: "json", json: '{"value":1}' },
  lease_token: "mine",
  events: [],
  list_sk: "1",
  ttl: 1,
} as unknown as JobRecord;
const first = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, model: "a" };

interface Given {
  readonly definition?: Partial<Run["definition"]>;
  readonly services?: object;
  readonly record?: Partial<JobRecord>;
  readonly input?: unknown;
  readonly config?: unknown;
  readonly remainingMs?: number;
  readonly softLimit?: number;
  readonly oneMoreCall?: Run["oneMoreCall"];
  readonly usesFallback?: boolean;
  /** Whether the record is still this worker's. */
  readonly isHeld?: () => boolean;
}

const warnings: unknown[][] = [];
const written: Record<string, unknown>[] = [];

/** Runs the task's code once. */
async function run(code: (context: TaskContext, input: unknown) => Promise<unknown>, given: Given = {}) {
  const { isHeld = () => true } = given;
  const services = {
    now: () => Date.now(),
    settings: { TASK_SOFT_TIME_LIMIT: given.softLimit, RESULT_EXPIRES: 3_600 },
    store: {
      readInput: async () => ("input" in given ? given.input : { value: 1 }),
      readConfig: async () => given.config,
      get: async () => ({ ...record, lease_token: isHeld() ? "mine" : "other", status: "REVOKED" }),
      payloads: {},
      table: {
        updateIf: async (_: unknown, { set }: { readonly set: Record<string, unknown> }) => {
          written.push(set);
          return { ...record };
        },
      },
    },
    ...given.services,
  } as unknown as JobServices;
  return await runTask({
    services,
    definition: { ...definition, ...given.definition },
    task: { run: (input: unknown, context: TaskContext) => code(context, input) } as Run["task"],
    record: { ...record, ...given.record },
    lease: { token: "mine", until: Date.now() + 60_000 },
    log: { debug() {}, info() {}, warn: (...said) => void warnings.push(said), error() {} },
    remainingMs: given.remainingMs ?? 60_000,
    usesFallback: given.usesFallback,
    oneMoreCall: given.oneMoreCall,
  });
}
/** Runs it while time passes, and says how long the code ran until its signal was aborted. */
async function abortedAfter(given: Given) {
  let after = -1;
  const ended = run(
    ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          after = Date.now() - START;
          reject(new Error("something else"));
        });
      }),
    given,
  );
  await vi.advanceTimersByTimeAsync(120_000);
  return { after, result: await ended };
}
const never = () => new Promise<never>(() => undefined);

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  warnings.length = 0;
  written.length = 0;
});
afterEach(() => vi.useRealTimers());

describe("a run that succeeds", () => {
  it("gives the result as it is stored", async () => {
    const result = await run(async (_context, input) => input);
    expect(result).toEqual({
      outcome: { result: { in: "json", json: '{"value":1}' } },
      usage: undefined,
      progress: undefined,
    });
  });

  it("leaves no timer behind", async () => {
    await run(async () => ({ value: 2 }));
    expect(vi.getTimerCount()).toBe(0);
    await run(async () => {
      throw new Error("no");
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("knows which job it is, and what belongs to it", async () => {
    let seen: Partial<TaskContext> = {};
    await run(
      async (context) => {
        seen = context;
        return { value: 1 };
      },
      { record: { usage: first }, usesFallback: true },
    );
    expect(seen).toMatchObject({
      taskId: "1",
      taskName: "test",
      tenant: "shop",
      traceId: "trace-1",
      traceparent: "00-1",
      attempt: 2,
      usesFallback: true,
      usageBefore: first,
      state: undefined,
      settings: {},
    });
    expect(seen).not.toHaveProperty("config");
    await expect(seen.secret?.("KEY")).rejects.toThrow(/KEY/);
  });

  it("is given its config and its state", async () => {
    const state = { in: "json", json: '{"at":3}' } as const;
    let seen: Partial<TaskContext> = {};
    await run(
      async (context) => {
        seen = context;
        return { value: 1 };
      },
      { config: { model: "m" }, record: { state } },
    );
    expect(seen).toMatchObject({ config: { model: "m" }, state: { at: 3 } });
  });
});

describe("what a run reports", () => {
  it("is its progress, its log and the sum of its tokens", async () => {
    const result = await run(async (context) => {
      context.progress(1);
      context.progress(2, 5, "two\ud83d");
      context.log.info("a line");
      context.usage(first);
      context.usage({ prompt_tokens: 10, completion_tokens: 20, total_tokens: 30, model: "b" });
      return { value: 1 };
    });
    expect(result).toMatchObject({
      usage: { prompt_tokens: 11, completion_tokens: 22, total_tokens: 33 },
      progress: { current: 2, total: 5, message: "two\ufffd" },
      log: [{ t: START, n: 2, l: "i", m: "a line" }],
    });
  });

  it("has no total and no message unless they are given, and a message of 500 characters at most", async () => {
    const short = await run(async (context) => {
      context.progress(1);
      return { value: 1 };
    });
    expect(short.progress).toEqual({ current: 1, total: null, message: null });
    const long = await run(async (context) => {
      context.progress(1, 2, "x".repeat(600));
      return { value: 1 };
    });
    expect(long.progress?.message).toHaveLength(500);
  });

  it("is left out with a warning when it could not be stored", async () => {
    const result = await run(async (context) => {
      context.progress(1, 2, "fine");
      context.progress(Number.NaN);
      context.usage(first);
      context.usage({ ...first, prompt_tokens: -5 });
      return { value: 1 };
    });
    expect(result).toMatchObject({ progress: { message: "fine" }, usage: first });
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toEqual(["what the task reported is not kept", { detail: expect.stringMatching(/\w/) }]);
  });

  it("is written while it runs", async () => {
    const ended = run(async (context) => {
      context.progress(1);
      context.log.info("a line");
      await new Promise((done) => setTimeout(done, 5_000));
      return { value: 1 };
    });
    await vi.advanceTimersByTimeAsync(5_000);
    await ended;
    expect(written).toMatchObject([{ progress: { current: 1 }, log: [{ m: "a line" }] }]);
  });
});

describe("calls of a model beyond the first", () => {
  it("wait until they may be made", async () => {
    const waited: AbortSignal[] = [];
    await run(
      async (context) => {
        await context.admitCall();
        expect(waited).toHaveLength(0);
        await context.admitCall();
        await context.admitCall();
        expect(waited).toEqual([context.signal, context.signal]);
        return { value: 1 };
      },
      { oneMoreCall: async (signal) => void waited.push(signal) },
    );
    expect(waited).toHaveLength(2);
  });

  it("need no limiter, and are not made by a run that was stopped", async () => {
    const { result } = await new Promise<{ result: Awaited<ReturnType<typeof run>> }>((done) => {
      const ended = run(
        async (context) => {
          await context.admitCall();
          await context.admitCall();
          await new Promise((aborted) => context.signal.addEventListener("abort", aborted));
          await context.admitCall();
          return { value: 1 };
        },
        { softLimit: 1 },
      );
      void vi.advanceTimersByTimeAsync(1_000).then(async () => done({ result: await ended }));
    });
    expect(result.outcome).toMatchObject({ error: { name: "SoftTimeLimitExceeded" } });
  });
});

describe("the soft time limit", () => {
  it.each<[string, Given, number, string]>([
    ["is the task's", {}, 20_000, "20 s"],
    ["is the setting's where that is shorter", { softLimit: 3 }, 3_000, "3 s"],
    ["is the task's where the setting's is longer", { softLimit: 300 }, 20_000, "20 s"],
    ["leaves 5 s of the invocation", { remainingMs: 21_000 }, 16_000, "16 s"],
    ["leaves a quarter of a short one", { remainingMs: 8_000 }, 6_000, "6 s"],
    ["is over at once where nothing is left", { remainingMs: 0 }, 0, "0 s"],
  ])("%s", async (_, given, after, words) => {
    const { after: seen, result } = await abortedAfter(given);
    expect(seen).toBe(after === 0 ? seen : after);
    expect(result.outcome).toMatchObject({
      error: { name: "SoftTimeLimitExceeded", message: `The task ran for more than ${words}.` },
    });
  });

  it("ends a run that ignores it after 2.5 s, or half of what was left", async () => {
    for (const [given, end] of [
      [{}, 22_500],
      [{ remainingMs: 8_000 }, 7_000],
    ] as const) {
      vi.setSystemTime(START);
      let ended = -1;
      const running = run(never, given).finally(() => {
        ended = Date.now() - START;
      });
      await vi.advanceTimersByTimeAsync(120_000);
      expect((await running).outcome).toMatchObject({ error: { name: "SoftTimeLimitExceeded" } });
      expect(ended).toBe(end);
    }
  });
});

describe("a run that is no longer this worker's", () => {
  it("ends with the reason, whatever its code throws", async () => {
    const { result } = await abortedAfter({ isHeld: () => false });
    expect(result.outcome).toMatchObject({ error: { name: "LeaseLostError", state: "REVOKED" } });
  });

  it("is told when its code asks", async () => {
    let isHeld = true;
    const ended = run(
      async (context) => {
        await context.assertActive();
        isHeld = false;
        await new Promise((done) => setTimeout(done, 1_000));
        await context.assertActive();
        return { value: 1 };
      },
      { isHeld: () => isHeld },
    );
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await ended).outcome).toMatchObject({ error: { name: "LeaseLostError" } });
  });

  it("is told once it was stopped, whatever the record says", async () => {
    let told: unknown;
    const ended = run(
      async (context) => {
        await new Promise((aborted) => context.signal.addEventListener("abort", aborted));
        await context.assertActive().catch((error: unknown) => {
          told = error;
        });
        return { value: 1 };
      },
      { softLimit: 1 },
    );
    await vi.advanceTimersByTimeAsync(1_000);
    await ended;
    expect(told).toMatchObject({ name: "SoftTimeLimitExceeded" });
  });

  it("does not begin when reading its input took until its limit", async () => {
    let began = false;
    const services = { input: { value: 1 }, softLimit: 1 };
    const ended = run(
      async () => {
        began = true;
        return { value: 1 };
      },
      {
        ...services,
        get config() {
          // The clock continues while it is read.
          vi.advanceTimersByTime(2_000);
          return undefined;
        },
      },
    );
    expect((await ended).outcome).toMatchObject({ error: { name: "SoftTimeLimitExceeded" } });
    expect(began).toBe(false);
  });
});

describe("values that do not fit", () => {
  it.each<[string, unknown, string]>([
    ["input", { value: "x" }, "The input does not fit: /value Invalid input: expected number, received string"],
    [
      "part of the input",
      { value: 1, more: { a: "x" } },
      "The input does not fit: /more/a Invalid input: expected number, received string",
    ],
    ["whole input", 7, "The input does not fit: / Invalid input: expected object, received number"],
  ])("of the %s are told with their place", async (_, input, message) => {
    const result = await run(async () => ({ value: 1 }), { input });
    expect(result.outcome).toMatchObject({ error: { name: "InvalidInputError", message } });
  });

  it("of the output are told with their place", async () => {
    const result = await run(async () => ({ value: "x" }));
    expect(result.outcome).toMatchObject({
      error: {
        name: "SchemaValidationError",
        message: "The output does not fit: /value Invalid input: expected number, received string",
      },
    });
  });
});

describe("a run that continues in another one", () => {
  it("leaves its state and what it waits for", async () => {
    expect((await run(async (context) => context.continueWith({ at: 1 }))).outcome).toEqual({
      left: { state: { in: "json", json: '{"at":1}' }, waitFor: undefined },
    });
    expect((await run(async (context) => context.waitFor(["a", "b", "a"], { at: 2 }))).outcome).toEqual({
      left: { state: { in: "json", json: '{"at":2}' }, waitFor: ["a", "b"] },
    });
  });

  it("counts though its code catches everything", async () => {
    const result = await run(async (context) => {
      try {
        context.continueWith({ at: 1 });
      } catch {
        // As careless code does.
      }
      return { value: 1 };
    });
    expect(result.outcome).toMatchObject({ left: { state: { json: '{"at":1}' } } });
  });

  it("does not count once it was stopped", async () => {
    const ended = run(
      async (context) => {
        await new Promise((aborted) => context.signal.addEventListener("abort", aborted));
        return context.continueWith({ at: 1 });
      },
      { softLimit: 1 },
    );
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await ended).outcome).toMatchObject({ error: { name: "SoftTimeLimitExceeded" } });
  });
});

describe("a task that needs an admin key", () => {
  const code = vi.fn(async () => ({ value: 1 }));
  const catalog = { adminTasks: new Set(["test"]) };
  const admin = (more: Given = {}) => run(code, { definition: { scope: "admin" }, ...more });
  beforeEach(() => code.mockClear());

  it("is not run without a signature", async () => {
    expect((await admin()).outcome).toMatchObject({ error: { name: "UnsignedJobError" } });
    expect(code).not.toHaveBeenCalled();
  });

  it("is run with one for the very input that it is run with", async () => {
    const messages: string[] = [];
    const signer = {
      verify: async (message: Uint8Array) => {
        messages.push(Buffer.from(message).toString());
        return messages.length === 1;
      },
    };
    const signed: Given = {
      services: { catalog, signer },
      record: { signature: { until: START + 1, mac: new Uint8Array(1) } },
    };
    expect((await admin(signed)).outcome).toMatchObject({ result: { in: "json" } });
    expect(messages[0]).toContain(sha256('{"value":1}'));
    expect((await admin(signed)).outcome).toMatchObject({ error: { name: "UnsignedJobError" } });
    expect(code).toHaveBeenCalledTimes(1);
  });
});

describe("a task that puts files", () => {
  it("has them reported", async () => {
    const sent: unknown[] = [];
    const services = {
      resources: { SLUICE_BUCKET: "bucket" },
      s3: async () => ({ send: async ({ input }: { readonly input: unknown }) => void sent.push(input) }),
    };
    const ended = run(
      async ({ files }) => {
        await files.put("a.txt", new Uint8Array(3), "text/plain");
        return { value: 1 };
      },
      { services, definition: { uses: ["job-files"] } },
    );
    const result = await ended;
    expect(result.outcome).toMatchObject({ result: { in: "json" } });
    expect(result).toMatchObject({ files: [{ n: "a.txt", b: 3, t: "text/plain" }] });
    expect(sent).toMatchObject([{ Bucket: "bucket", Key: "files/1/a.txt" }]);
  });

  it("cannot where it names other things that it uses", async () => {
    const result = await run(
      async ({ files }) => {
        await files.put("a.txt", new Uint8Array(3), "text/plain");
        return { value: 1 };
      },
      { definition: { uses: [] } },
    );
    expect(result.outcome).toMatchObject({ error: { message: expect.stringContaining("job-files") } });
  });
});

it("a task that does not name another one cannot submit it", async () => {
  const catalog = { findTask: () => ({ name: "other", scope: "submit" }) };
  const result = await run(
    async (context) => {
      await context.submit("other", {}, { step: "1" });
      return { value: 1 };
    },
    { services: { catalog } },
  );
  expect(result.outcome).toMatchObject({
    error: { message: "Task test does not name other under `submits` in its definition." },
  });
});

it("a task that does not say that it puts files cannot", async () => {
  const result = await run(async ({ files }) => {
    await files.put("a.txt", new Uint8Array(1), "text/plain");
    return { value: 1 };
  });
  expect(result.outcome).toMatchObject({ error: { message: expect.stringContaining("job-files") } });
});

describe("a grace period", () => {
  it("begins when the signal is aborted, and leaves no listener and no timer behind", async () => {
    const abort = new AbortController();
    const remove = vi.spyOn(abort.signal, "removeEventListener");
    expect(await withGracePeriod(Promise.resolve(3), abort.signal, 50)).toBe(3);
    await vi.advanceTimersByTimeAsync(0);
    expect(remove).toHaveBeenCalledWith("abort", expect.any(Function));
    abort.abort(new Error("late"));
    expect(vi.getTimerCount()).toBe(0);
  });

  it("begins at once where the signal was aborted before", async () => {
    const waiting = withGracePeriod(never(), AbortSignal.abort(new Error("stopped")), 50);
    let ended = -1;
    const told = waiting.catch((error: unknown) => {
      ended = Date.now() - START;
      return error;
    });
    await vi.advanceTimersByTimeAsync(100);
    expect(await told).toMatchObject({ message: "stopped" });
    expect(ended).toBe(50);
  });

  it("is not waited for by work that ends within it", async () => {
    const abort = new AbortController();
    const working = new Promise((done) => setTimeout(() => done(7), 100));
    const waiting = withGracePeriod(working, abort.signal, 50);
    await vi.advanceTimersByTimeAsync(60);
    abort.abort(new Error("late"));
    await vi.advanceTimersByTimeAsync(40);
    expect(await waiting).toBe(7);
    expect(vi.getTimerCount()).toBe(0);
  });
});
