/**
 * Requests a second of one project, counted by several instances of the API's function over one table.
 *
 * @module
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { RequestRate } from "../../../shared/engine/limits/request-rate.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
let now = Date.UTC(2026, 11, 1, 12);
/** Commands that were sent to the table, by name. */
const calls: string[] = [];
beforeAll(async () => {
  api = await TestApi.start();
  const { document } = api.jobs.store.table;
  const { send } = document;
  document.send = new Proxy(send, {
    apply: (target, self, args: { constructor: { name: string } }[]) => {
      calls.push(args[0]?.constructor.name ?? "");
      return Reflect.apply(target, self, args);
    },
  });
});
afterAll(() => api.close());
// A bucket of the test before is full again.
beforeEach(() => {
  now += 10_000;
  calls.length = 0;
});

const instance = () => new RequestRate(api.jobs.store.table, () => now);
const instances = (count: number) => Array.from({ length: count }, instance);

/** Each instance asks once, one after the other. @returns how many were admitted */
async function ask(rates: readonly RequestRate[], tenant: string, rate: number): Promise<number> {
  let admitted = 0;
  for (const each of rates) if ((await each.secondsUntilRoom(tenant, rate)) === 0) admitted += 1;
  return admitted;
}

describe("requests a second over several instances", () => {
  it("are as many at once as the rate, whichever instance they come to", async () => {
    const twenty = instances(20);

    expect(await ask(twenty, "burst", 5)).toBe(5);
    now += 400;
    expect(await ask(twenty, "burst", 5)).toBe(2);
    expect(await ask(twenty, "other", 5)).toBe(5);
  });

  it("are as many at once as the rate when they come at the same moment", async () => {
    const waits = await Promise.all(instances(20).map((each) => each.secondsUntilRoom("moment", 7)));

    expect(waits.filter((seconds) => seconds === 0)).toHaveLength(7);
  });

  it.each([1, 3, 50, 333])("stay at the rate over ten seconds of a flood: %i", async (rate) => {
    const eight = instances(8);
    let admitted = 0;
    for (let step = 0; step < 400; step++) {
      admitted += await ask(eight, `flood ${rate}`, rate);
      now += 25;
    }

    // 320 requests a second are all that the eight make.
    const least = Math.min(rate, 320) * 10;
    expect(admitted).toBeLessThanOrEqual(rate * 11);
    expect(admitted).toBeGreaterThanOrEqual(least * 0.85);
  });

  it("lapse where an instance has taken more than it needs", async () => {
    const [busy = instance(), other = instance()] = instances(2);
    for (let step = 0; step < 40; step++) {
      expect(await ask([busy], "spare", 100)).toBe(1);
      now += 25;
    }
    now += 60_000;

    expect(
      await ask(
        Array.from({ length: 120 }, () => other),
        "spare",
        100,
      ),
    ).toBe(100);
    expect(await ask([busy], "spare", 100)).toBe(0);
  });
});

describe("requests a second where clocks differ", () => {
  const skewed = (by: number) => new RequestRate(api.jobs.store.table, () => now + by);
  /** Five seconds in which each instance is asked 200 times a second. @returns how many each has admitted */
  async function flood(rates: readonly RequestRate[], tenant: string, rate: number): Promise<number[]> {
    const admitted = rates.map(() => 0);
    for (let step = 0; step < 200; step++) {
      for (const [index, each] of rates.entries()) {
        admitted[index] =
          (admitted[index] ?? 0) +
          (await ask(
            Array.from({ length: 5 }, () => each),
            tenant,
            rate,
          ));
      }
      now += 25;
    }
    return admitted;
  }
  const sumOf = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

  it.each([
    [200, 60],
    [1_000, 100],
  ])("a clock that is %i ms ahead lets in what has filled by then, once", async (ahead, most) => {
    const [exact, early] = [instance(), skewed(ahead)];
    const tenant = `ahead ${ahead}`;
    const asked = async (rate: RequestRate) =>
      await ask(
        Array.from({ length: 60 }, () => rate),
        tenant,
        50,
      );

    expect((await asked(exact)) + (await asked(early))).toBe(most);
    expect(await asked(exact)).toBe(0);
    now += 10_000;
    // No more than the rate beyond the two bursts.
    expect(sumOf(await flood([exact, early], tenant, 50))).toBeLessThanOrEqual(50 * 7);
  });

  it("clocks that are two seconds off shut nobody out, and each instance keeps to the rate", async () => {
    const admitted = await flood([skewed(-2_000), instance(), skewed(2_000)], "off", 50);

    for (const count of admitted) expect(count).toBeLessThanOrEqual(50 * 6);
    expect(Math.max(...admitted)).toBeGreaterThanOrEqual(50 * 4);
    // What the fast clock wrote last is over.
    now += 3_000;
    expect(await ask([instance()], "off", 50)).toBe(1);
  });

  it("a clock that is an hour ahead does not shut the project for as long", async () => {
    expect(await ask([skewed(3_600_000)], "hour", 5)).toBe(1);

    expect(await ask(instances(20), "hour", 5)).toBe(5);
    expect(await instance().used("hour", 5)).toBe(5);
  });
});

it("a table that is throttled has room for nobody for a second, and is not asked meanwhile", async () => {
  const { table } = api.jobs.store;
  const throttled = Object.assign(new Error("slow down"), { name: "ProvisionedThroughputExceededException" });
  const failing = vi.spyOn(table, "markIf").mockRejectedValue(throttled);
  const one = instance();
  expect(await one.secondsUntilRoom("throttled", 5)).toBe(1);
  now += 900;
  expect(await one.secondsUntilRoom("throttled", 5)).toBeCloseTo(0.1);
  expect(failing).toHaveBeenCalledOnce();
  failing.mockRestore();

  now += 100;
  expect(await one.secondsUntilRoom("throttled", 5)).toBe(0);
});

describe("what counting them costs", () => {
  it("is one write for a request of a project that asks now and then", async () => {
    const one = instance();
    for (let turn = 0; turn < 5; turn++) {
      await ask([one], "slow", 50);
      now += 1_000;
    }

    expect(calls).toEqual(Array.from({ length: 5 }, () => "UpdateCommand"));
  });

  it("is about four writes a second for an instance that is asked without a pause", async () => {
    const one = instance();
    const admitted = async () => {
      let count = 0;
      for (let step = 0; step < 50; step++) {
        count += await ask([one], "steady", 100);
        now += 20;
      }
      return count;
    };
    await admitted();
    calls.length = 0;

    expect(await admitted()).toBe(50);
    expect(calls.length).toBeLessThanOrEqual(7);
  });

  it("is bounded for instances that are asked a thousand times a second", async () => {
    const [one = instance(), other = instance()] = instances(2);
    await ask(
      Array.from({ length: 20 }, () => one),
      "refused",
      20,
    );
    calls.length = 0;
    for (let step = 0; step < 1_000; step++) {
      await ask([other], "refused", 20);
      await ask([one], "refused", 20);
      now += 1;
    }

    // Two instances, each of which looks ten times a second.
    expect(calls.filter((name) => name === "GetCommand").length).toBeLessThanOrEqual(40);
    expect(calls.filter((name) => name === "UpdateCommand").length).toBeLessThanOrEqual(60);
  });
});
