import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { getLoadablePath } from "sqlite-vec";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sqliteDriver } from "../../../shared/capabilities/vectors/sqlite/driver.ts";
import { openStore } from "../../../shared/capabilities/vectors/store.ts";

// The embedded stack runs every function in a process of its own; all of them share one vector file.
const extension = getLoadablePath();
let directory: string;
let path: string;
let children: ChildProcess[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "vectors-"));
  path = join(directory, "vectors.db");
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  await rm(directory, { recursive: true, force: true });
});

const startWriter = (writer: number, batches: number): ChildProcess => {
  const script = join(import.meta.dirname, "../../helpers/sqlite-writer.ts");
  const child = spawn(process.execPath, [script, path, extension, String(writer), String(batches)]);
  children.push(child);
  return child;
};

async function outcome(child: ChildProcess): Promise<{ code: unknown; errors: string }> {
  const [errors, [code]] = await Promise.all([child.stderr ? text(child.stderr) : "", once(child, "exit")]);
  return { code, errors };
}

describe("SQLite's vector file", () => {
  it("is made, written, deleted from and searched by several processes at once", async () => {
    const writers = [0, 1, 2, 3].map((writer) => startWriter(writer, 12));

    const outcomes = await Promise.all(writers.map(outcome));

    expect(outcomes.map(({ code, errors }) => ({ code, errors }))).toEqual(Array(4).fill({ code: 0, errors: "" }));
    const store = openStore(await sqliteDriver({ path, extension }));
    let stored = 0;
    let cursor: string | undefined;
    do {
      const page = await store.list("shared", { limit: 1_000, cursor });
      stored += page.points.length;
      cursor = page.cursor;
    } while (cursor !== undefined);
    // 12 batches of 50 by 4 writers, each batch without its first point, and the common one.
    expect(stored).toBe(4 * 12 * 49 + 1);
  });

  it("stays whole when a writing process is killed", async () => {
    const writer = startWriter(0, 0);
    if (!writer.stdout) throw new Error("The writer has no output.");
    await once(writer.stdout, "data");
    writer.kill("SIGKILL");
    await once(writer, "exit");

    const store = openStore(await sqliteDriver({ path, extension }));
    const vector = Float32Array.from({ length: 384 }, () => 1);
    await store.upsert("shared", [{ tenant: "acme", id: "after", vector, metadata: {} }]);

    expect(await store.query("shared", { tenant: "acme", vector, topK: 1 })).toMatchObject([{ id: "after" }]);
    using database = new DatabaseSync(path, { readOnly: true });
    expect(database.prepare("pragma integrity_check").get()).toEqual({ integrity_check: "ok" });
  });

  it("waits for a lock without blocking its own process, and gives up when told to", async () => {
    const store = openStore(await sqliteDriver({ path, extension }));
    await store.ensure("shared", { dimensions: 4, metric: "cosine" });
    using other = new DatabaseSync(path);
    other.exec("begin immediate");
    const controller = new AbortController();
    const reason = new Error("time is up");
    const vector = Float32Array.of(1, 0, 0, 0);

    const write = store.upsert("shared", [{ tenant: "acme", id: "a", vector, metadata: {} }], controller.signal);
    // Timers run while the write waits.
    setTimeout(() => controller.abort(reason), 200);
    await expect(write).rejects.toBe(reason);

    const second = store.upsert("shared", [{ tenant: "acme", id: "a", vector, metadata: {} }]);
    setTimeout(() => other.exec("commit"), 100);
    await second;
    expect(await store.get("shared", { tenant: "acme", ids: ["a"] })).toHaveLength(1);
  });

  it("is refused with a clear error when the extension is none", async () => {
    const file = join(directory, "vec0.so");
    await writeFile(file, "not a library");

    await expect(sqliteDriver({ path, extension: file })).rejects.toMatchObject({
      name: "InvalidInputError",
      message: expect.stringContaining("SQLITE_VEC_EXTENSION"),
    });
  });
});
