/**
 * A snapshot as lines that fit the screen.
 *
 * @module
 */

import { type LaneRow, laneColumns, laneRows } from "../output/lanes.ts";
import type { Screen } from "../output/screen.ts";
import { type Column, tableLines } from "../output/table.ts";
import { truncate } from "../output/text.ts";
import { formatClock, formatDuration } from "../output/time.ts";
import { longestFirst, type Snapshot } from "./snapshot.ts";
import type { Row } from "./steering.ts";

type ActiveTask = Snapshot["active_tasks"][number];

/** What a live frame shows. */
export interface LiveFrame {
  readonly url: string;
  readonly snapshot: Snapshot;
  readonly rows: readonly Row[];
  /** Index of the chosen row; undefined when nobody can press keys. */
  readonly chosen?: number;
  /** What the lanes are sorted by. */
  readonly order?: string;
  /** A message or a question above the keys. */
  readonly says?: string;
}

/** The lines of one look, for a script: all of them. */
export function frameLines(screen: Screen, url: string, snapshot: Snapshot): string[] {
  const jobs = longestFirst(snapshot.active_tasks);
  return [
    ...headLines(screen, url, snapshot),
    ...tableLines(screen, laneColumns(screen), laneRows(snapshot.queues)),
    "",
    ...(jobs.length > 0 ? tableLines(screen, activeColumns(Date.parse(snapshot.at)), jobs) : []),
  ];
}

/** The lines of a live frame: the chosen row is always among them, and the keys are below. */
export function liveLines(screen: Screen, { url, snapshot, rows, chosen, order, says = "" }: LiveFrame): string[] {
  const narrow = { ...screen, columns: screen.columns - MARK.length };
  const lanes = rows.flatMap((row) => (row.kind === "lane" ? row.lane : []));
  const jobs = rows.flatMap((row) => (row.kind === "job" ? row.job : []));
  const [heading = "", ...laneLines] = tableLines(narrow, fitting(laneColumns(narrow)), lanes);
  const [jobHeading = "", ...jobLines] = tableLines(narrow, activeColumns(Date.parse(snapshot.at)), jobs);
  const marked = (line: string, index: number) =>
    index === chosen ? screen.paint("bold", MARK) + line : `${NO_MARK}${line}`;
  const body = [
    ...laneLines.map(marked),
    ...(jobs.length > 0 ? ["", NO_MARK + jobHeading] : []),
    ...jobLines.map((line, index) => marked(line, lanes.length + index)),
  ];
  const above = [...headLines(screen, url, snapshot), NO_MARK + heading];
  const below = chosen === undefined ? [] : ["", screen.paint("yellow", truncate(says, screen.columns))];
  const keys = chosen === undefined ? [] : [keyLine(screen, rows[chosen], order ?? "")];
  const space = Math.max(1, screen.rows - 1 - above.length - below.length - keys.length);
  // Jobs have two lines of their heading above them.
  const at = chosen === undefined || chosen < lanes.length ? (chosen ?? 0) : chosen + 2;
  return [...above, ...windowOf(screen, body, { at, space }), ...below, ...keys];
}

/** What the keys do, for `h`. */
export function helpLines(screen: Screen): string[] {
  const rows = Object.entries({
    "↑ ↓, k j": "choose a lane or a running job; g and G: the first, the last",
    p: "pause or resume the chosen lane; asks first, needs an admin key",
    x: "revoke the chosen job; asks first",
    s: "sort the lanes: by name, waiting, running, oldest, dead letters",
    r: "look again now",
    "h, ?": "this help",
    "q, Ctrl-C": "end",
  });
  const lines = rows.map(([key, what]) => truncate(`  ${key.padEnd(10)} ${what}`, screen.columns));
  return [screen.paint("bold", "Keys"), "", ...lines, "", screen.paint("dim", "Any key goes back.")];
}

/** Names give way on a narrow screen: a line that wraps would take two rows. */
const fitting = ([name, ...others]: readonly Column<LaneRow>[]): readonly Column<LaneRow>[] =>
  name === undefined ? [] : [{ ...name, flexible: true }, ...others];

const MARK = "> ";
const NO_MARK = "  ";

function headLines(screen: Screen, url: string, { at, queues, active_tasks }: Snapshot): string[] {
  const rows = laneRows(queues);
  const sum = (of: (row: LaneRow) => number | null | undefined) =>
    rows.reduce((total, row) => total + (of(row) ?? 0), 0);
  const totals = [
    `${active_tasks.length} running`,
    `${sum((row) => row.depth)} waiting`,
    `${sum((row) => row.delayed)} delayed`,
    `${sum((row) => row.dlqDepth)} dead`,
    `${sum((row) => row.rate_per_minute).toFixed(1)}/min`,
  ].join("  ");
  return [
    truncate(`sluice  ${url}  ${formatClock(at).slice(0, 8)}`, screen.columns),
    screen.paint("bold", truncate(totals, screen.columns)),
    "",
  ];
}

function keyLine(screen: Screen, row: Row | undefined, order: string): string {
  const acts = row?.kind === "job" ? "x revoke" : row?.lane.paused ? "p resume" : "p pause";
  const keys = `↑↓ choose  ${acts}  s sort (${order})  r refresh  h help  q quit`;
  return screen.paint("dim", truncate(keys, screen.columns));
}

/** As much as fits, with a line in it, and what is left out. */
function windowOf(
  screen: Screen,
  lines: readonly string[],
  { at, space }: { readonly at: number; readonly space: number },
): readonly string[] {
  if (lines.length <= space) return lines;
  const shown = Math.max(1, space - 1);
  const from = Math.max(0, Math.min(at - Math.floor(shown / 2), lines.length - shown));
  const text = `... ${lines.length - shown} more lines`;
  return [...lines.slice(from, from + shown), screen.paint("dim", truncate(text, screen.columns))];
}

const activeColumns = (now: number): readonly Column<ActiveTask>[] => [
  { title: "JOB", value: (task) => task.task_id },
  { title: "TASK", value: (task) => task.task_name, flexible: true },
  { title: "WORKER", value: (task) => task.worker, flexible: true },
  {
    title: "RUNNING FOR",
    value: ({ time_start }) => (time_start === null ? null : formatDuration(Math.max(0, now - time_start * 1_000))),
    align: "right",
  },
];
