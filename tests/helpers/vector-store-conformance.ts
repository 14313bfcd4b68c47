/**
 * What every vector store must do. Each adapter's test runs these cases against itself.
 *
 * @module
 */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CollectionNotFoundError, DimensionMismatchError, InvalidInputError } from "../../contracts/errors.ts";
import type { VectorFilter, VectorMetadata } from "../../contracts/projects/vector-search.ts";
import type { VectorPoint } from "../../shared/capabilities/vectors/driver.ts";
import type { VectorStore } from "../../shared/capabilities/vectors/store.ts";

const spec = { dimensions: 4, metric: "cosine" } as const;

const point = (id: string, vector: readonly number[], metadata: VectorMetadata = {}): VectorPoint =>
  pointOf("acme", id, { vector, metadata });
const pointOf = (
  tenant: string,
  id: string,
  { vector, metadata }: { readonly vector: readonly number[]; readonly metadata: VectorMetadata },
): VectorPoint => ({
  tenant,
  id,
  vector: Float32Array.from(vector),
  metadata,
});

/** A unit vector at an angle in the first two dimensions: its cosine with angle 0 is known. */
const at = (degrees: number): number[] => {
  const radians = (degrees * Math.PI) / 180;
  return [Math.cos(radians), Math.sin(radians), 0, 0];
};

let collections = 0;

/** A filter that compares with true or false. */
const namesBoolean = (filter: VectorFilter): boolean => JSON.stringify(filter).match(/\b(true|false)\b/) !== null;

/**
 * @param open gives a store; called once per case
 * @param options.booleanFilters false where the access to the store cannot express them
 */
