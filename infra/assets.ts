/**
 * What functions need beside their code, because it is read at run time: the console's files, WebAssembly, language data.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fontAssets } from "../contracts/books/fonts.ts";
import { documentAssets, languageData, missingLanguage } from "../contracts/documents/assets.ts";
import { buildConsole, consoleSources } from "./console.ts";
import { buildPages, pageSources } from "./pages.ts";
import { locate, root } from "./source-files.ts";
import type { OutputFile } from "./sync-folder.ts";

/** The bundled assets of the functions. */
export interface FunctionAssets {
  /** Paths from the repository's root of what they are made of: when none changes, neither do they. */
  readonly sources: () => Promise<readonly string[]>;
  /** The files, by their path beside the function's `index.mjs`. */
  readonly files: () => Promise<readonly OutputFile[]>;
}

/** Files that are taken as they are. */
function copied(assets: readonly { readonly from: string; readonly to: string }[]): FunctionAssets {
  return {
    sources: async () => assets.map(({ from }) => locate(from)),
    files: () =>
      Promise.all(
        assets.map(async ({ from, to }) => ({ name: to, contents: await readFile(join(root, locate(from))) })),
      ),
  };
}

/** The fonts that books are set in. */
export const fontFiles: FunctionAssets = copied(fontAssets);

/** The files of the console, which the API serves. */
export const consoleAssets: FunctionAssets = {
  sources: consoleSources,
  files: async () => (await buildConsole()).map((file) => ({ ...file, name: `console/${file.name}` })),
};

/** The documentation in Markdown, which the API serves. */
export const pageAssets: FunctionAssets = { sources: pageSources, files: buildPages };

/** @throws Error that says what to install when a language's data is not there */
function languageAsset(language: string): { readonly from: string; readonly to: string } {
  const { from, to } = languageData(language);
  const found = from.map(locate).find((path) => existsSync(join(root, path)));
  if (found === undefined) throw new Error(missingLanguage(language));
  return { from: found, to };
}

/**
 * What reading documents needs: WebAssembly, and the data of some languages.
 * @param languages that recognition is to know, in Tesseract's codes
 * @throws Error that says what to install when a language's data is not there
 */
export const documentFiles = (languages: readonly string[]): FunctionAssets =>
  copied([...documentAssets, ...languages.map(languageAsset)]);
