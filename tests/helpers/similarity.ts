/**
 * How alike two texts are. Both measures take every run of white space for one space.
 *
 * @module
 */

const oneSpaced = (text: string): string => text.replace(/\s+/g, " ").trim();

/** Share of the characters of a text that recognition got wrong (Levenshtein distance by the text's length). */
export function errorRate(truth: string, recognized: string): number {
  const [a, b] = [oneSpaced(truth), oneSpaced(recognized)];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return (row[b.length] ?? 0) / a.length;
}

/** Marks that say how text is shown and are not part of it. */
const DIRECTION_MARKS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Share of the runs of three characters that two texts have in common (Dice coefficient): where a paragraph is
 * hardly matters, the order of its letters does. Compatible characters count as the same (NFKC).
 */
export function similarity(a: string, b: string): number {
  const [first, second] = [trigrams(a), trigrams(b)];
  let common = 0;
  for (const [trigram, count] of first) common += Math.min(count, second.get(trigram) ?? 0);
  const all = total(first) + total(second);
  return all === 0 ? 1 : (2 * common) / all;
}

function trigrams(text: string): Map<string, number> {
  const letters = text.replace(DIRECTION_MARKS, "").normalize("NFKC").replace(/\s+/g, "");
  const found = new Map<string, number>();
  for (let index = 0; index + 3 <= letters.length; index++) {
    const trigram = letters.slice(index, index + 3);
    found.set(trigram, (found.get(trigram) ?? 0) + 1);
  }
  return found;
}

const total = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0);
