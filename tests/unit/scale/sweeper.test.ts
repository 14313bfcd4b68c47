import { describe, expect, it } from "vitest";
import { entryBytes, type OpenJobs, readDue, readFirst, sweepCost } from "../../../bench/scale/sweeper.ts";
import type { JobServices } from "../../../shared/engine/jobs/services.ts";
import { readWork } from "../../../shared/engine/monitoring/work-index.ts";
import { forEachDue } from "../../../shared/engine/sweeper/due.ts";
import { workPartitions } from "../../../shared/engine/table/addresses.ts";
import type { Item, Table } from "../../../shared/engine/table/table.ts";

const none: OpenJobs = {
  running: 0,
  waiting: [],
  delayed: { jobs: 0, overSeconds: 60 },
  expiring: { jobs: 0, minutes: 0 },
};

/** A table whose every shard has so many entries, answered as DynamoDB does: up to the limit, or to 1 MB. */
function tableOf(entries: number, bytes: number) {
  const counts = { queries: 0, entries: 0 };
  const entry = {
    pk: "J#5e03a1f2-8c7b-4d21-9d6a-1f0e2c3b4a59",
    work_at: 1,
    task_name: "summarize",
    project_id: "team",
    queue: "summarize",
    lane: "low",
    status: "PENDING",
    created_at: 1,
  };
  const table = {
    async *pages({ pageSize = Infinity }: { pageSize?: number }): AsyncGenerator<Item[]> {
      let left = entries;
      for (;;) {
        const limit = Math.min(pageSize, Math.floor(1_048_576 / bytes));
        const size = Math.min(left, limit);
        left -= size;
        counts.queries += 1;
        counts.entries += size;
        yield Array<Item>(size).fill(entry);
        // A page that is as long as its limit says that there is more, also where there is not.
        if (size < limit) return;
      }
    },
  };
  return { counts, table: table as unknown as Table };
}

describe("the model asks as the readers do", () => {
  it.each([
    [0, 181],
    [99, 181],
    [3_000, 181],
    [5_009, 181],
    [62_500, 181],
    [3_000, 600],
    [62_500, 600],
  ])("for jobs that wait: %i of a shard, of %i bytes", async (entries, bytes) => {
    const { counts, table } = tableOf(entries, bytes);
    await readWork({ store: { table } } as unknown as JobServices, "WAIT#low");
    expect(readFirst(entries * 16, bytes)).toMatchObject(counts);
  });

  it.each([0, 1, 99, 100, 101, 250])("for what is due: %i of a shard", async (entries) => {
    const { counts, table } = tableOf(entries, 176);
    for (const partition of workPartitions("DUE")) {
      await forEachDue(table, { partition, until: 1, hasTime: () => true }, async () => {});
    }
    expect(readDue(entries * 16, 176)).toMatchObject(counts);
  });
});

describe("a sweep", () => {
  it("of a stage without open jobs is one call of half a unit, as docs/costs.md says", () => {
    expect(sweepCost(none)).toMatchObject({ queries: 1, readUnits: 0.5, writeUnits: 0, records: 0 });
  });

  it("costs the same however long a backlog is beyond 80,000 of a kind of lane", () => {
    const of = (jobs: number) => sweepCost({ ...none, waiting: [jobs] });
    expect(of(1_000_000)).toEqual(of(100_000));
    expect(of(1_000_000).readUnits).toBeGreaterThan(of(40_000).readUnits);
  });

  it("reads a page's bytes in units of 4 KB, half of one each", () => {
    const { readUnits } = readFirst(16 * 1_000, entryBytes.waiting);
    expect(readUnits).toBe((16 * Math.ceil((1_000 * entryBytes.waiting) / 4_096)) / 2);
  });

  it("reads records of what is due within 75 s, and sends what the sweep before did not", () => {
    const day = sweepCost({ ...none, delayed: { jobs: 86_400, overSeconds: 86_400 } });
    expect(day).toMatchObject({ records: 75, sends: 60, writeUnits: 60 });
  });

  it.each([
    [10, 1_600],
    [60, 267],
    [600, 107],
  ])("reads and writes those of the jobs that may expire whose check is due, after %i minutes", (minutes, records) => {
    expect(sweepCost({ ...none, expiring: { jobs: 1_600, minutes } })).toMatchObject({
      records,
      writeUnits: 3 * records,
    });
  });
});
