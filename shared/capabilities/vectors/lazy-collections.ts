import { parseSettings, settings } from "../../../contracts/settings/settings.ts";
import type { Table } from "../../engine/table/table.ts";
import type { CollectionServices } from "./collections.ts";
import { tablePointers } from "./table-pointers.ts";

/**
 * Opens collections when they are first needed, and once: embedders, vector stores and their clients are loaded then,
 * so that a process that never needs them does not start slower for it.
 */
export function lazyCollections(
  table: Table,
  env: Readonly<Record<string, string | undefined>>,
): () => Promise<CollectionServices> {
  let opened: Promise<CollectionServices> | undefined;
  const open = async () => {
    const { createCollections } = await import("./create-collections.ts");
    return await createCollections(parseSettings(settings, env), tablePointers(table));
  };
  return () => {
    // A failure is not remembered: a secret or a server may be there next time.
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}
