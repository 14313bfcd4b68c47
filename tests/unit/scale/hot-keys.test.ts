import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  boundOf,
  hotKeys,
  jobsWithin,
  limiterBytes,
  STATISTICS_SHARDS,
  unitsOfShard,
  unitsOfSmallJob,
} from "../../../bench/scale/hot-keys.ts";
import { itemBytes } from "../../../bench/scale/item-bytes.ts";
import {
  listPartitions,
  openPartitions,
  queuedPartitions,
  workPartitions,
} from "../../../shared/engine/table/addresses.ts";

const root = join(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const keyOf = (start: string) => {
  const found = hotKeys.find(({ key }) => key.startsWith(`\`${start}`));
  if (!found) throw new Error(`There is no key ${start}.`);
  return found;
};

describe("shards are those of the keys", () => {
  it("of the indexes", () => {
    expect(keyOf("P#").shards).toBe(listPartitions("team").length);
    expect(keyOf("Q#").shards).toBe(queuedPartitions("team", "summarize-low").length);
    expect(keyOf("O#").shards).toBe(openPartitions("team").length);
    expect(keyOf("RUN#").shards).toBe(workPartitions("RUN").length);
    expect(keyOf("WAIT#").shards).toBe(workPartitions("WAIT#low").length);
  });

  it("of the counts of runs", () => {
    const [, shards] = /^const SHARDS = (\d+);$/m.exec(read("shared/engine/monitoring/statistics.ts")) ?? [];
    expect(STATISTICS_SHARDS).toBe(Number(shards));
  });
});

it("a small job's units are those that were counted at the wire", () => {
  const { table, list, work } = unitsOfSmallJob;
  const [, units] = /^\| small task; .*?\| \d+ \| (\d+) \|/m.exec(read("docs/costs.md")) ?? [];
  expect(table + list + work).toBe(Number(units));
});

describe("bounds", () => {
  it("one project's submissions, a stage's jobs, and a table's", () => {
    expect(boundOf(keyOf("P#"))).toBe(4_000);
    expect(boundOf(keyOf("RUN#"))).toBe(8_000);
    expect(jobsWithin(4_000)).toBe(1_000);
  });

  it("at its bound, each shard of a key has the thousand units of a partition", () => {
    for (const key of hotKeys) {
      expect(unitsOfShard(key, (key.most ?? 1_000) / boundOf(key)), key.key).toBeCloseTo(1_000, 6);
    }
  });

  it("a limiter's item grows with its slots", () => {
    const ofSlot = (limiterBytes(200) - limiterBytes(100)) / 100;
    expect(ofSlot).toBeGreaterThan(100);
    expect(ofSlot).toBeLessThan(130);
  });

  it("are given with the lowest first", () => {
    const bounds = hotKeys.map(boundOf);
    expect(bounds).toEqual(bounds.toSorted((one, other) => one - other));
  });
});

it("bytes of items are counted as DynamoDB does", () => {
  // Names and values; a number has a byte for two digits and one more; a list and a map have three, and one for each element.
  expect(itemBytes({ ab: "cde" })).toBe(5);
  expect(itemBytes({ a: "ü" })).toBe(3);
  expect(itemBytes({ a: 1_234 })).toBe(4);
  expect(itemBytes({ a: 100 })).toBe(3);
  expect(itemBytes({ a: true, b: undefined })).toBe(2);
  expect(itemBytes({ a: [1, "b"] })).toBe(1 + 3 + 2 + 2 + 1);
  expect(itemBytes({ a: { b: "c" } })).toBe(1 + 3 + 1 + 2);
});
