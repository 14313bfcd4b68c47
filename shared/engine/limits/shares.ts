/**
 * What each project may have of something that is not enough for all.
 *
 * @module
 */

/**
 * The share at which those who want less get all they want and the others get the same (max-min fairness).
 * @returns Infinity when there is enough for all
 */
export function fairShare(capacity: number, wanted: Iterable<number>): number {
  let left = capacity;
  const ascending = [...wanted].sort((one, other) => one - other);
  for (const [index, each] of ascending.entries()) {
    const level = left / (ascending.length - index);
    if (each > level) return Math.ceil(level);
    left -= each;
  }
  return Infinity;
}
