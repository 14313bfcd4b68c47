/**
 * Files that reading documents needs beside the code: WebAssembly and language data. The bundle carries them next to
 * `index.mjs`; from source they are read where they lie.
 */
export const documentAssets = [
  { from: "node_modules/@hyzyla/pdfium/dist/pdfium.wasm", to: "pdfium.wasm" },
  { from: "node_modules/tesseract.js-core/tesseract-core-relaxedsimd-lstm.js", to: "tesseract-core.cjs" },
  { from: "node_modules/tesseract.js-core/tesseract-core-relaxedsimd-lstm.wasm", to: "tesseract-core.wasm" },
  { from: "shared/documents/ocr/languages/deu.traineddata.gz", to: "deu.traineddata.gz" },
  { from: "shared/documents/ocr/languages/eng.traineddata.gz", to: "eng.traineddata.gz" },
] as const;

/** File name of an asset beside the bundled function. */
export type DocumentAsset = (typeof documentAssets)[number]["to"];
