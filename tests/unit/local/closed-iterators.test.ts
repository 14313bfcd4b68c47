import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { closeIterators } from "../../../local/services/closed-iterators.ts";
import { eventually } from "../../helpers/eventually.ts";

const file = createRequire(import.meta.url).resolve("dynalite/db/index.js");
const original = readFileSync(file, "utf8");

interface Iterator {
  next(): Promise<unknown>;
}
interface Database {
  create(options: object): {
    readonly db: { values(...range: unknown[]): Iterator };
    getItemDb(name: string): {
      put(key: string, value: unknown, done: () => void): void;
      createValueStream(range: object): Readable;
    };
  };
}

function load(source: string): Database {
  const module = { exports: {} };
  new Function("module", "exports", "require", source)(module, module.exports, createRequire(file));
  return module.exports as Database;
}

/** Reads a table of three items, and gives the iterators with which the emulator did so. */
async function iteratorsOf(source: string, read: (stream: Readable) => Promise<unknown>): Promise<Iterator[]> {
  const store = load(source).create({});
  const items = store.getItemDb("table");
  for (const key of ["a", "b", "c"]) await new Promise<void>((done) => items.put(key, { key }, done));
  const made: Iterator[] = [];
  const values = store.db.values.bind(store.db);
  store.db.values = (...range) => {
    const iterator = values(...range);
    made.push(iterator);
    return iterator;
  };
  await read(items.createValueStream({}));
  expect(made).toHaveLength(1);
  return made;
}

const isClosed = (iterator: Iterator) =>
  iterator.next().then(
    () => false,
    (error: { code?: string }) => error.code === "LEVEL_ITERATOR_NOT_OPEN",
  );

/** A query with a limit stops reading. */
const readOne = (stream: Readable) =>
  new Promise((resolve) => stream.once("data", (item) => resolve(item)).once("data", () => stream.destroy()));

describe("the iterators of the emulator's database", () => {
  it.each([
    ["read to its end", (stream: Readable) => stream.toArray()],
    ["left early", readOne],
  ])("are closed when a query was %s, which they are not by dynalite itself", async (_, read) => {
    const [closed] = await iteratorsOf(closeIterators(original), read);
    await eventually("the iterator is closed", () => closed && isClosed(closed));

    const [left] = await iteratorsOf(original, read);
    expect(left && (await isClosed(left))).toBe(false);
  });

  it("are not touched in a version of dynalite that ends its streams in another way", () => {
    expect(() => closeIterators(original.replaceAll("iterator.return", "iterator.end"))).toThrow("another way");
  });
});
