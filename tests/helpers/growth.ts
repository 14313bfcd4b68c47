/** Microseconds of this thread's processor time. */
function cost(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return Math.max(1, user + system);
}

/** Shorter runs drown in the clock's own steps. */
const LEAST_COST = 20_000;
const FACTOR = 4;
const LARGEST_DOUBLING = 512;
const ROUNDS = 3;
/** Where the first rounds leave a doubt: a collection of garbage or a busy twin of the core counts, but seldom always. */
const MOST_ROUNDS = 9;
const DOUBTFUL = 1.4;

/** The size from which on a run takes long enough to be measured, also the second one: the first compiles the code. */
function measurableSize(make: (size: number) => () => void, start: number): number {
  for (let size = start; size < start * LARGEST_DOUBLING; size *= 2) {
    const work = make(size);
    if (Math.min(cost(work), cost(work)) >= LEAST_COST) return size;
  }
  return start * LARGEST_DOUBLING;
}

/**
 * How the cost of some work grows with its input: 1 is in line with it, 2 with its square. Both sizes run in turn, so
 * that what slows the machine slows both, and the best run of each counts.
 * @param make the work for a size, ready to be run
 * @param start size to begin with; it is doubled until the work takes long enough to be measured
 */
export function growth(make: (size: number) => () => void, start: number): number {
  const size = measurableSize(make, start);
  const [small, large] = [make(size), make(size * FACTOR)];
  let [bestOfSmall, bestOfLarge] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let exponent = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS || (round < MOST_ROUNDS && exponent > DOUBTFUL); round++) {
    bestOfSmall = Math.min(bestOfSmall, cost(small));
    bestOfLarge = Math.min(bestOfLarge, cost(large));
    exponent = Math.log(bestOfLarge / bestOfSmall) / Math.log(FACTOR);
  }
  return exponent;
}
