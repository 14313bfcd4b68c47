/**
 * Files that the build puts beside this function's bundle: the web console, and the documentation in Markdown.
 *
 * @module
 */

import { readdir, readFile } from "node:fs/promises";
import { extname, join, sep } from "node:path";

/** A file with its content type and caching. */
export interface StaticFile {
  readonly path: string;
  readonly contentType: string;
  /** True when the name holds a hash of the content, so that it can be cached for good. */
  readonly hashed: boolean;
  readonly read: () => Promise<Uint8Array>;
}

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};

/** Vite names them `<name>-<8 characters>.<extension>` and puts them into assets/. */
const HASHED = /^assets\/.+-[\w-]{8,}\.\w+$/;

/** @returns a lookup by path; only what the folder held at the start can be found, so no path leads out of it */
export function staticFiles(folder: string): (path: string) => Promise<StaticFile | undefined> {
  let files: Promise<Map<string, StaticFile>> | undefined;
  return async (path) => {
    files ??= listFiles(folder);
    return (await files).get(path);
  };
}

async function listFiles(folder: string): Promise<Map<string, StaticFile>> {
  const found = new Map<string, StaticFile>();
  // A stack without the files has no folder, and answers 404 for every path.
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  for (const entry of entries) {
    const contentType = contentTypes[extname(entry)];
    if (contentType === undefined) continue;
    const path = entry.replaceAll(sep, "/");
    found.set(path, { path, contentType, hashed: HASHED.test(path), read: () => readFile(join(folder, entry)) });
  }
  return found;
}
