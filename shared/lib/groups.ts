/** Jobs that an operation works on side by side by default. */
const AT_ONCE = 20;

/**
 * Does something for every item, a group at a time, and gives the results in order.
 * @throws the first error of a group, once all of the group has ended: a function that has answered is frozen, and what
 * it still had under way with it
 */
export async function inGroups<T, R>(
  items: readonly T[],
  act: (item: T, index: number) => Promise<R>,
  atOnce = AT_ONCE,
): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += atOnce) {
    const group = items.slice(start, start + atOnce);
    const settled = await Promise.allSettled(group.map((item, index) => act(item, start + index)));
    for (const each of settled) {
      if (each.status === "rejected") throw each.reason;
      results.push(each.value);
    }
  }
  return results;
}
