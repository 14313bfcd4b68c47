import { z } from "zod";
import { parseSettings } from "../../../contracts/settings/parse-settings.ts";
import { embeddingSettings, vectorSettings } from "../../../contracts/settings/vectors.ts";
import type { Table } from "../../engine/table/table.ts";
import { Remembered } from "../../lib/remembered.ts";
import type { CollectionServices } from "./collections.ts";
import { tablePointers } from "./table-pointers.ts";

const settings = z.object({ ...embeddingSettings.shape, ...vectorSettings.shape });

/**
 * Opens collections when they are first needed, and once: embedders, vector stores and their clients are loaded then,
 * so that a process that never needs them does not start slower for it.
 */
export function lazyCollections(
  table: Table,
  env: Readonly<Record<string, string | undefined>>,
): () => Promise<CollectionServices> {
  const opened = new Remembered<CollectionServices>();
  const open = async () => {
    const { createCollections } = await import("./create-collections.ts");
    return await createCollections(parseSettings(settings, env), tablePointers(table));
  };
  // A failure is not remembered: a secret or a server may be there next time.
  return () => opened.get("collections", open);
}
