/**
 * A queue and its consumers, second by second: pure, and without chance. Messages are taken in the order in which they came;
 * amounts may be fractions.
 *
 * @module
 */

import type { Arrivals } from "./arrivals.ts";
import { functionScaling, MESSAGES_IN_FLIGHT, polling } from "./published.ts";

/** How the invocations at once of an event source mapping grow. */
export interface Ramp {
  /** Allowed from the first second on. */
  readonly start: number;
  /** Added each minute while messages wait. AWS does not publish how they become fewer: the model takes the same rate. */
  readonly perMinute: number;
  readonly most: number;
  /** Receives a second for each invocation that may be at once. @default not bounded: AWS publishes none for standard mode */
  readonly pollsPerInvocation?: number;
}

/** Standard mode. @param maximum MaximumConcurrency, which is what `WORKER_CONCURRENCY` sets */
export function standardMode(maximum: number = polling.standard.most): Ramp {
  const { start, perMinute, most } = polling.standard;
  return { start: Math.min(start, maximum), perMinute, most: Math.min(maximum, most) };
}

/** Provisioned mode. @param pollers the least and the most of them */
export function provisionedMode({ minimum, maximum }: { readonly minimum: number; readonly maximum: number }): Ramp {
  const { invocationsPerPoller, perMinute, most, pollsPerSecond } = polling.provisioned;
  return {
    start: minimum * invocationsPerPoller,
    perMinute,
    most: Math.min(maximum * invocationsPerPoller, most),
    pollsPerInvocation: pollsPerSecond / invocationsPerPoller,
  };
}

/** What is simulated. */
export interface Simulation {
  readonly arrivals: Arrivals;
  /** How long. */
  readonly seconds: number;
  /** How long an invocation takes: its messages run side by side. From a second on, whole seconds. */
  readonly jobSeconds: number;
  /** Messages of one invocation at the most. */
  readonly batchSize: number;
  readonly ramp: Ramp;
  /** Jobs that may start in one second because of what is behind them. @default not bounded */
  readonly startsPerSecond?: number;
}

/** What came of it: a value for the end of each second. */
export interface Outcome {
  /** Messages that wait. */
  readonly waiting: Float64Array;
  /** Invocations that run. */
  readonly running: Float64Array;
  /** Seconds that the oldest waiting message has waited. */
  readonly oldest: Float64Array;
  /** Messages that were started. */
  readonly started: Float64Array;
}

/** Less than this is nothing: sums of fractions are not exact. */
const NONE = 1e-6;

/** Instances of a function that there may be: those that it has, and what Lambda adds. */
class Instances {
  #has = 0;
  #more: number = functionScaling.instances;

  /** One second later. @returns how many invocations there may be at once */
  next(): number {
    const perSecond = functionScaling.instances / functionScaling.everySeconds;
    this.#more = Math.min(functionScaling.instances, this.#more + perSecond);
    return this.#has + this.#more;
  }

  use(running: number): void {
    const added = Math.max(0, running - this.#has);
    this.#has += added;
    this.#more -= added;
  }
}

/** Simulates a queue. */
export function simulate(simulation: Simulation): Outcome {
  const { arrivals, seconds, jobSeconds, batchSize, ramp, startsPerSecond = Infinity } = simulation;
  const [waiting, running, oldest, started] = Array.from({ length: 4 }, () => new Float64Array(seconds)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  /** Invocations that one place makes within a second, and seconds for which one invocation holds a place. */
  const turns = Math.max(1, 1 / jobSeconds);
  const span = Math.max(1, Math.round(jobSeconds));
  const instances = new Instances();
  const places = new Float64Array(seconds + span);
  const messages = new Float64Array(seconds + span);
  const arrived = new Float64Array(seconds);
  const step = ramp.perMinute / 60;
  let allowed = ramp.start;
  let [held, inFlight, queued, came, taken, head] = [0, 0, 0, 0, 0, 0];
  for (let second = 0; second < seconds; second++) {
    held = Math.max(0, held - (places[second] ?? 0));
    inFlight = Math.max(0, inFlight - (messages[second] ?? 0));
    const coming = arrivals(second);
    queued += coming;
    came += coming;
    arrived[second] = came;
    const free = Math.max(0, Math.min(allowed, instances.next()) - held);
    const polls = ramp.pollsPerInvocation === undefined ? Infinity : allowed * ramp.pollsPerInvocation;
    const invocations = Math.min(free * turns, polls);
    const room = Math.max(0, MESSAGES_IN_FLIGHT - inFlight) * turns;
    const taking = Math.min(queued, invocations * batchSize, room, startsPerSecond);
    // Pollers that have room ask at once, so that messages are spread over them before batches fill up.
    const used = Math.min(invocations, taking) / turns;
    held += used;
    inFlight += taking / turns;
    instances.use(held);
    places[second + span] = used;
    messages[second + span] = taking / turns;
    queued = Math.max(0, queued - taking);
    if (queued < NONE) queued = 0;
    taken += taking;
    while (head < second && (arrived[head] ?? 0) <= taken + NONE) head++;
    waiting[second] = queued;
    running[second] = held;
    oldest[second] = queued === 0 ? 0 : second - head;
    started[second] = taking;
    const isFull = held >= allowed - NONE;
    if (queued > 0 && isFull) allowed = Math.min(ramp.most, allowed + step);
    else if (!isFull) allowed = Math.max(ramp.start, held, allowed - step);
  }
  return { waiting, running, oldest, started };
}

/** The first second, from one on, at whose end nothing waits. @returns undefined when there is none */
export function drainedAt({ waiting }: Outcome, from = 0): number | undefined {
  const found = waiting.findIndex((left, second) => second >= from && left === 0);
  return found === -1 ? undefined : found;
}

/** The largest value of a series. */
export const peak = (series: Float64Array): number => series.reduce((most, value) => Math.max(most, value), 0);
