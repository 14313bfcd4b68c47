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

function measure(make: (size: number) => () => void, start: number): number {
  let size = start;
  let small = cost(make(size));
  for (; small < LEAST_COST && size < start * 512; size *= 2) small = cost(make(size * 2));
  return Math.log(cost(make(size * FACTOR)) / Math.max(1, small)) / Math.log(FACTOR);
}

/** Measured again at the most so often: a collection of garbage counts as work, but seldom three times in a row. */
const MEASUREMENTS = 3;
const DOUBTFUL = 1.4;

/**
 * How the cost of some work grows with its input: 1 is in line with it, 2 with its square. The lowest of a few
 * measurements where the first one is doubtful: what really grows with the square does so each time.
 * @param make the work for a size, ready to be run
 * @param start size to begin with; it is doubled until the work takes long enough to be measured
 */
export function growth(make: (size: number) => () => void, start: number): number {
  let lowest = measure(make, start);
  for (let time = 1; time < MEASUREMENTS && lowest > DOUBTFUL; time++) lowest = Math.min(lowest, measure(make, start));
  return lowest;
}
