/**
 * Who may start when, over many simulated minutes: jobs arrive, workers ask, the sweeper brings back what was put off.
 *
 * @module
 */

import { describe, expect, it, test } from "vitest";
import type { Limits } from "../../../contracts/settings/limits.ts";
import {
  type Asking,
  current,
  PLANNED_MINUTES,
  plan,
  refusalOf,
  started,
} from "../../../shared/engine/limits/schedule.ts";
import { fairShare } from "../../../shared/engine/limits/shares.ts";
import { emptyState, type LimitState } from "../../../shared/engine/limits/state.ts";

const MINUTE = 60_000;
const LOOK_AHEAD = 75_000;
/** Workers look again for so long before they put a job off. */
const PATIENCE = 5_000;
/** When in a minute the sweeper runs. */
const SWEEP_AT = 7_000;

interface Job {
  readonly tenant: string;
  readonly key?: string;
  readonly id: string;
  readonly at: number;
  plannedFor?: number;
  startedAt?: number;
}

const jobsOf = (tenant: string, count: number, at = 0): Job[] =>
  Array.from({ length: count }, (_, index) => ({ tenant, id: `${tenant}${index}`, at: at + index }));

interface World {
  readonly jobs: readonly Job[];
  readonly all?: Limits;
  readonly own?: (tenant: string) => Limits;
  /** By key. */
  readonly keys?: Readonly<Record<string, Limits>>;
  /** How long a run takes. */
  readonly ms?: number;
  readonly workers?: number;
  readonly tokens?: number;
}

/** Runs the jobs to their end. */
function simulate({ jobs, all = {}, own = () => ({}), keys = {}, ms = 1_000, workers = 5, tokens = 0 }: World) {
  let state: LimitState = emptyState;
  let putOffs = 0;
  let busy = 0;
  let running = 0;
  let mostAtOnce = 0;
  const queue: Job[] = [];
  const events: { readonly at: number; readonly act: (now: number) => void }[] = [];
  const at = (time: number, act: (now: number) => void) => void events.push({ at: time, act });

  function arrive(job: Job, now: number): void {
    queue.push(job);
    dispatch(now);
  }
  function dispatch(now: number): void {
    while (busy < workers) {
      const job = queue.shift();
      if (!job) return;
      busy += 1;
      ask(job, now, now + PATIENCE);
    }
  }
  function free(now: number): void {
    busy -= 1;
    dispatch(now);
  }
  function ask(job: Job, now: number, patientUntil: number): void {
    const clock = { now, minuteMs: MINUTE };
    const { tenant, key } = job;
    const limits = { all, own: own(tenant), key: key === undefined ? undefined : { id: key, limits: keys[key] ?? {} } };
    const slot = { tenant, key, until: now + 600_000 };
    const asking: Asking = { tenant: job.tenant, token: job.id, slot, plannedFor: job.plannedFor };
    const before = current(state, clock);
    const refusal = refusalOf(before, asking, { limits, clock });
    if (!refusal) {
      state = started(before, asking, { limits, clock });
      job.startedAt = now;
      mostAtOnce = Math.max(mostAtOnce, ++running);
      at(now + ms, (end) => {
        running -= 1;
        const slots = new Map(state.slots);
        slots.delete(job.id);
        const { runs, runMs, runTokens } = state;
        state = { ...state, slots, runs: runs + 1, runMs: runMs + ms, runTokens: runTokens + tokens };
        free(end);
      });
      return;
    }
    const roomAt = refusal.kind === "turn" ? undefined : (refusal.roomAt ?? now + 500);
    if (roomAt !== undefined && roomAt <= patientUntil) {
      at(roomAt, (later) => ask(job, later, patientUntil));
      return;
    }
    const planned = plan(before, asking, { limits, clock });
    state = planned.state;
    putOffs += 1;
    job.plannedFor = planned.until;
    let sweep = Math.ceil((now - SWEEP_AT + 1) / MINUTE) * MINUTE + SWEEP_AT;
    while (planned.until > sweep + LOOK_AHEAD) sweep += MINUTE;
    // Delays of SQS are whole seconds.
    at(Math.max(sweep, Math.ceil(planned.until / 1_000) * 1_000), (later) => arrive(job, later));
    free(now);
  }

  for (const job of jobs) at(job.at, (now) => arrive(job, now));
  for (let steps = 0; events.length > 0 && steps < 200_000; steps++) {
    events.sort((one, other) => one.at - other.at);
    const event = events.shift();
    event?.act(event.at);
  }
  const starts = jobs.map((job) => job.startedAt ?? Number.NaN).sort((one, other) => one - other);
  return {
    putOffs,
    mostAtOnce,
    mostInAMinute: Math.max(
      ...starts.map((from) => starts.filter((each) => each >= from && each < from + MINUTE).length),
    ),
    lastStart: (starts.at(-1) ?? 0) / 1_000,
    waits: (tenant: string) =>
      jobs.filter((job) => job.tenant === tenant).map((job) => ((job.startedAt ?? Number.NaN) - job.at) / 1_000),
  };
}

