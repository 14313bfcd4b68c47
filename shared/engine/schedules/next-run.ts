import { Cron } from "croner";

/** When a schedule runs: exactly one of cron, rate and at. Times in milliseconds since the epoch. */
export interface Timing {
  readonly cron?: string | undefined;
  readonly rate?: string | undefined;
  readonly at?: number | undefined;
  /** IANA name. */
  readonly time_zone: string;
  /** What a rate counts from. */
  readonly counts_from: number;
}

const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * The next time of a schedule after another one. A time that a clock change leaves out is taken as much later, and one that
 * it repeats is taken once.
 * @returns undefined when there is none any more
 * @throws Error for a cron expression that is not one
 */
export function nextRun(timing: Timing, after: number): number | undefined {
  const { cron, rate, at, time_zone: timezone, counts_from: from } = timing;
  if (at !== undefined) return at > after ? at : undefined;
  if (cron !== undefined) {
    return new Cron(cron, { timezone, mode: "5-part", paused: true }).nextRun(new Date(after))?.getTime();
  }
  const [, count = "", unit = ""] = /^(\d+) (\w+?)s?$/.exec(rate ?? "") ?? [];
  const every = Number(count) * (unitMs[unit] ?? Number.NaN);
  if (!(every > 0)) throw new Error(`"${rate}" is not a rate.`);
  return from + (Math.max(0, Math.floor((after - from) / every)) + 1) * every;
}

/** The next times of a schedule. */
export function nextRuns(timing: Timing, after: number, count: number): number[] {
  const times: number[] = [];
  for (let time = nextRun(timing, after); time !== undefined && times.length < count; time = nextRun(timing, time)) {
    times.push(time);
  }
  return times;
}
