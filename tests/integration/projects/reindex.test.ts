/**
 * Moving a collection of some hundred projects, in this process. What happens meanwhile is in tasks.test.ts.
 *
 * @module
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type SoftTimeLimitExceeded, SoftTimeLimitExceeded as TimeLimit } from "../../../contracts/errors.ts";
import { reindexEmbeddings } from "../../../contracts/tasks/reindex-embeddings.ts";
import { runEmbeddingBatch } from "../../../shared/capabilities/projects/embedding-batch.ts";
import { searchProjects } from "../../../shared/capabilities/projects/read-projects.ts";
import { reindex } from "../../../shared/capabilities/projects/reindex.ts";
import { PROJECTS } from "../../../shared/capabilities/projects/services.ts";
import { ProjectHarness } from "../../helpers/project-harness.ts";

const COUNT = 450;
let harness: ProjectHarness;
beforeAll(async () => {
  harness = await ProjectHarness.start();
  const items = Array.from({ length: COUNT }, (_, n) => ({
    project_id: `p${n}`,
    description: n === 7 ? "a choir of nurses" : `text number ${n}`,
    metadata: {},
  }));
  await runEmbeddingBatch(harness.services, { items }, await harness.job("acme"));
});
afterAll(() => harness.close());
beforeEach(() => harness.reset());

const input = (given: Record<string, unknown>) => reindexEmbeddings.input.parse(given);
const signal = new AbortController().signal;
const find = async () => {
  const search = { query: "choir of nurses", top_k: 1 };
  return (
    await searchProjects(await harness.services.collections(), { ...search, tenant: "acme" }, signal)
  ).matches.map((match) => match.project_id);
};

describe("reindexing", () => {
  it("continues at the next attempt where the soft time limit ended it, and searches continue meanwhile", async () => {
    const collections = await harness.services.collections();
    const limit = new AbortController();
    const progress: number[] = [];
    const stopAfterOnePage = (copied: number) => {
      progress.push(copied);
      limit.abort(new TimeLimit("The task ran too long."));
    };

    const first = reindex(collections, input({ dimensions: 768 }), {
      signal: limit.signal,
      progress: stopAfterOnePage,
    });

    await expect(first).rejects.toMatchObject({ retryable: true } satisfies Partial<SoftTimeLimitExceeded>);
    expect(await find()).toEqual(["p7"]);
    expect((await harness.services.pointers.get(PROJECTS))?.active.dimensions).toBe(384);
    const done = progress.at(-1) ?? 0;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(COUNT);
    harness.reset();

    const second = await reindex(collections, input({ dimensions: 768 }), { signal, progress: () => {} });

    expect(second).toMatchObject({
      status: "migrated",
      copied: COUNT,
      from: { dimensions: 384 },
      to: { dimensions: 768 },
    });
    // The probe of the model is one more.
    expect(harness.embedded.flat()).toHaveLength(COUNT - done + 1);
    expect(await find()).toEqual(["p7"]);
  });

  it("does nothing when it is asked again", async () => {
    const collections = await harness.services.collections();

    const again = await reindex(collections, input({ dimensions: 768 }), { signal, progress: () => {} });

    expect(again).toMatchObject({ status: "unchanged", copied: 0, to: { dimensions: 768 } });
    expect(harness.embedded).toEqual([]);
  });

  it("can be abandoned, and the collection stays as it was", async () => {
    const collections = await harness.services.collections();
    const limit = new AbortController();
    const stop = () => limit.abort(new TimeLimit("The task ran too long."));
    const given = input({ dimensions: 1024 });
    await expect(reindex(collections, given, { signal: limit.signal, progress: stop })).rejects.toThrow(TimeLimit);
    const target = (await harness.services.pointers.get(PROJECTS))?.migration?.target.name ?? "";

    const abandoned = await reindex(collections, input({ abandon: true }), { signal, progress: () => {} });

    expect(abandoned).toMatchObject({ status: "abandoned", from: { dimensions: 768 }, to: { dimensions: 1024 } });
    expect(await collections.store.describe(target)).toBeUndefined();
    expect(await harness.services.pointers.get(PROJECTS)).toMatchObject({
      active: { dimensions: 768 },
      migration: null,
    });
    expect(await find()).toEqual(["p7"]);
  });

  it("to a model that is not there fails before an index is made", async () => {
    const collections = await harness.services.collections();
    const before = await harness.services.pointers.get(PROJECTS);

    const wrong = reindex(collections, input({ model: "bge-m3" }), { signal, progress: () => {} });

    await expect(wrong).rejects.toMatchObject({ name: "InvalidInputError" });
    expect(await harness.services.pointers.get(PROJECTS)).toEqual(before);
  });
});

describe("pointers in the table", () => {
  it("are stored once for each version", async () => {
    const { pointers } = harness.services;
    const found = await pointers.get(PROJECTS);
    if (!found) throw new Error("There is no pointer.");
    const first = { ...found, collection: "other", version: 1 };

    const made = await Promise.all([
      pointers.compareAndSet(undefined, first),
      pointers.compareAndSet(undefined, first),
    ]);
    const next = (copied: number) => ({ ...first, version: 2, generation: copied });
    const changed = await Promise.all([5, 6, 7].map((value) => pointers.compareAndSet(1, next(value))));

    expect(made.toSorted()).toEqual([false, true]);
    expect(changed.filter(Boolean)).toHaveLength(1);
    expect(await pointers.compareAndSet(1, next(8))).toBe(false);
    expect((await pointers.get("other"))?.generation).toBe([5, 6, 7][changed.indexOf(true)]);
    expect(await pointers.get("never")).toBeUndefined();
  });
});
