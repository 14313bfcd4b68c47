/**
 * Jobs before a backend that is scarce: one slot and ten requests a minute for two projects, on real emulators.
 *
 * @module
 */

import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it, vi } from "vitest";
import { RateLimitError } from "../../../contracts/errors.ts";
import type { Limits } from "../../../contracts/settings/limits.ts";
import type { JobRecord } from "../../../shared/engine/jobs/record.ts";
import { Limiter } from "../../../shared/engine/limits/limiter.ts";
import { Engine } from "../../helpers/engine.ts";
import { eventually } from "../../helpers/eventually.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** What a server with one slot and so many requests a minute does: it refuses what is too much. */
class ScarceServer {
  readonly requests: number[] = [];
  refused = 0;
  #busy = 0;
  /** Refused because the slot was taken. */
  overlapped = 0;
  readonly #windowMs: number;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  async answer(wait: () => Promise<unknown>): Promise<void> {
    const now = Date.now();
    const recent = this.requests.filter((at) => at > now - this.#windowMs).length;
    if (this.#busy > 0 || recent >= 10) {
      this.refused += 1;
      if (this.#busy > 0) this.overlapped += 1;
      throw new RateLimitError(this.#busy > 0 ? "The slot is taken." : "Too many requests.");
    }
    this.requests.push(now);
    this.#busy += 1;
    await wait();
    this.#busy -= 1;
  }
}

const limits: Limits = { concurrent_calls: 1, requests_per_minute: 10 };
const tenants = ["north", "south"];

async function submitTwenty(engine: Engine): Promise<string[]> {
  const ids: string[] = [];
  for (let job = 0; job < 20; job++) {
    ids.push((await engine.submit({ tenant: tenants[job < 10 ? 0 : 1] ?? "" })).task_id);
  }
  return ids;
}

interface Waited {
  readonly tenant: string;
  readonly seconds: number;
}

/** @param unit milliseconds of what is shown as a second */
const waitsIn = (jobs: readonly JobRecord[], unit: number): Waited[] =>
  jobs
    .map((job) => ({ tenant: job.project_id, seconds: ((job.started_at ?? 0) - job.created_at) / unit }))
    .sort((one, other) => one.seconds - other.seconds);

const show = (waits: readonly Waited[]) =>
  waits.map(({ tenant, seconds }, at) => `${at + 1}. ${tenant} after ${seconds.toFixed(0)} s`).join("\n");

it("lets 20 jobs of two projects pass one slot and 10 requests a minute, on a clock that is moved by hand", async () => {
  let now = Date.parse("2026-11-28T12:00:00Z");
  vi.spyOn(Date, "now").mockImplementation(() => now);
  const engine = await Engine.start({
    limiter: ({ store }) =>
      new Limiter({
        table: store.table,
        backend: "llm",
        limits,
        limitsOf: () => ({}),
        now: () => now,
        wait: async (ms) => {
          now += ms;
        },
      }),
  });
  const server = new ScarceServer(60_000);
  engine.code = async () => {
    await server.answer(async () => {
      now += 2_000;
    });
    return { value: 1 };
  };
  const ids = await submitTwenty(engine);

  let sweptAt = now;
  let shown: unknown;
  for (let seconds = 0; seconds < 600; seconds++) {
    for (;;) {
      const message = await engine.receive();
      if (!message) break;
      await engine.handle(message);
    }
    if (now - sweptAt >= 60_000) {
      sweptAt = now;
      await engine.sweep();
    }
    shown ??= (await engine.record(ids.at(-1) ?? "")).error;
    if (server.requests.length === ids.length) break;
    now += 1_000;
  }

  const jobs = await Promise.all(ids.map((id) => engine.record(id)));
  for (const job of jobs) expect(job).toMatchObject({ status: "SUCCESS", attempts: 1 });
  const waits = waitsIn(jobs, 1_000);
  process.stdout.write(`${show(waits)}\n`);
  expect(server.refused).toBe(0);
  expect(shown).toMatchObject({
    type: "LimitReachedError",
    retryable: true,
    message: expect.stringMatching(
      /^All projects together have reached the limit of 10 requests a minute; .* until 2026-/,
    ),
  });
  // Two minutes of ten, and a sweep.
  expect(waits.at(-1)?.seconds).toBeLessThan(180);
  await engine.close();
});

it("does so in real time, ten times as fast, with five workers at once", async () => {
  const minuteMs = 6_000;
  const engine = await Engine.start({
    settings: { TASK_RETRY_BACKOFF: "1" },
    limiter: ({ store }) =>
      new Limiter({ table: store.table, backend: "llm", limits, limitsOf: () => ({}), now: Date.now, minuteMs }),
  });
  // Between the limiter's word and the request is the claim, which on a slow machine takes a while: a second for it.
  const server = new ScarceServer(minuteMs - 1_000);
  engine.code = async () => {
    await server.answer(() => sleep(200));
    return { value: 1 };
  };
  const ids = await submitTwenty(engine);

  let isOver = false;
  const work = async () => {
    while (!isOver) {
      const message = await engine.receive();
      if (message) await engine.handle(message);
      else await sleep(50);
    }
  };
  const sweepAll = async () => {
    while (!isOver) {
      await sleep(1_000);
      await engine.sweep();
    }
  };
  const acting = [sweepAll(), ...Array.from({ length: 5 }, work)];
  await eventually("all jobs have ended", async () => {
    const records = await Promise.all(ids.map((id) => engine.record(id)));
    return records.every(({ status }) => status === "SUCCESS" || status === "FAILURE");
  });
  isOver = true;
  await Promise.all(acting);

  const jobs = await Promise.all(ids.map((id) => engine.record(id)));
  const waits = waitsIn(jobs, minuteMs / 60);
  process.stdout.write(`${show(waits)}\n`);
  expect(jobs.map(({ status }) => status)).toEqual(ids.map(() => "SUCCESS"));
  expect(server.overlapped, "the one slot was taken").toBe(0);
  // A machine that takes longer than that second makes the server refuse one, which is tried again as any 429.
  expect(Math.max(...jobs.map(({ attempts }) => attempts))).toBeLessThanOrEqual(2);
  await engine.close();
});
