/** Jobs that an operation works on side by side, when nothing else is said. */
const AT_ONCE = 20;

/** Does something for every item, a group at a time, and gives the results in order. */
export async function inGroups<T, R>(
  items: readonly T[],
  act: (item: T, index: number) => Promise<R>,
  atOnce = AT_ONCE,
): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += atOnce) {
    const group = items.slice(start, start + atOnce);
    results.push(...(await Promise.all(group.map((item, index) => act(item, start + index)))));
  }
  return results;
}
