/**
 * Schedule expressions of EventBridge.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 *
 * @module
 */

import { Cron } from "croner";

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** When a schedule runs next, after a time in milliseconds since the epoch; undefined when never again. */
export type NextRun = (after: number) => number | undefined;

/**
 * @param timeZone of `cron(...)` and `at(...)`, by its IANA name
 * @param timeScale divides the interval of `rate(...)`, down to a second at least; `cron(...)` and `at(...)` keep their times
 * @throws Error when the expression has none of the three forms
 */
export function parseSchedule(expression: string, timeScale: number, timeZone = "UTC"): NextRun {
  const [, kind, argument = ""] = /^(rate|cron|at)\((.+)\)$/.exec(expression.trim()) ?? [];
  if (kind === "rate") {
    const interval = rateMs(argument) / timeScale;
    const ms = timeScale === 1 ? interval : Math.ceil(interval / 1_000) * 1_000;
    return (after) => after + ms;
  }
  if (kind === "cron") {
    // The fields of EventBridge lack the seconds and count weekdays from 1 = Sunday, as Quartz does.
    const cron = new Cron(`0 ${argument}`, {
      timezone: timeZone,
      mode: "7-part",
      alternativeWeekdays: true,
      // `0/10`, which EventBridge has.
      sloppyRanges: true,
      paused: true,
    });
    return (after) => cron.nextRun(new Date(after))?.getTime();
  }
  if (kind === "at") {
    const time = Number.isNaN(Date.parse(`${argument}Z`))
      ? undefined
      : new Cron(argument, { timezone: timeZone, paused: true }).nextRun(new Date(0))?.getTime();
    if (time !== undefined) return (after) => (time > after ? time : undefined);
  }
  throw new Error(`"${expression}" is not a schedule expression.`);
}

function rateMs(argument: string): number {
  const [, count = "", unit] = /^(\d+) (minute|hour|day)s?$/.exec(argument) ?? [];
  if (unit !== "minute" && unit !== "hour" && unit !== "day") throw new Error(`"rate(${argument})" is not a rate.`);
  return Number(count) * unitMs[unit];
}
