/**
 * For lists that are as long as a document makes them: the arguments of a call lie on the stack, which some 100,000 overflow.
 *
 * @module
 */

/** Adds all of a list to the end of another. */
export function append<Item>(list: Item[], items: Iterable<Item>): void {
  for (const item of items) list.push(item);
}

/** The largest of some numbers. @param least what it is where all are smaller, or there are none */
export function largest(numbers: Iterable<number>, least: number): number {
  let most = least;
  for (const number of numbers) if (number > most) most = number;
  return most;
}
