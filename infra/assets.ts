/** Files that a function needs beside its code, because they are read at run time: WebAssembly, language data. */

export interface FunctionAsset {
  /** Path from the repository's root. */
  readonly from: string;
  /** File name beside the function's `index.mjs`. */
  readonly to: string;
}

/** By function name. */
export const functionAssets: Readonly<Record<string, readonly FunctionAsset[]>> = {};
