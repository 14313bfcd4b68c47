import { sqliteDriver } from "../../shared/capabilities/vectors/sqlite/driver.ts";
import { openStore } from "../../shared/capabilities/vectors/store.ts";

/**
 * A process that writes to a shared vector file, for sqlite-processes.test.ts.
 * Arguments: file, extension, this writer's number, batches (0: until it is killed).
 */
const [path = "", extension = "", writer = "0", batches = "0"] = process.argv.slice(2);
const store = openStore(await sqliteDriver({ path, extension }));
const vector = Float32Array.from({ length: 384 }, (_, position) => Math.sin(position + Number(writer)));

await store.ensure("shared", { dimensions: 384, metric: "cosine" });
for (let batch = 0; batches === "0" || batch < Number(batches); batch++) {
  const points = Array.from({ length: 50 }, (_, n) => ({
    tenant: "acme",
    id: `w${writer}-${batches === "0" ? n : batch * 50 + n}`,
    vector,
    metadata: { writer: Number(writer), batch },
  }));
  // One point that all writers replace.
  const common = { tenant: "acme", id: "common", vector, metadata: { writer: Number(writer), batch } };
  await store.upsert("shared", [...points, common]);
  await store.delete("shared", { tenant: "acme", ids: [`w${writer}-${batch * 50}`] });
  const [nearest] = await store.query("shared", { tenant: "acme", vector, topK: 1 });
  if (!nearest || nearest.score < 0.999) throw new Error(`Writer ${writer} does not find what it wrote.`);
  if (batch === 0) process.stdout.write("started\n");
}
