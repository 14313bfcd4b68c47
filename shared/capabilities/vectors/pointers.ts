/**
 * A collection ("projects", "documents") is an alias: a pointer says which index holds it, made by which model. All
 * that is known of a migration is in the pointer too, so that it survives the worker that runs it.
 *
 * @module
 */

import { z } from "zod";
import { InvalidInputError } from "../../../contracts/errors.ts";
import { embeddingBackends } from "../../../contracts/settings/vectors.ts";

/** An index and what made its vectors. Enough to embed for it again, whatever the settings say by then. */
export const indexReferenceSchema = z.object({
  name: z.string(),
  backend: z.enum(embeddingBackends),
  model: z.string(),
  dimensions: z.int().positive(),
  server_url: z.string().nullable(),
});

/** Which index a collection reads and writes. */
export const collectionPointerSchema = z.object({
  collection: z.string(),
  /** Grows with every change; a change names the version that it saw. */
  version: z.int().positive(),
  /** Counts the indexes that this collection has had, so that no name is used twice. */
  generation: z.int().positive(),
  /** Searched and written. */
  active: indexReferenceSchema,
  /** Being filled, and written after the active one. */
  migration: z
    .object({
      target: indexReferenceSchema,
      /** Where the backfill continues; null at its start. */
      cursor: z.string().nullable(),
      backfilled: z.boolean(),
      copied: z.int().min(0),
      /** Points that the target's model refused: the first of them, for the report. */
      failed: z.array(z.object({ tenant_id: z.string(), id: z.string(), message: z.string() })),
    })
    .nullable(),
  /** No longer read or written; to be dropped. */
  retired: indexReferenceSchema.nullable(),
});

/** An index and the model that its vectors came from. */
export type IndexReference = z.infer<typeof indexReferenceSchema>;
/** Which index a collection reads and writes. */
export type CollectionPointer = z.infer<typeof collectionPointerSchema>;
/** A migration that is under way. */
export type Migration = NonNullable<CollectionPointer["migration"]>;
/** A pointer whose collection is being moved. */
export type Migrating = CollectionPointer & { readonly migration: Migration };

/** Where pointers are kept. Both must be strongly consistent: a read sees every change that was answered before it. */
export interface CollectionPointers {
  get(collection: string): Promise<CollectionPointer | undefined>;
  /**
   * Stores `next` if the stored version is still `seen`; undefined when there must be none yet.
   * @returns whether it was stored
   */
  compareAndSet(seen: number | undefined, next: CollectionPointer): Promise<boolean>;
}

/** What an index is made by, before it has a name. */
export type IndexModel = Omit<IndexReference, "name">;

/** Whether two models make vectors that can be compared. */
export const sameModel = (a: IndexModel, b: IndexModel): boolean =>
  a.backend === b.backend && a.model === b.model && a.dimensions === b.dimensions && a.server_url === b.server_url;

const COLLECTION = /^[a-z][a-z0-9-]{0,15}$/;
const MAX_NAME = 63;

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");

/**
 * `<prefix>-projects-hash-v1-384-v2`: says what is inside, and is a valid name in every store.
 * @throws InvalidInputError when the collection's name does not fit
 */
export function indexName(
  prefix: string,
  { collection, generation }: Pick<CollectionPointer, "collection" | "generation">,
  model: IndexModel,
): string {
  if (!COLLECTION.test(collection)) throw new InvalidInputError(`"${collection}" is not a collection's name.`);
  const start = `${prefix}-${collection}-`;
  const end = `-${model.dimensions}-v${generation}`;
  const middle =
    slug(model.model)
      .slice(0, MAX_NAME - start.length - end.length)
      .replace(/-+$/, "") || "model";
  return start + middle + end;
}
