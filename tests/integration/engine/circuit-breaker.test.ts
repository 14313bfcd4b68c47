/**
 * A backend that many processes share: what one finds out, all know, and after a pause one job tries for all.
 *
 * @module
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { CircuitBreaker } from "../../../shared/engine/worker/circuit-breaker.ts";
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
    await processes[tryer]?.succeeded(`job-${tryer}`);
    now += 5_000;

    expect((await askAll()).through).toHaveLength(processes.length);
  });

  it("pauses anew for all when the one job fails", async () => {
    await processes[tryer]?.failed(`job-${tryer}`, now);

    expect(await askAll()).toEqual({ through: [], putOff: [now + PAUSE_MS] });
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
    await processes[(tryer + 1) % processes.length]?.succeeded("older");

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
    await only().succeeded(`job-${job}`);
    await only().released(`job-${job}`);
    now += 100;
  }
  spy.mockRestore();

  expect(calls).toEqual(["GetCommand"]);
});
