/**
 * Moves a collection to another model. The progress is kept in the pointer, so that any later run continues from there.
 *
 * @module
 */

import type { InputOf, OutputOf } from "../../../contracts/define-task.ts";
import type { reindexEmbeddings } from "../../../contracts/tasks/reindex-embeddings.ts";
import type { TaskContext } from "../../engine/worker/context.ts";
import type { CollectionServices } from "../vectors/collections.ts";
import { abandonMigration, dropRetired, migrate } from "../vectors/migration.ts";
import { type IndexModel, type IndexReference, sameModel } from "../vectors/pointers.ts";

type Reindexed = OutputOf<typeof reindexEmbeddings>;

/**
 * Moves a collection, from wherever the last run ended.
 * @throws MigrationIncompleteError when the new model refuses texts that may not be left behind
 * @throws InvalidInputError when a migration to yet another model is under way
 * @throws the signal's reason at the soft time limit: the next attempt continues
 */
export async function reindex(
  services: CollectionServices,
  { collection, skip_failed, abandon, ...wanted }: InputOf<typeof reindexEmbeddings>,
  { signal, progress }: Pick<TaskContext, "signal" | "progress">,
): Promise<Reindexed> {
  const started = performance.now();
  const finish = (
    status: Reindexed["status"],
    { from, to }: { readonly from: IndexReference | null; readonly to: IndexReference | null },
    counts = { copied: 0, failed: 0 },
  ): Reindexed => ({
    status,
    collection,
    from: from && describe(from),
    to: to && describe(to),
    ...counts,
    duration_ms: Math.round(performance.now() - started),
  });
  const pointer = await services.pointers.get(collection);
  if (!pointer) return finish("unchanged", { from: null, to: null });
  if (abandon) {
    await abandonMigration(services, collection, signal);
    return finish("abandoned", { from: pointer.active, to: pointer.migration?.target ?? null });
  }
  const target: IndexModel = {
    ...services.model,
    model: wanted.model ?? services.model.model,
    dimensions: wanted.dimensions ?? services.model.dimensions,
  };
  if (!pointer.migration && sameModel(pointer.active, target)) {
    // The last run may have ended between switching and dropping.
    await dropRetired(services, pointer, signal);
    return finish("unchanged", { from: pointer.active, to: pointer.active });
  }
  // A model that is not there, or gives vectors of another length, shows before an index is made for it.
  await (await services.embedderFor(target)).embed(["probe"], signal);
  const { from, to, copied, failed } = await migrate(
    services,
    { collection, model: target },
    {
      signal,
      skipFailed: skip_failed,
      onProgress: (count) => progress(count, null, "vectors"),
    },
  );
  return finish("migrated", { from, to }, { copied, failed });
}

const describe = ({ name, backend, model, dimensions }: IndexReference): NonNullable<Reindexed["from"]> => ({
  index: name,
  backend,
  model,
  dimensions,
});
