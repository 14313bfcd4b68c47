import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getLoadablePath } from "sqlite-vec";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConnectionError, InvalidInputError, LLMClientError } from "../../../contracts/errors.ts";
import { parseSettings } from "../../../contracts/settings/parse-settings.ts";
import { embeddingSettings, vectorSettings } from "../../../contracts/settings/vectors.ts";
import { hashText } from "../../../shared/capabilities/embeddings/hashing/embedder.ts";
import {
  type CollectionServices,
  modelMismatch,
  openCollection,
  searchItems,
} from "../../../shared/capabilities/vectors/collections.ts";
import { createCollections } from "../../../shared/capabilities/vectors/create-collections.ts";
import {
  type CollectionItem,
  indexItems,
  MAX_TEXT_BYTES,
  removeItems,
  storedText,
} from "../../../shared/capabilities/vectors/indexing.ts";
import {
  abandonMigration,
  backfill,
  MigrationIncompleteError,
  migrate,
  startMigration,
} from "../../../shared/capabilities/vectors/migration.ts";
import { type IndexModel, indexName } from "../../../shared/capabilities/vectors/pointers.ts";
import { memoryPointers } from "../../helpers/memory-pointers.ts";

const { signal } = new AbortController();
const hash = (dimensions: number): IndexModel => ({
  backend: "embedded",
  model: "hash-v1",
  dimensions,
  server_url: null,
});
const item = (id: string, text: string, metadata = {}, tenant = "acme"): CollectionItem => ({
  tenant,
  id,
  text,
  metadata,
});
const subjects = ["bridges and drones", "supplier invoices", "solar panels", "hospital shifts", "credit card fraud"];
const subjectOf = (id: string) => subjects[Number(id.slice(1)) % 5];
const numbered = (count: number): CollectionItem[] =>
  Array.from({ length: count }, (_, n) => item(`p${n}`, `Project ${n} about ${subjects[n % 5]}`, { n }));

let directory: string;
let services: CollectionServices;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "collections-"));
  const env = {
    VECTOR_STORE: "sqlite",
    SQLITE_VECTORS_PATH: join(directory, "vectors.db"),
    SQLITE_VEC_EXTENSION: getLoadablePath(),
  };
  services = await createCollections(
    { ...parseSettings(embeddingSettings, env), ...parseSettings(vectorSettings, env) },
    memoryPointers(),
  );
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const search = async (text: string, topK = 3, tenant = "acme") =>
  (await searchItems(services, "projects", { signal, tenant, text, topK })).matches.map(({ id }) => id);
const pointer = async () => {
  const found = await services.pointers.get("projects");
  if (!found) throw new Error("There is no pointer.");
  return found;
};

