import { afterEach, describe, expect, it } from "vitest";
import { DeadlineError, withDeadline } from "../../../shared/lib/threads/deadline.ts";
import { ThreadEndedError, ThreadPool } from "../../../shared/lib/threads/thread-pool.ts";

class KnownError extends Error {}

type Call = { do: "echo" | "hang" | "known" | "unknown" | "exit" | "fill"; value?: number };

const never = new AbortController().signal;
const file = new URL("../../fixtures/documents/calls.thread.ts", import.meta.url);
const pools: ThreadPool<Call, number>[] = [];

function pool(size: number): ThreadPool<Call, number> {
  const made = new ThreadPool<Call, number>(file, {
    size,
    errors: { KnownError },
    resourceLimits: { maxOldGenerationSizeMb: 32 },
  });
  pools.push(made);
  return made;
}
const once = (pool: ThreadPool<Call, number>, call: Call, signal = never) =>
  pool.borrow(signal, (thread) => thread.call(call, { signal }));

afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));

describe("a pool of threads", () => {
  it("keeps a thread warm from one call to the next", async () => {
    const warm = pool(1);

    const calls = [await once(warm, { do: "echo", value: 1 }), await once(warm, { do: "echo", value: 2 })];

    // The thread adds how often it was called before.
    expect(calls).toEqual([1, 3]);
  });

  it("lends no more threads than it has, and lets the others wait", async () => {
    const small = pool(1);

    const calls = await Promise.all([10, 20, 30].map((value) => once(small, { do: "echo", value })));

    expect(calls).toEqual([10, 21, 32]);
  });

  it("ends a thread whose call is aborted, and starts another", async () => {
    const one = pool(1);
    const controller = new AbortController();
    const hanging = once(one, { do: "hang" }, controller.signal);
    controller.abort(new Error("enough"));

    await expect(hanging).rejects.toThrow("enough");
    expect(await once(one, { do: "echo", value: 5 })).toBe(5);
  });

  it("lets go of one that gives up waiting, without losing the turn", async () => {
    const one = pool(1);
    const controller = new AbortController();
    const first = one.borrow(never, async (thread) => {
      const waiting = once(one, { do: "echo" }, controller.signal);
      controller.abort(new Error("gave up"));
      await expect(waiting).rejects.toThrow("gave up");
      return thread.call({ do: "echo", value: 7 }, { signal: never });
    });

    expect(await first).toBe(7);
    expect(await once(one, { do: "echo", value: 8 })).toBe(9);
  });

  it("gives a known error its class and keeps the thread; an unknown one ends it", async () => {
    const one = pool(1);

    await expect(once(one, { do: "known" })).rejects.toBeInstanceOf(KnownError);
    expect(await once(one, { do: "echo", value: 0 })).toBe(1);
    await expect(once(one, { do: "unknown" })).rejects.toThrow("surprise");
    expect(await once(one, { do: "echo", value: 0 })).toBe(0);
  });

  it("survives a thread that ends itself or runs out of memory", async () => {
    const one = pool(1);

    await expect(once(one, { do: "exit" })).rejects.toBeInstanceOf(ThreadEndedError);
    await expect(once(one, { do: "fill" })).rejects.toMatchObject({ outOfMemory: true });
    expect(await once(one, { do: "echo", value: 4 })).toBe(4);
  });
});

describe("a deadline", () => {
  it("aborts work that takes too long, and nothing else", async () => {
    const one = pool(1);
    const work = withDeadline({ signal: never, seconds: 0.05 }, (signal) => once(one, { do: "hang" }, signal));

    await expect(work).rejects.toBeInstanceOf(DeadlineError);
    expect(await withDeadline({ signal: never, seconds: 60 }, async () => 3)).toBe(3);
  });
});