export function describeVectorStore(
  name: string,
  open: () => Promise<VectorStore>,
  { booleanFilters = true } = {},
): void {
  describe(`${name} as a vector store`, () => {
    let store: VectorStore;
    let collection: string;

    const idsNear = async (
      degrees: number,
      options: { filter?: VectorFilter; topK?: number; tenant?: string } = {},
    ) => {
      const { filter, topK = 10, tenant = "acme" } = options;
      const matches = await store.query(collection, {
        tenant,
        vector: Float32Array.from(at(degrees)),
        topK,
        filter,
      });
      return matches.map(({ id }) => id);
    };

    const listAll = async (limit: number): Promise<string[]> => {
      const keys: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.list(collection, { limit, cursor });
        keys.push(...page.points.map(({ tenant, id }) => `${tenant}/${id}`));
        cursor = page.cursor;
      } while (cursor !== undefined);
      return keys;
    };

    beforeEach(async () => {
      store = await open();
      collections += 1;
      collection = `case-${process.pid}-${collections}`;
      await store.ensure(collection, spec);
    });

    afterEach(async () => {
      await store.drop(collection);
    });

    it("gives back what was upserted", async () => {
      await store.upsert(collection, [point("a", at(30), { year: 2024, open: true, title: "A", tags: ["x", "y"] })]);

      const [found] = await store.get(collection, { tenant: "acme", ids: ["a", "missing"] });

      expect(found).toMatchObject({
        tenant: "acme",
        id: "a",
        metadata: { year: 2024, open: true, title: "A", tags: ["x", "y"] },
      });
      for (const [position, value] of at(30).entries()) expect(found?.vector[position]).toBeCloseTo(value, 6);
    });

    it("replaces vector and metadata, dropping keys that are no longer given", async () => {
      await store.upsert(collection, [point("a", at(0), { status: "draft", owner: "kim" })]);

      await store.upsert(collection, [point("a", at(90), { status: "final" })]);

      expect((await store.get(collection, { tenant: "acme", ids: ["a"] }))[0]?.metadata).toEqual({ status: "final" });
      const [match] = await store.query(collection, { tenant: "acme", vector: Float32Array.from(at(90)), topK: 5 });
      expect(match?.score).toBeCloseTo(1, 5);
      expect(await idsNear(0, { filter: { owner: "kim" } })).toEqual([]);
    });

    it("keeps the last of two points with one id", async () => {
      await store.upsert(collection, [point("a", at(0), { n: 1 }), point("a", at(0), { n: 2 })]);

      expect((await store.get(collection, { tenant: "acme", ids: ["a"] }))[0]?.metadata).toEqual({ n: 2 });
    });

    it("ranks by cosine similarity, best first, and reports it as the score", async () => {
      await store.upsert(collection, [
        point("opposite", at(180)),
        point(
          "near",
          at(10).map((value) => value * 7),
        ),
        point("square", at(90)),
        point("same", at(0)),
        point("half", at(60)),
      ]);

      const matches = await store.query(collection, { tenant: "acme", vector: Float32Array.from(at(0)), topK: 10 });

      expect(matches.map(({ id }) => id)).toEqual(["same", "near", "half", "square", "opposite"]);
      const cosines = [1, Math.cos(Math.PI / 18), 0.5, 0, -1];
      for (const [rank, cosine] of cosines.entries()) expect(matches[rank]?.score).toBeCloseTo(cosine, 5);
    });

    it("gives no more than top_k matches", async () => {
      await store.upsert(
        collection,
        [0, 10, 20, 30].map((degrees) => point(`p${degrees}`, at(degrees))),
      );

      expect(await idsNear(0, { topK: 2 })).toEqual(["p0", "p10"]);
    });

    it("takes 500 points and more at once and deletes as many", async () => {
      const points = Array.from({ length: 1_100 }, (_, n) => point(`p${n}`, at(n / 10), { n }));

      await store.upsert(collection, points);

      const ids = points.map(({ id }) => id);
      expect(await store.get(collection, { tenant: "acme", ids })).toHaveLength(1_100);
      expect(await idsNear(0, { topK: 3, filter: { n: { gte: 777 } } })).toEqual(["p777", "p778", "p779"]);
      await store.delete(collection, { tenant: "acme", ids });
      expect(await listAll(1_000)).toEqual([]);
    });

    it("deletes, and deletes what is not there", async () => {
      await store.upsert(collection, [point("a", at(0)), point("b", at(10))]);

      await store.delete(collection, { tenant: "acme", ids: ["a", "never"] });
      await store.delete(collection, { tenant: "acme", ids: ["a"] });

      expect(await idsNear(0)).toEqual(["b"]);
    });

    it("lists all tenants' points by pages", async () => {
      await store.upsert(collection, [
        ...Array.from({ length: 7 }, (_, n) => point(`p${n}`, at(n), { n })),
        pointOf("globex", "p0", { vector: at(0), metadata: { n: 0 } }),
      ]);

      expect((await listAll(3)).sort()).toEqual([...Array.from({ length: 7 }, (_, n) => `acme/p${n}`), "globex/p0"]);
      const { points } = await store.list(collection, { limit: 100 });
      expect(points.find(({ id }) => id === "p5")?.metadata).toEqual({ n: 5 });
    });

    describe("keeps tenants apart", () => {
      beforeEach(async () => {
        await store.upsert(collection, [
          point("shared", at(0), { of: "acme" }),
          pointOf("globex", "shared", { vector: at(5), metadata: { of: "globex" } }),
          ...Array.from({ length: 30 }, (_, n) => pointOf("globex", `noise${n}`, { vector: at(0), metadata: {} })),
          point("far", at(80), { of: "acme" }),
        ]);
      });

      it("when searching: another tenant's nearer points take no place", async () => {
        expect(await idsNear(0, { topK: 2 })).toEqual(["shared", "far"]);
        expect(await idsNear(0, { tenant: "initech" })).toEqual([]);
      });

      it("when reading", async () => {
        expect((await store.get(collection, { tenant: "globex", ids: ["shared"] }))[0]?.metadata).toEqual({
          of: "globex",
        });
        expect(await store.get(collection, { tenant: "initech", ids: ["shared"] })).toEqual([]);
      });

      it("when deleting", async () => {
        await store.delete(collection, { tenant: "globex", ids: ["shared", "far"] });

        expect(await idsNear(0)).toEqual(["shared", "far"]);
        expect(await store.get(collection, { tenant: "globex", ids: ["shared"] })).toEqual([]);
      });

      it("when a filter names the tenant", async () => {
        await expect(idsNear(0, { filter: { tenant_id: "globex" } })).rejects.toThrow(InvalidInputError);
      });
    });

    describe("filters", () => {
      beforeEach(async () => {
        await store.upsert(collection, [
          point("a", at(0), {
            status: "open",
            year: 2023,
            score: 0.5,
            urgent: true,
            tags: ["red", "blue"],
            mixed: "5",
          }),
          point("b", at(10), { status: "open", year: 2024, score: 1.25, urgent: false, tags: ["green"], mixed: 5 }),
          point("c", at(20), { status: "done", year: 2025, score: 2, urgent: true, mixed: true }),
          point("d", at(30), {}),
        ]);
      });

      const cases: readonly (readonly [string, VectorFilter, readonly string[]])[] = [
        ["nothing, when empty", {}, ["a", "b", "c", "d"]],
        ["equal text", { status: "open" }, ["a", "b"]],
        ["equal whole numbers", { year: 2024 }, ["b"]],
        ["equal fractions", { score: 1.25 }, ["b"]],
        ["equal booleans", { urgent: false }, ["b"]],
        ["one of some texts", { status: { in: ["done", "gone"] } }, ["c"]],
        ["one of some numbers", { score: { in: [0.5, 2] } }, ["a", "c"]],
        ["one of some booleans", { urgent: { in: [true] } }, ["a", "c"]],
        ["a number's lower bound", { year: { gt: 2023 } }, ["b", "c"]],
        ["a number's bounds, inclusive", { year: { gte: 2023, lte: 2024 } }, ["a", "b"]],
        ["a number's bounds, exclusive", { score: { gt: 0.5, lt: 2 } }, ["b"]],
        ["a list that holds a value", { tags: "blue" }, ["a"]],
        ["a list that holds one of some", { tags: { in: ["green", "blue"] } }, ["a", "b"]],
        ["all of several conditions", { status: "open", year: { lt: 2024 }, urgent: true }, ["a"]],
        ["a text, not the number that looks like it", { mixed: "5" }, ["a"]],
        ["a number, not the text that looks like it", { mixed: 5 }, ["b"]],
        ["a boolean, not a number", { mixed: true }, ["c"]],
        ["numbers only, by a range", { mixed: { gte: 0 } }, ["b"]],
        ["nothing, by a key that no point has", { absent: "x" }, []],
      ];

      const expressible = cases.filter(([, filter]) => booleanFilters || !namesBoolean(filter));
      it.each(expressible)("by %s", async (_, filter, expected) => {
        expect(await idsNear(0, { filter })).toEqual(expected);
      });

      it("before choosing the top_k", async () => {
        expect(await idsNear(0, { filter: { status: "done" }, topK: 1 })).toEqual(["c"]);
      });

      it("not by the text key", async () => {
        await expect(idsNear(0, { filter: { text: "x" } })).rejects.toThrow(InvalidInputError);
      });
    });

    it("keeps Unicode in ids, keys' values and filters", async () => {
      const id = "Größe/日本語 🚀%2F\"'";
      const metadata = {
        titel: "Ärger mit „Anführung“ 🧪",
        stadt: "Zürich",
        tags: ["naïve", "ﬁ"],
        text: "עברית\n\tquote\" \\ 'x'",
      };
      await store.upsert(collection, [point(id, at(0), metadata), point("other", at(1), { stadt: "Zurich" })]);

      const [match, ...rest] = await store.query(collection, {
        tenant: "acme",
        vector: Float32Array.from(at(0)),
        topK: 5,
        filter: { stadt: "Zürich" },
      });

      expect(match).toMatchObject({ id, metadata });
      expect(rest).toEqual([]);
      expect((await store.get(collection, { tenant: "acme", ids: [id] }))[0]?.metadata).toEqual(metadata);
    });

    it("stores long text beside short filterable metadata", async () => {
      const text = "ß".repeat(19_000);
      await store.upsert(collection, [point("long", at(0), { text, status: "open" })]);

      expect((await store.get(collection, { tenant: "acme", ids: ["long"] }))[0]?.metadata.text).toBe(text);
    });

    it.each([
      ["over 2 KB of filterable metadata", { note: "x".repeat(2_000) }],
      ["over 40 KB in all", { text: "x".repeat(41_000) }],
      ["the key of the tenant", { tenant_id: "globex" }],
      ["a key that stores read differently", { "a.b": 1 }],
      ["too many keys", Object.fromEntries(Array.from({ length: 46 }, (_, n) => [`k${n}`, 1]))],
      ["half a surrogate pair", { title: "\ud83d" }],
    ])("refuses metadata with %s", async (_, metadata) => {
      await expect(store.upsert(collection, [point("a", at(0), metadata)])).rejects.toThrow(InvalidInputError);
    });

    it("refuses a vector of another dimension, to write and to search", async () => {
      await expect(store.upsert(collection, [point("a", [1, 2, 3])])).rejects.toThrow(DimensionMismatchError);
      const query = { tenant: "acme", vector: Float32Array.from([1, 2, 3, 4, 5]), topK: 1 };
      await expect(store.query(collection, query)).rejects.toThrow(/5 dimensions.*has 4/);
    });

    it.each([
      ["zeros", [0, 0, 0, 0]],
      ["NaN", [1, Number.NaN, 0, 0]],
      ["infinity", [1, Number.POSITIVE_INFINITY, 0, 0]],
    ])("refuses a vector of %s", async (_, vector) => {
      await expect(store.upsert(collection, [point("a", vector)])).rejects.toThrow(InvalidInputError);
    });

    it.each([0, 1.5, 101])("refuses a top_k of %d", async (topK) => {
      await expect(idsNear(0, { topK })).rejects.toThrow(InvalidInputError);
    });

    it("makes a collection once and keeps its points when asked again", async () => {
      await store.upsert(collection, [point("a", at(0))]);

      await store.ensure(collection, spec);

      expect(await idsNear(0)).toEqual(["a"]);
      expect(await store.describe(collection)).toEqual(spec);
    });

    it("refuses to make a collection again with other dimensions", async () => {
      await expect(store.ensure(collection, { dimensions: 8, metric: "cosine" })).rejects.toThrow(
        DimensionMismatchError,
      );
    });

    it("says so when a collection does not exist", async () => {
      const missing = `${collection}-missing`;
      const query = { tenant: "acme", vector: Float32Array.from(at(0)), topK: 1 };

      expect(await store.describe(missing)).toBeUndefined();
      await expect(store.upsert(missing, [point("a", at(0))])).rejects.toThrow(CollectionNotFoundError);
      await expect(store.query(missing, query)).rejects.toThrow(CollectionNotFoundError);
      await expect(store.delete(missing, { tenant: "acme", ids: ["a"] })).rejects.toThrow(CollectionNotFoundError);
    });

    it("notices when a collection that it knew is gone", async () => {
      await store.upsert(collection, [point("a", at(0))]);
      const other = await open();
      await other.drop(collection);

      await expect(store.upsert(collection, [point("b", at(0))])).rejects.toThrow(CollectionNotFoundError);
      expect(await store.describe(collection)).toBeUndefined();
    });

    it("drops a collection with its points, and one that is not there", async () => {
      await store.upsert(collection, [point("a", at(0))]);

      await store.drop(collection);
      await store.drop(collection);
      await store.ensure(collection, spec);

      expect(await idsNear(0)).toEqual([]);
    });

    it("stops when its signal is aborted", async () => {
      const reason = new Error("time is up");
      const query = { tenant: "acme", vector: Float32Array.from(at(0)), topK: 1 };

      await expect(store.query(collection, query, AbortSignal.abort(reason))).rejects.toBe(reason);
    });
  });
}