/** Every point of an index, by tenant and id. */
async function contents(index: string): Promise<Map<string, { text: unknown; vector: Float32Array }>> {
  const all = new Map<string, { text: unknown; vector: Float32Array }>();
  let cursor: string | undefined;
  do {
    const page = await services.store.list(index, { limit: 1_000, cursor });
    for (const { tenant, id, metadata } of page.points) {
      const [point] = await services.store.get(index, { tenant, ids: [id] });
      if (point) all.set(`${tenant}/${id}`, { text: metadata.text, vector: point.vector });
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return all;
}

/** Services whose model of 768 dimensions refuses texts that hold a phrase. */
const refusing = (phrase: string): CollectionServices => ({
  ...services,
  embedderFor: async (model) => {
    const embedder = await services.embedderFor(model);
    if (model.dimensions === 384) return embedder;
    return {
      ...embedder,
      async embed(texts, stop) {
        if (texts.some((text) => text.includes(phrase))) throw new LLMClientError("too long");
        return await embedder.embed(texts, stop);
      },
    };
  },
});

describe("a collection", () => {
  it("finds what was indexed, for its tenant alone, until it is removed", async () => {
    await indexItems(services, "projects", {
      items: [
        item("bridge", "Drones inspect steel bridges for rust", { year: 2024 }),
        item("bill", "Supplier invoices are read by software", { year: 2025 }),
        item("bridge", "Rusty bridges of another tenant", {}, "globex"),
      ],
      signal,
    });

    expect(await search("inspecting a bridge with a drone", 1)).toEqual(["bridge"]);
    const { matches } = await searchItems(services, "projects", {
      signal,
      tenant: "acme",
      text: "bridge",
      topK: 5,
      filter: { year: { gte: 2025 } },
    });
    expect(matches[0]).toMatchObject({
      id: "bill",
      metadata: { year: 2025, text: "Supplier invoices are read by software" },
    });
    await removeItems(services, "projects", { tenant: "acme", ids: ["bridge", "never"], signal });
    expect(await search("bridge")).toEqual(["bill"]);
    expect(await search("bridge", 3, "globex")).toEqual(["bridge"]);
  });

  it("that was never written has nothing to find or to remove", async () => {
    expect(await search("anything")).toEqual([]);
    await expect(removeItems(services, "projects", { tenant: "acme", ids: ["p1"], signal })).resolves.toBeUndefined();
  });

  it("names its index after model and dimension", async () => {
    expect((await openCollection(services, "projects")).active).toEqual({
      ...hash(384),
      name: "sluice-projects-hash-v1-384-v1",
    });
  });

  it("is made once by many first writers", async () => {
    await Promise.all(numbered(8).map((one) => indexItems(services, "projects", { items: [one], signal })));

    expect(await contents((await pointer()).active.name)).toHaveProperty("size", 8);
    expect((await pointer()).version).toBe(1);
  });

  it("refuses bad items one by one and writes the others", async () => {
    const good = item("good", "A text");
    const bad = [
      item("no-words", "?!"),
      item("reserved", "A text", { text: "mine" }),
      item("large", "A text", { note: "x".repeat(3_000) }),
      item("", "A text"),
    ];

    const { failures, statistics } = await indexItems(services, "projects", { items: [good, ...bad], signal });

    expect(failures.map((failure) => failure.item.id).toSorted()).toEqual(["", "large", "no-words", "reserved"]);
    for (const { error } of failures) expect(error).toBeInstanceOf(InvalidInputError);
    expect(statistics).toMatchObject({ total: 5, succeeded: 1, failed: 4 });
    expect(await search("text")).toEqual(["good"]);
  });

  it.each([
    ["plain", "word ".repeat(20_000)],
    ["of two-byte letters", "ß".repeat(40_000)],
    ["of emoji", `x${"🚀".repeat(20_000)}`],
    ["of line breaks, which JSON doubles", "a\n".repeat(40_000)],
    ["with half a surrogate pair", `${"a".repeat(50_000)}\ud83d`],
  ])("keeps the start of a long text %s", async (_, text) => {
    const { failures } = await indexItems(services, "projects", { items: [item("long", `word ${text}`)], signal });

    expect(failures).toEqual([]);
    const kept = storedText(`word ${text}`);
    expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(MAX_TEXT_BYTES);
    expect(Buffer.byteLength(kept)).toBeGreaterThan(MAX_TEXT_BYTES / 3);
    expect(`word ${text}`.toWellFormed().startsWith(kept)).toBe(true);
  });

  it("stays with its model when the settings name another, and says so", async () => {
    await indexItems(services, "projects", { items: numbered(5), signal });
    const changed = { ...services, model: hash(768) };

    await indexItems(changed, "projects", { items: [item("new", "Solar panels on roofs")], signal });

    expect(await search("solar panel roof", 1)).toEqual(["new"]);
    expect(modelMismatch(changed, await pointer())).toMatch(/384 dimensions; the settings name hash-v1 with 768/);
    expect(modelMismatch(services, await pointer())).toBeUndefined();
  });
});

describe("a migration from 384 to 768 dimensions", () => {
  it("re-embeds every point, switches and drops the old index", async () => {
    await indexItems(services, "projects", {
      items: [...numbered(450), item("p0", "Of another tenant", {}, "globex")],
      signal,
    });
    const progress: number[] = [];

    const result = await migrate(
      services,
      { collection: "projects", model: hash(768) },
      {
        signal,
        pageSize: 100,
        onProgress: (copied) => progress.push(copied),
      },
    );

    expect(result).toMatchObject({ copied: 451, failed: 0, to: { name: "sluice-projects-hash-v1-768-v2" } });
    expect(progress).toEqual([100, 200, 300, 400, 451]);
    expect(await pointer()).toMatchObject({ active: { dimensions: 768 }, migration: null, retired: null });
    expect(await services.store.describe(result.from.name)).toBeUndefined();
    const points = await contents(result.to.name);
    expect(points.size).toBe(451);
    for (const { text, vector } of points.values()) expect(vector).toEqual(hashText(String(text), 768));
    for (const id of await search("invoices of suppliers", 5)) expect(subjectOf(id)).toBe("supplier invoices");
  });

  it("loses no write, no delete and no search while it runs", async () => {
    const truth = new Map(numbered(300).map((one) => [one.id, one.text]));
    await indexItems(services, "projects", { items: numbered(300), signal });
    let running = true;
    let searches = 0;

    // Each writer has ids of its own, so that the last write to an id is known.
    const writer = async (own: number) => {
      for (let round = 0; running; round++) {
        const id = `p${own + 4 * ((round * 7) % 100)}`;
        if (round % 3 === 0) {
          truth.delete(id);
          await removeItems(services, "projects", { tenant: "acme", ids: [id], signal });
        } else {
          const text = `Rewritten by ${own} in round ${round}: ${subjects[round % 5]}`;
          truth.set(id, text);
          await indexItems(services, "projects", { items: [item(id, text)], signal });
        }
      }
    };
    const searcher = async () => {
      while (running) {
        expect((await search("bridges drones invoices", 5)).length).toBe(5);
        searches += 1;
      }
    };
    const others = [...[0, 1, 2, 3].map(writer), searcher()];
    const { to } = await migrate(services, { collection: "projects", model: hash(768) }, { signal, pageSize: 15 });
    running = false;
    await Promise.all(others);

    const points = await contents(to.name);
    expect(new Map([...points].map(([key, { text }]) => [key.replace("acme/", ""), text]))).toEqual(truth);
    for (const { text, vector } of points.values()) expect(vector).toEqual(hashText(String(text), 768));
    expect(searches).toBeGreaterThan(5);
  });

  it("reaches a write that read the pointer before it began", async () => {
    await indexItems(services, "projects", { items: numbered(3), signal });
    // A writer stops after reading the pointer; meanwhile the migration starts and copies everything.
    const held = Promise.withResolvers<void>();
    const slow: CollectionServices = {
      ...services,
      embedderFor: async (model) => {
        await held.promise;
        return await services.embedderFor(model);
      },
    };
    const write = indexItems(slow, "projects", { items: [item("late", "Written late about harbours")], signal });
    const filled = await backfill(
      services,
      await startMigration(services, { collection: "projects", model: hash(768) }),
      { signal },
    );

    held.resolve();
    await write;

    expect((await contents(filled.migration.target.name)).get("acme/late")?.vector).toHaveLength(768);
  });

  it("reaches a write whose index is switched and dropped under it", async () => {
    await indexItems(services, "projects", { items: numbered(3), signal });
    const held = Promise.withResolvers<void>();
    const slow: CollectionServices = {
      ...services,
      embedderFor: async (model) => {
        if (model.dimensions === 384) await held.promise;
        return await services.embedderFor(model);
      },
    };
    const write = indexItems(slow, "projects", { items: [item("late", "Written late about harbours")], signal });
    const found = searchItems(slow, "projects", { signal, tenant: "acme", text: "invoices", topK: 1 });
    await migrate(services, { collection: "projects", model: hash(768) }, { signal });

    held.resolve();

    expect((await write).failures).toEqual([]);
    expect((await found).matches).toMatchObject([{ id: "p1" }]);
    expect(await search("harbours", 1)).toEqual(["late"]);
  });

  it("gets every write and delete after the old index, the order that the backfill relies on", async () => {
    await indexItems(services, "projects", { items: numbered(2), signal });
    const { active, migration } = await startMigration(services, { collection: "projects", model: hash(768) });
    const touched: string[] = [];
    const { store } = services;
    const watched: CollectionServices = {
      ...services,
      store: {
        ...store,
        upsert: (index, points, stop) => store.upsert(index, points, stop).then(() => void touched.push(index)),
        delete: (index, points, stop) => store.delete(index, points, stop).then(() => void touched.push(index)),
      },
    };

    await indexItems(watched, "projects", { items: [item("new", "A text")], signal });
    await removeItems(watched, "projects", { tenant: "acme", ids: ["new"], signal });

    const { name } = migration.target;
    expect(touched).toEqual([active.name, name, active.name, name]);
  });

  it("copies a point again that changed or went while its page was copied", async () => {
    await indexItems(services, "projects", { items: numbered(10), signal });
    const started = await startMigration(services, { collection: "projects", model: hash(768) });
    // A writer that the backfill cannot see through the pointer: it has written to the old index, not yet to the target.
    let first = true;
    const disturbed: CollectionServices = {
      ...services,
      store: {
        ...services.store,
        async upsert(index, points) {
          await services.store.upsert(index, points);
          if (!first || index !== started.migration.target.name) return;
          first = false;
          const vector = hashText("changed", 384);
          const changed = { tenant: "acme", id: "p3", vector, metadata: { text: "changed" } };
          await services.store.upsert(started.active.name, [changed]);
          await services.store.delete(started.active.name, { tenant: "acme", ids: ["p4"] });
        },
      },
    };

    const { migration } = await backfill(disturbed, started, { signal });

    const points = await contents(migration.target.name);
    expect(points.get("acme/p3")?.text).toBe("changed");
    expect(points.has("acme/p4")).toBe(false);
    expect(points.size).toBe(9);
  });

  it("continues where an ended worker left off", async () => {
    await indexItems(services, "projects", { items: numbered(100), signal });
    const controller = new AbortController();
    const reason = new Error("time is up");
    const stopped = migrate(
      services,
      { collection: "projects", model: hash(768) },
      {
        signal: controller.signal,
        pageSize: 20,
        onProgress: (copied) => copied === 40 && controller.abort(reason),
      },
    );
    await expect(stopped).rejects.toBe(reason);
    expect((await pointer()).migration).toMatchObject({ copied: 40, backfilled: false });
    for (const id of await search("invoices of suppliers", 5)) expect(subjectOf(id)).toBe("supplier invoices");

    const progress: number[] = [];
    const { copied } = await migrate(
      services,
      { collection: "projects", model: hash(768) },
      {
        signal,
        pageSize: 20,
        onProgress: (done) => progress.push(done),
      },
    );

    expect(copied).toBe(100);
    expect(progress[0]).toBe(60);
  });

  it("ends with a retryable error when another worker does the same, and the collection comes out whole", async () => {
    await indexItems(services, "projects", { items: numbered(60), signal });

    const runs = await Promise.allSettled(
      [1, 2].map(() => migrate(services, { collection: "projects", model: hash(768) }, { signal, pageSize: 10 })),
    );

    expect(runs.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(1);
    for (const run of runs) if (run.status === "rejected") expect(run.reason).toMatchObject({ retryable: true });
    if ((await pointer()).active.dimensions === 384)
      await migrate(services, { collection: "projects", model: hash(768) }, { signal });
    expect((await contents((await pointer()).active.name)).size).toBe(60);
  });

  it("does not switch while the new model refuses points, unless told to leave them behind", async () => {
    await indexItems(services, "projects", { items: numbered(12), signal });
    const picky = refusing("Project 7 ");

    await expect(migrate(picky, { collection: "projects", model: hash(768) }, { signal })).rejects.toThrow(
      MigrationIncompleteError,
    );
    expect(await pointer()).toMatchObject({ active: { dimensions: 384 }, migration: { backfilled: false } });
    expect(await search("solar panels", 12)).toContain("p7");

    expect(
      await migrate(picky, { collection: "projects", model: hash(768) }, { signal, skipFailed: true }),
    ).toMatchObject({
      copied: 11,
      failed: 1,
    });
    expect((await search("project", 20)).length).toBe(11);
  });

  it("does not bring an older text back when the new model refuses the newer one", async () => {
    await indexItems(services, "projects", { items: numbered(5), signal });
    const { migration } = await backfill(
      services,
      await startMigration(services, { collection: "projects", model: hash(768) }),
      { signal },
    );

    const { failures } = await indexItems(refusing("harbours"), "projects", {
      items: [item("p1", "Now about harbours")],
      signal,
    });

    expect(failures).toMatchObject([{ item: { id: "p1" }, error: { name: "LLMClientError" } }]);
    expect((await contents(migration.target.name)).has("acme/p1")).toBe(false);
    expect(await search("harbours", 1)).toEqual(["p1"]);
  });

  it("keeps its place when the model server is down, for the next attempt", async () => {
    await indexItems(services, "projects", { items: numbered(30), signal });
    let calls = 0;
    const failing: CollectionServices = {
      ...services,
      embedderFor: async (model) => {
        const embedder = await services.embedderFor(model);
        return {
          ...embedder,
          async embed(texts, stop) {
            calls += 1;
            if (calls > 2) throw new ConnectionError("refused");
            return await embedder.embed(texts, stop);
          },
        };
      },
    };

    await expect(
      migrate(failing, { collection: "projects", model: hash(768) }, { signal, pageSize: 10 }),
    ).rejects.toThrow(ConnectionError);

    expect((await pointer()).migration).toMatchObject({ copied: 20, failed: [] });
    expect(
      await migrate(services, { collection: "projects", model: hash(768) }, { signal, pageSize: 10 }),
    ).toMatchObject({ copied: 30 });
  });

  it("can be abandoned: the old index was never out of use", async () => {
    await indexItems(services, "projects", { items: numbered(10), signal });
    const { migration } = await startMigration(services, { collection: "projects", model: hash(768) });
    await indexItems(services, "projects", { items: [item("new", "Written to both about harbours")], signal });
    expect((await contents(migration.target.name)).size).toBe(1);

    await abandonMigration(services, "projects");

    expect(await services.store.describe(migration.target.name)).toBeUndefined();
    expect(await pointer()).toMatchObject({ active: { dimensions: 384 }, migration: null, retired: null });
    expect(await search("harbours", 1)).toEqual(["new"]);
    const again = await migrate(services, { collection: "projects", model: hash(768) }, { signal });
    expect(again.to.name).toBe("sluice-projects-hash-v1-768-v3");
  });

  it("is refused while another is under way, and to the model that is there already", async () => {
    await indexItems(services, "projects", { items: numbered(3), signal });
    await expect(startMigration(services, { collection: "projects", model: hash(384) })).rejects.toThrow(
      /already holds/,
    );
    await startMigration(services, { collection: "projects", model: hash(768) });

    await expect(startMigration(services, { collection: "projects", model: hash(1_024) })).rejects.toThrow(
      /being migrated/,
    );
    expect((await startMigration(services, { collection: "projects", model: hash(768) })).generation).toBe(2);
  });
});

describe("an index's name", () => {
  it.each([
    ["BAAI/bge-small-en-v1.5", "sluice-projects-baai-bge-small-en-v1-5-384-v7"],
    ["amazon.titan-embed-text-v2:0", "sluice-projects-amazon-titan-embed-text-v2-0-384-v7"],
    ["模型", "sluice-projects-model-384-v7"],
    [`x${"-very-long".repeat(20)}`, /^sluice-projects-x-very[a-z-]+-384-v7$/],
  ])("is one that every store takes: %s", (model, expected) => {
    const name = indexName("sluice", { collection: "projects", generation: 7 }, { ...hash(384), model });

    expect(name).toMatch(expected);
    expect(name).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
  });
});
