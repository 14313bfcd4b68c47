import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getLoadablePath } from "sqlite-vec";
import { afterAll, beforeAll } from "vitest";
import { sqliteDriver } from "../../../shared/capabilities/vectors/sqlite/driver.ts";
import { openStore } from "../../../shared/capabilities/vectors/store.ts";
import { describeVectorStore } from "../../helpers/vector-store-conformance.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "vectors-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describeVectorStore("SQLite", async () =>
  openStore(await sqliteDriver({ path: join(directory, "vectors.db"), extension: getLoadablePath() })),
);
