import { join } from "node:path";
import { type DocumentAsset, documentAssets } from "../../contracts/document-assets.ts";

/** Where a file of contracts/document-assets.ts lies: beside the bundle, or in the repository when run from source. */
export function assetPath(name: DocumentAsset): string {
  if (!import.meta.url.endsWith(".ts")) return join(import.meta.dirname, name);
  const asset = documentAssets.find(({ to }) => to === name);
  if (!asset) throw new Error(`There is no asset ${name}.`);
  return join(import.meta.dirname, "../..", asset.from);
}
