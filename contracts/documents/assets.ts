/**
 * Files that reading documents needs beside the code: WebAssembly and language data. The bundle carries them next to
 * `index.mjs`; from source they are read where they lie. Paths are from the repository's root.
 */
export const documentAssets = [
  { from: "node_modules/@hyzyla/pdfium/dist/pdfium.wasm", to: "pdfium.wasm" },
  { from: "node_modules/tesseract.js-core/tesseract-core-relaxedsimd-lstm.js", to: "tesseract-core.cjs" },
  { from: "node_modules/tesseract.js-core/tesseract-core-relaxedsimd-lstm.wasm", to: "tesseract-core.wasm" },
] as const;

/** File name of an asset beside the bundled function. */
export type DocumentAsset = (typeof documentAssets)[number]["to"];

/** Where Tesseract's data of a language may be. */
export interface LanguageData {
  /** The first that exists counts: a file of the repository, then that of the npm package. */
  readonly from: readonly string[];
  /** File name beside the bundled function. */
  readonly to: string;
  readonly package: string;
}

/** @param language Tesseract's code, such as `fra` */
export function languageData(language: string): LanguageData {
  const file = `${language}.traineddata.gz`;
  const name = `@tesseract.js-data/${language}`;
  return {
    // The package's other folder holds a model three to nine times the size, for the engine of Tesseract 3 too.
    from: [`shared/capabilities/documents/ocr/languages/${file}`, `node_modules/${name}/4.0.0_best_int/${file}`],
    to: file,
    package: name,
  };
}

/** What to say when no file of a language is there. */
export const missingLanguage = (language: string): string =>
  `OCR_LANGUAGES names ${language}, whose recognition data is not installed: npm install --save-exact ${languageData(language).package}`;
