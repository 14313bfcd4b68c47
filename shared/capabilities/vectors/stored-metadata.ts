import { z } from "zod";
import { VectorStoreError } from "../../../contracts/errors.ts";
import type { VectorMetadata } from "../../../contracts/projects/vector-search.ts";

/**
 * Metadata as it comes back from a store. Looser than what may be written, so that a later, stricter rule never makes
 * stored points unreadable.
 */
const storedMetadataSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]));

/** @throws VectorStoreError when someone else has written something else there */
export function parseStoredMetadata(metadata: unknown, id: string): VectorMetadata {
  const parsed = storedMetadataSchema.safeParse(metadata);
  if (parsed.success) return parsed.data;
  throw new VectorStoreError(`The stored metadata of ${id} is not what was written there.`, { cause: parsed.error });
}