const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

describe("a limit of a key", () => {
  const ofKey = (key: string, count: number) =>
    jobsOf("a", count).map((job) => ({ ...job, key, id: `${key}${job.id}` }));

  it("is kept, and used, while other jobs of its project go by", () => {
    const limited = ofKey("slow", 30);
    const free = jobsOf("a", 30);
    const world = simulate({ jobs: [...limited, ...free], keys: { slow: { requests_per_minute: 5 } } });

    const starts = limited.map(({ startedAt = Number.NaN }) => startedAt).sort((one, other) => one - other);
    const inAMinute = starts.map((from) => starts.filter((at) => at >= from && at < from + MINUTE).length);
    expect(Math.max(...inAMinute)).toBe(5);
    expect(world.lastStart).toBeLessThan(5 * 60 + 90);
    // Six workers' patience at the most.
    expect(Math.max(...free.map(({ startedAt = Number.NaN }) => startedAt))).toBeLessThan(60_000);
  });

  it("of two keys are apart, and below those of their project", () => {
    const jobs = [...ofKey("one", 20), ...ofKey("two", 20)];
    const keys = { one: { requests_per_minute: 4 }, two: { concurrent_calls: 1 } };
    const world = simulate({ jobs, keys, own: () => ({ requests_per_minute: 10 }), all: { requests_per_minute: 100 } });

    expect(world.mostInAMinute).toBe(10);
    expect(world.waits("a").every(Number.isFinite)).toBe(true);
    expect(world.lastStart).toBeLessThan(4 * 60 + 90);
  });
});

describe("requests a minute", () => {
  test.each([1, 10, 30, 120])("are never more than %i, in whichever 60 seconds, and hardly fewer", (most) => {
    const count = most * 6;
    const world = simulate({ jobs: jobsOf("a", count), all: { requests_per_minute: most } });

    expect(world.mostInAMinute).toBe(most);
    // Five minutes at least, and what a sweep and whole seconds add.
    expect(world.lastStart).toBeLessThan(5 * 60 + 90);
    expect(world.putOffs).toBeLessThan(count * 1.2);
  });

  it("are kept when a burst comes at the end of a minute", () => {
    const world = simulate({ jobs: jobsOf("a", 40, 50_000), all: { requests_per_minute: 10 } });

    expect(world.mostInAMinute).toBe(10);
  });

  it("are of each project where its own are limited", () => {
    const jobs = [...jobsOf("a", 50), ...jobsOf("b", 50)];
    const world = simulate({ jobs, own: (tenant) => ({ requests_per_minute: tenant === "a" ? 5 : 50 }) });

    expect(Math.max(...world.waits("b"))).toBeLessThan(90);
    expect(Math.max(...world.waits("a"))).toBeGreaterThan(8 * 60);
  });
});

describe("calls at a time", () => {
  it("are never more, and a slot is hardly ever idle", () => {
    const world = simulate({ jobs: jobsOf("a", 60), all: { concurrent_calls: 2 }, ms: 20_000 });

    expect(world.mostAtOnce).toBe(2);
    expect(world.lastStart).toBeLessThan(29 * 20 * 1.2);
  });

  it("that take a minute each let a small project in between", () => {
    const jobs = [...jobsOf("a", 10), ...jobsOf("b", 5, 30_000)];
    const world = simulate({ jobs, all: { concurrent_calls: 1 }, ms: 60_000 });

    expect(world.mostAtOnce).toBe(1);
    expect(world.lastStart).toBeLessThan(15 * 60 * 1.2);
    expect(mean(world.waits("b"))).toBeLessThan(mean(world.waits("a")));
  });
});

