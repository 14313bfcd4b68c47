/**
 * Moves a collection to another model or dimension while it is in use:
 *
 * 1. start: a new index is made, and the pointer names it as target. From here every write goes to both.
 * 2. backfill: the old index is read by pages, texts are embedded again and written to the target. The cursor is in
 *    the pointer, so that another worker continues where this one ended.
 * 3. switch: one compare-and-set makes the target the active index. Searches use it from then on.
 * 4. drop: the old index goes.
 *
 * Every step may be repeated. Any of them can be left to the next run.
 *
 * @module
 */

import { FinalError, InvalidInputError, VectorStoreError } from "../../../contracts/errors.ts";
import { type CollectionServices, openCollection } from "./collections.ts";
import { copyPage } from "./copy-page.ts";
import {
  type CollectionPointer,
  type IndexModel,
  type IndexReference,
  indexName,
  type Migrating,
  type Migration,
  sameModel,
} from "./pointers.ts";

/** How a collection is moved to another index. */
export interface MigrationOptions {
  readonly signal: AbortSignal;
  /** Points a page. */
  readonly pageSize?: number;
  /** Switch although some points cannot be embedded by the new model; they leave the collection. */
  readonly skipFailed?: boolean;
  readonly onProgress?: (copied: number) => void;
}

/** How far a migration came. */
export interface MigrationResult {
  readonly collection: string;
  readonly from: IndexReference;
  readonly to: IndexReference;
  readonly copied: number;
  readonly failed: number;
}

/** The new model refuses some points; the message names them. The old index stays in use. */
export class MigrationIncompleteError extends FinalError {}

const DEFAULT_PAGE_SIZE = 200;
/** Failures that the pointer remembers. */
const MAX_REMEMBERED = 20;

const isMigrating = (pointer: CollectionPointer): pointer is Migrating => pointer.migration !== null;

/** Stores a changed pointer. @throws VectorStoreError when another worker was faster: the next attempt sees its work */
async function change(
  services: CollectionServices,
  pointer: CollectionPointer,
  fields: Partial<CollectionPointer>,
): Promise<CollectionPointer> {
  const next = { ...pointer, ...fields, version: pointer.version + 1 };
  if (await services.pointers.compareAndSet(pointer.version, next)) return next;
  throw new VectorStoreError(`Another worker changed the collection ${pointer.collection} at the same time.`);
}

/** The model that a collection is to have. */
interface WantedModel {
  readonly collection: string;
  readonly model: IndexModel;
}

/**
 * Step 1. Continues a migration to the same model that is under way.
 * @throws InvalidInputError when another migration is under way, or the collection has this model already
 */
export async function startMigration(
  services: CollectionServices,
  { collection, model }: WantedModel,
  signal?: AbortSignal,
): Promise<Migrating> {
  const pointer = await dropRetired(services, await openCollection(services, collection, signal), signal);
  if (isMigrating(pointer)) {
    if (sameModel(pointer.migration.target, model)) return pointer;
    throw new InvalidInputError(
      `Collection ${collection} is being migrated to ${pointer.migration.target.name}. Finish or abandon that first.`,
    );
  }
  if (sameModel(pointer.active, model)) {
    throw new InvalidInputError(
      `Collection ${collection} already holds vectors of ${model.model}, ${model.dimensions}.`,
    );
  }
  const generation = pointer.generation + 1;
  const target = { ...model, name: indexName(services.prefix, { collection, generation }, model) };
  await services.store.ensure(target.name, { dimensions: target.dimensions, metric: "cosine" }, signal);
  const migration = { target, cursor: null, backfilled: false, copied: 0, failed: [] };
  return { ...(await change(services, pointer, { generation, migration })), migration };
}

/** Step 2. @throws the signal's reason when it is aborted; what was copied stays */
export async function backfill(
  services: CollectionServices,
  started: Migrating,
  { signal, pageSize = DEFAULT_PAGE_SIZE, onProgress }: MigrationOptions,
): Promise<Migrating> {
  let pointer = started;
  while (!pointer.migration.backfilled) {
    signal.throwIfAborted();
    const { migration, active } = pointer;
    const page = await services.store.list(
      active.name,
      { limit: pageSize, cursor: migration.cursor ?? undefined },
      signal,
    );
    const failed = await copyPage({ services, signal }, pointer, page.points);
    const next: Migration = {
      ...migration,
      cursor: page.cursor ?? null,
      backfilled: page.cursor === undefined,
      copied: migration.copied + page.points.length - failed.length,
      failed: [...migration.failed, ...failed].slice(0, MAX_REMEMBERED),
    };
    pointer = { ...(await change(services, pointer, { migration: next })), migration: next };
    onProgress?.(next.copied);
  }
  return pointer;
}

/**
 * Step 3.
 * @throws MigrationIncompleteError when points failed and may not be skipped; the next run begins the backfill again
 */
async function switchOver(
  services: CollectionServices,
  pointer: Migrating,
  { skipFailed = false }: Pick<MigrationOptions, "skipFailed">,
): Promise<CollectionPointer> {
  const { migration } = pointer;
  if (!migration.backfilled) throw new InvalidInputError(`The backfill of ${migration.target.name} is not complete.`);
  const [first] = migration.failed;
  if (first && !skipFailed) {
    const again = { ...migration, cursor: null, backfilled: false, copied: 0, failed: [] };
    await change(services, pointer, { migration: again });
    throw new MigrationIncompleteError(
      `${migration.failed.length} points or more cannot be embedded by ${migration.target.model}, such as ${first.id}: ${first.message}`,
    );
  }
  return await change(services, pointer, { active: migration.target, retired: pointer.active, migration: null });
}

/** Step 4; nothing to do without a retired index. */
export async function dropRetired(
  services: CollectionServices,
  pointer: CollectionPointer,
  signal?: AbortSignal,
): Promise<CollectionPointer> {
  if (!pointer.retired) return pointer;
  await services.store.drop(pointer.retired.name, signal);
  return await change(services, pointer, { retired: null });
}

/** All steps, from wherever the last run ended. */
export async function migrate(
  services: CollectionServices,
  wanted: WantedModel,
  options: MigrationOptions,
): Promise<MigrationResult> {
  const { collection } = wanted;
  const started = await startMigration(services, wanted, options.signal);
  const filled = await backfill(services, started, options);
  const switched = await switchOver(services, filled, options);
  await dropRetired(services, switched, options.signal);
  const { copied, failed, target } = filled.migration;
  return { collection, from: started.active, to: target, copied, failed: failed.length };
}

/** Ends a migration and drops what it has copied; the active index was never touched. */
export async function abandonMigration(
  services: CollectionServices,
  collection: string,
  signal?: AbortSignal,
): Promise<void> {
  const pointer = await services.pointers.get(collection);
  if (!pointer || !isMigrating(pointer)) return;
  const { target } = pointer.migration;
  await dropRetired(services, await change(services, pointer, { migration: null, retired: target }), signal);
}
