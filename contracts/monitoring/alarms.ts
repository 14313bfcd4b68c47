/**
 * Alarms: their names, which are also the headings of docs/runbook.md, and when they fire.
 *
 * @module
 */

import { cloudWatchMetrics } from "./metrics.ts";

/** When an alarm fires. Periods are in minutes. */
export interface AlarmRule {
  readonly heading: string;
  readonly threshold: number;
  /** Length of one look. */
  readonly minutes: number;
  /** `over` the threshold, `from` it on, or `below` it. */
  readonly fires: "over" | "from" | "below";
  /** Looks in a row that must all fire; one when left out. */
  readonly looks?: number;
  /** Data that is missing is itself the fault. */
  readonly missingIsBad?: true;
}

/** The alarms of a stage, by kind. Each has a heading in docs/runbook.md. */
export const alarms = {
  backlog: { heading: "Too many jobs wait", threshold: 100, minutes: 5, fires: "over" },
  oldestMessage: { heading: "The oldest message is too old", threshold: 900, minutes: 5, fires: "over" },
  // Of minutes: a message that came in the last one has not waited.
  idle: { heading: "Messages wait and nothing consumes them", threshold: 10, minutes: 1, fires: "from" },
  deadLetters: { heading: "The dead-letter queue is not empty", threshold: 0, minutes: 1, fires: "over" },
  failureRate: { heading: "Too many runs fail", threshold: 1, minutes: 5, fires: "over" },
  slow: { heading: "Runs take too long", threshold: 300, minutes: 5, fires: "over" },
  throttled: { heading: "A function is throttled", threshold: 1, minutes: 5, fires: "from" },
  errors: { heading: "A function throws", threshold: 1, minutes: 5, fires: "from" },
  notices: { heading: "Dead-letter notices are not published", threshold: 1, minutes: 5, fires: "from" },
  sweeper: { heading: "The sweeper does not run", threshold: 1, minutes: 10, fires: "below", missingIsBad: true },
  api: { heading: "The API answers with errors", threshold: 5, minutes: 5, fires: "from" },
} as const satisfies Record<string, AlarmRule>;

/** The kind of an alarm. */
export type AlarmKind = keyof typeof alarms;

/** When an alarm fires. */
export const alarmRule = (kind: AlarmKind): AlarmRule => alarms[kind];

/**
 * Alarms that watch all queues together, with the metric that each asks for: the sweeper publishes it once a minute, the
 * greatest of all lanes, queues or tasks. With `SLUICE_ALARMS=queues` there is one for each queue instead.
 */
export const stageAlarms = {
  backlog: cloudWatchMetrics.mostWaiting,
  idle: cloudWatchMetrics.idleMinutes,
  deadLetters: cloudWatchMetrics.deadLetters,
  failureRate: cloudWatchMetrics.failureRate,
  slow: cloudWatchMetrics.slowest,
} as const satisfies Partial<Record<AlarmKind, string>>;

/** An alarm that watches all queues together. */
export type StageAlarm = keyof typeof stageAlarms;

/** True when a value is one at which the alarm fires. */
export function isFiring(kind: AlarmKind, value: number): boolean {
  const { threshold, fires } = alarmRule(kind);
  if (fires === "below") return value < threshold;
  return fires === "over" ? value > threshold : value >= threshold;
}

/** The anchor of an alarm's heading, as Markdown viewers make it. */
export const runbookAnchor = (kind: AlarmKind): string =>
  alarms[kind].heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");
