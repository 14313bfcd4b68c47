import { type FSWatcher, watch } from "node:fs";
import { fileURLToPath } from "node:url";

/** Folders whose files end up in the template or in a function. */
const folders = ["contracts", "functions", "shared", "infra", "console"] as const;

/** An editor saves several files, and one file in several steps. */
const SETTLE_MS = 150;

/**
 * Calls `changed` after each change of the sources, never twice at a time.
 * @param changed gets a file's path from the repository's root
 * @returns ends it
 */
export function watchSources(changed: (file: string) => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let busy = Promise.resolve();
  const watchers = folders.map((folder): FSWatcher => {
    const path = fileURLToPath(new URL(`../${folder}`, import.meta.url));
    return watch(path, { recursive: true }, (_event, file) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        busy = busy.then(() => changed(`${folder}/${file ?? ""}`));
      }, SETTLE_MS);
    });
  });
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
