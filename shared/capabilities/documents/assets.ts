import { existsSync } from "node:fs";
import { join } from "node:path";
import { type DocumentAsset, documentAssets, languageData } from "../../../contracts/documents/assets.ts";

const root = join(import.meta.dirname, "../../..");
/** Bundled, all assets lie beside the code. */
const bundled = !import.meta.url.endsWith(".ts");

/** Where a file of contracts/documents/assets.ts is: beside the bundle, or in the repository when run from source. */
export function assetPath(name: DocumentAsset): string {
  if (bundled) return join(import.meta.dirname, name);
  const asset = documentAssets.find(({ to }) => to === name);
  if (!asset) throw new Error(`There is no asset ${name}.`);
  return join(root, asset.from);
}

/** Where Tesseract's data of a language is; undefined when it is not there. */
export function languagePath(language: string): string | undefined {
  const { from, to } = languageData(language);
  const paths = bundled ? [join(import.meta.dirname, to)] : from.map((path) => join(root, path));
  return paths.find((path) => existsSync(path));
}
