/** Jobs that an operation works on side by side. */
const AT_ONCE = 20;

/** Does something for every item, a group at a time, and gives the results in order. */
export async function inGroups<T, R>(items: readonly T[], act: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE) {
    const group = items.slice(start, start + AT_ONCE);
    results.push(...(await Promise.all(group.map((item, index) => act(item, start + index)))));
  }
  return results;
}
