/** Microseconds of this thread's processor time, the best of several runs: a busy machine does not count. */
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

/** Shorter runs drown in the clock's own steps. */
const LEAST_COST = 20_000;
const FACTOR = 4;

/**
 * How the cost of some work grows with its input: 1 is in line with it, 2 with its square.
 * @param make the work for a size, ready to be run
 * @param start size to begin with; it is doubled until the work takes long enough to be measured
 */
export function growth(make: (size: number) => () => void, start: number): number {
  let size = start;
  let small = cost(make(size));
  for (; small < LEAST_COST && size < start * 512; size *= 2) small = cost(make(size * 2));
  return Math.log(cost(make(size * FACTOR)) / Math.max(1, small)) / Math.log(FACTOR);
}
