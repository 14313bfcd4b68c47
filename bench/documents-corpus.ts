/**
 * Real documents to measure with: the folder that SLUICE_CORPUS names, with files of all formats below it.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";

export interface CorpusFile {
  /** Relative to the corpus, such as `pdf/report.pdf`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

const root = resolve(import.meta.dirname, "..");

/** @returns undefined when there is no corpus */
export function corpusFolder(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const folder = env.SLUICE_CORPUS ?? resolve(root, "../shared/corpus");
  return existsSync(folder) ? folder : undefined;
}

/** The project's own few documents, which stand in where there is no corpus. */
export const exampleFolder = join(root, "examples/documents");

const DOCUMENT = /\.(pdf|docx?|txt|png|jpe?g)$/i;

export async function readCorpus(folder: string): Promise<CorpusFile[]> {
  const names = await readdir(folder, { recursive: true });
  return Promise.all(
    names
      .filter((name) => DOCUMENT.test(basename(name)))
      .sort()
      .map(async (path) => ({ path, bytes: await readFile(join(folder, path)) })),
  );
}
