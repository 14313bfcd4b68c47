/**
 * S3 Vectors has no emulator, so what a template keeps there is kept in a file of this machine.
 *
 * @module
 */

import { getLoadablePath } from "sqlite-vec";

type Variables = Readonly<Record<string, string>>;

/** The sqlite-vec extension of this machine, or undefined where there is none. */
function findExtension(): string | undefined {
  try {
    return getLoadablePath();
  } catch {
    // The functions that need it say so.
    return undefined;
  }
}

/**
 * The settings of the vector store for a function of the template.
 * @param path the file that all functions share
 * @returns nothing to change for a function without a vector store, or with one that runs here too, such as Qdrant
 */
export function localVectors(variables: Variables, path: string): Variables {
  const store = variables.VECTOR_STORE;
  if (store !== "s3vectors" && store !== "sqlite") return {};
  const extension = variables.SQLITE_VEC_EXTENSION ?? findExtension();
  return {
    VECTOR_STORE: "sqlite",
    SQLITE_VECTORS_PATH: variables.SQLITE_VECTORS_PATH ?? path,
    ...(extension === undefined ? {} : { SQLITE_VEC_EXTENSION: extension }),
  };
}
