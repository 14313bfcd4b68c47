/** Alarms: their names, which are also the headings of docs/runbook.md, and when they fire. */
export const alarms = {
  backlog: { heading: "Too many jobs wait", threshold: 100, minutes: 5 },
  oldestMessage: { heading: "The oldest message is too old", threshold: 900, minutes: 5 },
  idle: { heading: "Messages wait and nothing consumes them", threshold: 1, minutes: 10 },
  deadLetters: { heading: "The dead-letter queue is not empty", threshold: 1, minutes: 1 },
  failureRate: { heading: "Too many runs fail", threshold: 1, minutes: 5 },
  slow: { heading: "Runs take too long", threshold: 300, minutes: 5 },
  throttled: { heading: "A function is throttled", threshold: 1, minutes: 5 },
  errors: { heading: "A function throws", threshold: 1, minutes: 5 },
  notices: { heading: "Dead letters could not be told", threshold: 1, minutes: 5 },
  sweeper: { heading: "The sweeper does not run", threshold: 1, minutes: 10 },
  api: { heading: "The API answers with errors", threshold: 5, minutes: 5 },
} as const;

export type AlarmKind = keyof typeof alarms;

/** The anchor of an alarm's heading, as Markdown viewers make it. */
export const runbookAnchor = (kind: AlarmKind): string =>
  alarms[kind].heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");
