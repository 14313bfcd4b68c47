/** Times of the best of several runs in processor time, so that a busy machine does not count. */
function cost(work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3; run++) {
    const before = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(before);
    best = Math.min(best, user + system);
  }
  return best;
}

/**
 * How the cost of some work grows with its input: 1 is in line with it, 2 with its square.
 * @param make the work for a size, ready to be run
 * @param size of the smaller input; the larger one has eight times as much
 */
export function growth(make: (size: number) => () => void, size: number): number {
  const [small, large] = [make(size), make(size * 8)];
  // Compiled before it is measured.
  small();
  return Math.log(cost(large) / Math.max(1, cost(small))) / Math.log(8);
}
