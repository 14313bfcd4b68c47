/**
 * The name that was probably meant, for "did you mean".
 * @param known the names there are
 * @returns undefined when none is near: more than a third of its letters would have to change
 */
export function closestName(given: string, known: Iterable<string>): string | undefined {
  const wanted = given.toLowerCase().replaceAll("-", "_");
  // Longer than any name: not worth the comparison, which takes the product of both lengths.
  if (wanted.length > 64) return undefined;
  let closest: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const edits = editsBetween(wanted, name);
    if (edits < fewest && edits <= Math.max(1, Math.floor(name.length / 3))) {
      fewest = edits;
      closest = name;
    }
  }
  return closest;
}

/** Letters to add, remove, replace or swap with their neighbour (Damerau and Levenshtein, optimal string alignment). */
function editsBetween(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const now = [row];
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1];
      const swapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      now[column] = Math.min(
        (last[column] ?? 0) + 1,
        (now[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = last;
    last = now;
  }
  return last[other.length] ?? 0;
}