describe("tokens a minute", () => {
  it("are counted as an average run takes them until it has ended", () => {
    const jobs = jobsOf("a", 60);
    const world = simulate({ jobs, all: { tokens_per_minute: 10_000 }, tokens: 1_000 });

    expect(world.mostInAMinute).toBe(10);
    expect(world.lastStart).toBeLessThan(5 * 60 + 90);
  });

  it("let a run that takes more than all of them start when nothing else counts", () => {
    const clock = { now: 0, minuteMs: MINUTE };
    const asking = { tenant: "a", token: "1", slot: { tenant: "a", until: 1 }, plannedFor: undefined };
    const limits = { all: { tokens_per_minute: 10 }, own: {} };

    expect(refusalOf(emptyState, asking, { limits, clock })).toBeUndefined();
    const after = started(emptyState, asking, { limits, clock });
    expect(refusalOf(after, asking, { limits, clock })).toMatchObject({ kind: "tokens_per_minute", roomAt: MINUTE });
  });
});

describe("fairness", () => {
  it("lets a project with few jobs pass a flood of another's", () => {
    const jobs = [...jobsOf("flood", 300), ...jobsOf("few", 20, 60_000)];
    const world = simulate({ jobs, all: { requests_per_minute: 30 } });

    expect(world.mostInAMinute).toBeLessThanOrEqual(30);
    // Half of each minute is theirs: two minutes, and a sweep.
    expect(Math.max(...world.waits("few"))).toBeLessThan(180);
    expect(Math.max(...world.waits("flood"))).toBeLessThan(11.5 * 60);
  });

  it("gives two projects with as many jobs the same", () => {
    const jobs = [...jobsOf("a", 100), ...jobsOf("b", 100, 1)];
    const world = simulate({ jobs, all: { requests_per_minute: 20 } });
    const [one, other] = [mean(world.waits("a")), mean(world.waits("b"))];

    expect(Math.abs(one - other) / Math.max(one, other)).toBeLessThan(0.35);
    expect(world.lastStart).toBeLessThan(10 * 60 * 1.2);
  });

  it("holds for more jobs than are planned", () => {
    const jobs = [...jobsOf("flood", 600), ...jobsOf("few", 20, 600_000)];
    const world = simulate({ jobs, all: { requests_per_minute: 10 } });

    expect(jobs.length / 10).toBeGreaterThan(PLANNED_MINUTES);
    expect(world.lastStart).toBeLessThan(62 * 60 * 1.15);
    expect(mean(world.waits("few"))).toBeLessThan(6 * 60);
  });

  test.each([
    { capacity: 10, wanted: [3, 4], share: Infinity },
    { capacity: 10, wanted: [2, 20], share: 8 },
    { capacity: 10, wanted: [20, 20], share: 5 },
    { capacity: 10, wanted: [1, 5, 20], share: 5 },
    { capacity: 1, wanted: [5, 5], share: 1 },
  ])("gives of $capacity to $wanted at most $share each", ({ capacity, wanted, share }) => {
    expect(fairShare(capacity, wanted)).toBe(share);
  });
});

it("forgets a plan whose job never came, with its minute", () => {
  const limits = { all: { requests_per_minute: 1 }, own: {} };
  const asking = { tenant: "a", token: "1", slot: { tenant: "a", until: 1 }, plannedFor: undefined };
  const first = started(emptyState, asking, { limits, clock: { now: 0, minuteMs: MINUTE } });
  const { state } = plan(first, asking, { limits, clock: { now: 1, minuteMs: MINUTE } });

  const during = { now: 1.5 * MINUTE, minuteMs: MINUTE };
  expect(refusalOf(current(state, during), asking, { limits, clock: during })).toEqual({ kind: "turn" });
  const after = { now: 2 * MINUTE, minuteMs: MINUTE };
  expect(refusalOf(current(state, after), asking, { limits, clock: after })).toBeUndefined();
});
