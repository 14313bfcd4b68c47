/**
 * Lets dynalite's expression parsers remember what they have parsed at a position. They were generated without that, so
 * they take exponential time in the depth of a condition's parentheses: 70 ms for the one that claims a job. This is
 * what the `cache` option of their generator would have done (PEG.js 0.10, packrat parsing: Ford, ICFP 2002).
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

const PARSERS = /\/dynalite\/db\/\w+Parser\.js$/;

const MEMO = `
  var peg$memory = new Map();
  function peg$memoized(rule, parse) {
    var key = peg$currPos * RULES + rule;
    var known = peg$memory.get(key);
    if (known) { peg$currPos = known.end; return known.result; }
    var result = parse();
    peg$memory.set(key, { end: peg$currPos, result: result });
    return result;
  }
`;

/** @throws Error when the source does not look like a generated parser */
export function memoizeRules(source: string): string {
  const start = "function peg$parse(input, options) {";
  const rule = /function peg\$parse([A-Z_]\w*)\(\) \{/g;
  if (!source.includes(start) || !rule.test(source)) throw new Error("This version of dynalite has other parsers.");
  let rules = 0;
  return source
    .replace(
      rule,
      (_whole, name: string) =>
        `function peg$parse${name}() { return peg$memoized(${rules++}, peg$rule${name}); }\n  function peg$rule${name}() {`,
    )
    .replace(start, () => start + MEMO.replace("RULES", String(rules)));
}

/** Must run before dynalite is imported. */
export function memoizeParsers(): void {
  registerHooks({
    load(url, context, nextLoad) {
      if (!PARSERS.test(url)) return nextLoad(url, context);
      return { format: "commonjs", shortCircuit: true, source: memoizeRules(readFileSync(fileURLToPath(url), "utf8")) };
    },
  });
}
