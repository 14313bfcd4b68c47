/**
 * Names that are spelled in two ways: Beethoven, and once Beethofen.
 *
 * @module
 */

import type { ReadChapter, Spot } from "./spot.ts";

/** A word with a capital, behind another one or behind what a person is called. */
const SURNAME =
  /(?<![\p{L}\p{N}])(?:\p{Lu}\p{Ll}+|\p{Lu}\.|van|von|de|zu|der)(?:[ -]\p{Lu}\.)? (?:(?:van|von|de|der|zu|di|da|le|la) ){0,2}(\p{Lu}\p{Ll}{4,})(?![\p{L}\p{N}])/gu;
const WORD = /(?<![\p{L}\p{N}])\p{Lu}\p{Ll}{4,}(?![\p{L}\p{N}])/gu;
/** A name that comes so often is the right one. */
const LEAST_KNOWN = 3;
/** How many times more often than its variant. */
const MARGIN = 3;

interface Use {
  readonly chapter: number;
  readonly block: ReadChapter["blocks"][number];
  readonly index: number;
}

/** Looks for rare spellings that differ by one letter from a frequent surname. */
export function findNameVariants(chapters: readonly ReadChapter[]): Spot[] {
  const surnames = new Set<string>();
  const uses = new Map<string, Use[]>();
  for (const [chapter, { blocks }] of chapters.entries()) {
    for (const block of blocks) {
      if (block.kind === "code") continue;
      for (const [, name = ""] of block.text.matchAll(SURNAME)) surnames.add(name);
      for (const { 0: word, index } of block.text.matchAll(WORD)) {
        const list = uses.get(word) ?? [];
        list.push({ chapter, block, index });
        uses.set(word, list);
      }
    }
  }
  const known = [...surnames].filter((name) => (uses.get(name)?.length ?? 0) >= LEAST_KNOWN);
  return [...surnames].flatMap((variant) => {
    const own = uses.get(variant) ?? [];
    const right = known.find((name) => (uses.get(name)?.length ?? 0) >= MARGIN * own.length && isSlip(name, variant));
    if (right === undefined) return [];
    return own.map(({ chapter, block, index }): Spot => {
      const message = `"${variant}" is written "${right}" elsewhere (${uses.get(right)?.length}).`;
      return { code: "name_variant", message, chapter, block, index, length: variant.length };
    });
  });
}

/**
 * Whether two names differ by one letter: one instead of another, two that changed places, or one of a doubled pair. The first
 * and the last letter count as meant, for endings are grammar.
 */
export function isSlip(one: string, other: string): boolean {
  if (one === other || one[0] !== other[0] || one.at(-1) !== other.at(-1)) return false;
  if (one.length === other.length) {
    const differing = [...one].flatMap((char, index) => (char === other[index] ? [] : [index]));
    const [a = 0, b = 0] = differing;
    if (differing.length === 1) return true;
    return differing.length === 2 && b === a + 1 && one[a] === other[b] && one[b] === other[a];
  }
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  if (long.length !== short.length + 1) return false;
  const at = [...long].findIndex((char, index) => char !== short[index]);
  return long.slice(0, at) + long.slice(at + 1) === short && long[at] === long[at - 1];
}
