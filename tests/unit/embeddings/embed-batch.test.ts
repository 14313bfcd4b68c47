import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { InvalidInputError, RateLimitError } from "../../../contracts/errors.ts";
import { type BatchItem, embedBatch } from "../../../shared/capabilities/embeddings/embed-batch.ts";
import type { Embedder } from "../../../shared/capabilities/embeddings/embedder.ts";

const signal = new AbortController().signal;
const items = (count: number): BatchItem[] => Array.from({ length: count }, (_, n) => ({ id: `p${n}`, text: `${n}` }));

/** An embedder whose vector is the text's number; `check` may throw. */
function numberEmbedder(check: (texts: readonly string[]) => void = () => {}) {
  const calls: number[] = [];
  let running = 0;
  let most = 0;
  const embedder: Embedder = {
    name: "embedded",
    model: "numbers",
    dimensions: 1,
    async embed(texts) {
      calls.push(texts.length);
      running += 1;
      most = Math.max(most, running);
      await sleep(1);
      running -= 1;
      check(texts);
      return texts.map((text) => Float32Array.of(Number(text)));
    },
  };
  return { embedder, calls, most: () => most };
}

describe("embedBatch", () => {
  it("embeds groups of ten, a few at once, and keeps the order", async () => {
    const { embedder, calls, most } = numberEmbedder();
    const progress: number[] = [];

    const { outcomes, statistics } = await embedBatch(embedder, items(95), {
      signal,
      parallel: 3,
      onProgress: (done) => progress.push(done),
    });

    expect(outcomes.map((outcome) => ("vector" in outcome ? outcome.vector[0] : undefined))).toEqual(
      Array.from({ length: 95 }, (_, n) => n),
    );
    expect(calls.toSorted((a, b) => a - b)).toEqual([5, ...Array(9).fill(10)]);
    expect(most()).toBe(3);
    expect(progress.at(-1)).toBe(95);
    expect(statistics).toMatchObject({ total: 95, succeeded: 95, failed: 0, calls: 10, groups_split: 0 });
  });

  it("tries a failed group item by item and names the bad ones", async () => {
    const { embedder } = numberEmbedder((texts) => {
      if (texts.includes("4") || texts.includes("17")) throw new InvalidInputError("bad text");
    });

    const { outcomes, statistics } = await embedBatch(embedder, items(30), { signal });

    expect(outcomes.flatMap((outcome) => ("error" in outcome ? [outcome.id] : []))).toEqual(["p4", "p17"]);
    expect(statistics).toMatchObject({ succeeded: 28, failed: 2, calls: 23, groups_split: 2 });
  });

  it("does not multiply the calls to a server that is overloaded", async () => {
    const { embedder } = numberEmbedder(() => {
      throw new RateLimitError("slow down", { retryAfterSeconds: 5 });
    });

    const { outcomes, statistics } = await embedBatch(embedder, items(20), { signal });

    expect(statistics).toMatchObject({ failed: 20, calls: 2, groups_split: 0 });
    expect(outcomes).toMatchObject(items(20).map(({ id }) => ({ id, error: { retryAfterSeconds: 5 } })));
  });

  it("throws the reason when it is told to stop", async () => {
    const controller = new AbortController();
    const reason = new Error("time is up");
    const { embedder, calls } = numberEmbedder(() => controller.abort(reason));

    await expect(embedBatch(embedder, items(100), { signal: controller.signal, parallel: 2 })).rejects.toBe(reason);
    expect(calls.length).toBeLessThan(10);
  });

  it("has nothing to do for no items", async () => {
    const { embedder } = numberEmbedder();
    expect(await embedBatch(embedder, [], { signal })).toMatchObject({
      outcomes: [],
      statistics: { total: 0, calls: 0 },
    });
  });
});
