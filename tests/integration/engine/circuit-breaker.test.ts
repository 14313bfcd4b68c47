/**
 * A backend that many processes share: what one finds out, all know, and after a pause one job tries for all.
 *
 * @module
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { CircuitBreaker } from "../../../shared/engine/worker/circuit-breaker.ts";
import { seeded } from "../../helpers/document-builders.ts";
import { Engine } from "../../helpers/engine.ts";

const PAUSE_MS = 30_000;

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start();
});
afterAll(() => engine.close());

let backend = 0;
let now = Date.now();
let processes: CircuitBreaker[];
beforeEach(() => {
  backend += 1;
  now += 3_600_000;
  processes = Array.from({ length: 20 }, () => new CircuitBreaker(engine.services.store.table, `backend-${backend}`));
});

const only = (): CircuitBreaker => {
  const [first] = processes;
  if (!first) throw new Error("no process");
  return first;
};

/** Asks in every process, for a new job each. @returns whose job was let through, and when the others may come */
async function askAll(kind = `asked-${now}`) {
  const answers = await Promise.all(processes.map((breaker, index) => breaker.putOffUntil(`${kind}-${index}`, now)));
  return {
    through: answers.flatMap((until, index) => (until === 0 ? [index] : [])),
    putOff: [...new Set(answers.filter((until) => until > 0))],
  };
}

async function open(): Promise<void> {
  for (let job = 0; job < 5; job++) await only().failed(`lost-${job}`, now);
}

it("is open for every process once one has found the backend down", async () => {
  await open();

  expect(await askAll()).toEqual({ through: [], putOff: [now + PAUSE_MS] });
});

describe("after the pause", () => {
  let tryer: number;
  beforeEach(async () => {
    await open();
    now += PAUSE_MS;
    const { through, putOff } = await askAll("job");
    expect(through).toHaveLength(1);
    tryer = through[0] ?? 0;
    // The others come when the one has had its time.
    expect(putOff).toEqual([now + 30_000]);
  });

  it("lets all through when the one job succeeds", async () => {
    await processes[tryer]?.succeeded(`job-${tryer}`, now);
    now += 5_000;

    expect((await askAll()).through).toHaveLength(processes.length);
  });

  it("pauses again for all when the one job fails", async () => {
    await processes[tryer]?.failed(`job-${tryer}`, now);

    expect(await askAll()).toEqual({ through: [], putOff: [now + 5_000] });
  });

  it("lets the next one try when the one came to nothing", async () => {
    await processes[tryer]?.released(`job-${tryer}`);

    expect((await askAll()).through).toHaveLength(1);
  });

  it("lets the next one try when the one's process has died", async () => {
    now += 29_000;
    expect((await askAll()).through).toEqual([]);
    now += 2_000;

    expect((await askAll()).through).toHaveLength(1);
  });

  it("does not close for a job that began before the outage", async () => {
    await processes[(tryer + 1) % processes.length]?.succeeded("older", now);

    expect((await askAll()).through).toEqual([]);
  });
});

it("is forgotten when nobody has come by for long", async () => {
  await open();
  now += 3_600_000;

  expect((await askAll()).through).toHaveLength(processes.length);
});

it("costs one read in five seconds, and no write, while the backend is up", async () => {
  const calls: string[] = [];
  const { document } = engine.services.store.table;
  const send = document.send.bind(document);
  const spy = vi.spyOn(document, "send").mockImplementation(((command: object) => {
    calls.push(command.constructor.name);
    return send(command as never);
  }) as never);

  for (let job = 0; job < 50; job++) {
    expect(await only().putOffUntil(`job-${job}`, now)).toBe(0);
    await only().succeeded(`job-${job}`, now);
    await only().released(`job-${job}`);
    now += 100;
  }
  spy.mockRestore();

  expect(calls).toEqual(["GetCommand"]);
});

describe("jobs that fail whatever the backend does", () => {
  it("do not open it by failing again", async () => {
    for (let job = 0; job < 10; job++) await only().failed(`poisoned-${job}`, now, 2);

    expect((await askAll()).through).toHaveLength(processes.length);
  });

  it("do not open it while others succeed", async () => {
    await only().succeeded("healthy", now - 5_000);
    await open();

    expect((await askAll()).through).toHaveLength(processes.length);
  });

  it("do not try the backend for all as long as others may", async () => {
    await open();
    now += PAUSE_MS;

    expect(await only().putOffUntil("failed-before", now, async () => true)).toBe(now + 60_000);
    expect(await only().putOffUntil("fresh", now, async () => false)).toBe(0);
  });

  it("try it when nobody else did for a minute", async () => {
    await open();
    now += PAUSE_MS + 60_000;

    expect(await only().putOffUntil("failed-before", now, async () => true)).toBe(0);
  });

  it("make the pause no longer than it was when they try in vain, and the first one short", async () => {
    await open();
    now += PAUSE_MS;
    const pauses: number[] = [];
    for (let job = 0; job < 5; job++) {
      const breaker = processes[job];
      expect(await breaker?.putOffUntil(`poisoned-${job}`, now)).toBe(0);
      await breaker?.failed(`poisoned-${job}`, now);
      const until = (await processes[job + 1]?.putOffUntil("waiting", now)) ?? 0;
      pauses.push(until - now);
      now = until;
    }

    expect(pauses).toEqual([5_000, 10_000, 20_000, 30_000, 30_000]);
  });
});

/**
 * A queue of jobs, some of which fail at once whatever the backend does, on five slots and in time that is counted, not
 * waited for: a healthy job takes 2 s, a failure 0.2 s and its next run comes after a minute, a job that is put off comes
 * back with the sweeper.
 * @returns when the last healthy job was done, in seconds
 */
async function lastHealthy(jobs: number, share: number, seed: number): Promise<number> {
  const random = seeded(seed);
  const slots = processes.slice(0, 5).map((breaker) => ({ breaker, freeAt: now }));
  const start = now;
  const waiting = Array.from({ length: jobs }, (_, id) => ({
    id: `${seed}-${id}`,
    isPoisoned: random() < share,
    attempts: 0,
    at: now,
  }));
  let last = start;
  while (waiting.some((job) => !job.isPoisoned)) {
    slots.sort((one, other) => one.freeAt - other.freeAt);
    waiting.sort((one, other) => one.at - other.at);
    const [slot, job] = [slots[0], waiting.shift()];
    if (!slot || !job) break;
    const at = Math.max(slot.freeAt, job.at);
    const until = await slot.breaker.putOffUntil(job.id, at, async () => job.attempts > 0);
    if (until > 0) {
      waiting.push({ ...job, at: until + random() * (until - at) });
      continue;
    }
    job.attempts += 1;
    if (job.isPoisoned) {
      slot.freeAt = at + 200;
      await slot.breaker.failed(job.id, slot.freeAt, job.attempts);
      if (job.attempts < 4) waiting.push({ ...job, at: slot.freeAt + 60_000 * 2 ** (job.attempts - 1) });
    } else {
      slot.freeAt = at + 2_000;
      await slot.breaker.succeeded(job.id, slot.freeAt);
      last = Math.max(last, slot.freeAt);
    }
  }
  return (last - start) / 1_000;
}

it("lets healthy jobs through beside others that fail: 122 jobs on 5 slots, 30 % of them poisoned", async () => {
  const needed = Math.ceil((122 * 0.7) / 5) * 2;
  for (let seed = 1; seed <= 5; seed++) {
    now += 3_600_000;
    expect(await lastHealthy(122, 0.3, seed)).toBeLessThan(needed * 3);
  }
});
