import { existsSync, type FSWatcher, readdirSync, watch } from "node:fs";
import { join, relative, resolve } from "node:path";

/** Folders whose files end up in the template or in a function. */
const folders = ["contracts", "functions", "shared", "infra", "console"] as const;

const root = resolve(import.meta.dirname, "..");

/** Folders of an application that hold no sources: what tools install, build and keep. */
const NO_SOURCES = /^(\..*|node_modules|dist|cdk\.out|coverage)$/;

/** An editor saves several files, and one file in several steps. */
const SETTLE_MS = 150;

/**
 * Calls `changed` after each change below the folders, never twice at a time. Each folder is watched by itself: Node's
 * recursive watch on Linux loses a file once an editor has replaced it.
 * @param changed gets a file's path from the root
 * @returns ends it
 */
export function watchFolders(
  base: string,
  names: readonly string[],
  changed: (file: string) => Promise<void>,
): () => void {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let busy = Promise.resolve();
  let queued = false;

  const notice = (path: string) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      for (const name of names) addTree(join(base, name));
      if (queued) return;
      queued = true;
      busy = busy.then(async () => {
        queued = false;
        await changed(relative(base, path));
      });
    }, SETTLE_MS);
  };
  const addTree = (folder: string) => {
    if (!existsSync(folder)) return;
    if (!watchers.has(folder)) {
      const watcher = watch(folder, (_event, file) => notice(join(folder, file ?? "")));
      // A folder that is removed ends its watch.
      const end = () => {
        watcher.close();
        watchers.delete(folder);
      };
      watcher.on("error", end);
      watchers.set(folder, watcher);
    }
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory() && !NO_SOURCES.test(entry.name)) addTree(join(folder, entry.name));
    }
  };

  for (const name of names) addTree(join(base, name));
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers.values()) watcher.close();
  };
}

/** Calls `changed` after each change of the sources. @returns ends it */
export const watchSources = (changed: (file: string) => Promise<void>): (() => void) =>
  watchFolders(root, folders, changed);

/** Calls `changed` after each change below the folders of an application. @returns ends it */
export function watchApp(folder: string, changed: (file: string) => Promise<void>): () => void {
  const entries = readdirSync(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory() && !NO_SOURCES.test(entry.name)).map(({ name }) => name);
  return watchFolders(folder, names, changed);
}
