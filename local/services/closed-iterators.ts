/**
 * Lets dynalite close the iterators of its queries and scans. It asks them for `return`, which those of `abstract-level` do not
 * have: each stayed open for as long as the process ran, and kept a snapshot of the database that LevelDB could not clean up.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

const DATABASE = /\/dynalite\/db\/index\.js$/;

/** @throws Error when the source does not end its streams in the way that is known */
export function closeIterators(source: string): string {
  const ends = /if \(iterator\.return\) \{\s+iterator\.return\(\)/g;
  if (source.match(ends)?.length !== 2) throw new Error("This version of dynalite ends its streams in another way.");
  return source.replace(ends, "if (iterator.close) { iterator.close()");
}

/** Must run before dynalite is imported. */
export function closeIteratorsOfDynalite(): void {
  registerHooks({
    load(url, context, nextLoad) {
      if (!DATABASE.test(url)) return nextLoad(url, context);
      const source = closeIterators(readFileSync(fileURLToPath(url), "utf8"));
      return { format: "commonjs", shortCircuit: true, source };
    },
  });
}
