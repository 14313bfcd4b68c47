/**
 * A snapshot as lines that fit the screen.
 *
 * @module
 */

import { laneColumns, laneRows } from "../output/lanes.ts";
import type { Screen } from "../output/screen.ts";
import { type Column, tableLines } from "../output/table.ts";
import { truncate } from "../output/text.ts";
import { formatClock, formatDuration } from "../output/time.ts";
import type { Snapshot } from "./snapshot.ts";

type ActiveTask = Snapshot["active_tasks"][number];

/** The lines of one frame of `sluice top`. */
export function frameLines(screen: Screen, url: string, { at, queues, active_tasks }: Snapshot): string[] {
  const rows = laneRows(queues);
  const sum = (of: (row: (typeof rows)[number]) => number | null | undefined) =>
    rows.reduce((total, row) => total + (of(row) ?? 0), 0);
  const totals = [
    `${active_tasks.length} running`,
    `${sum((row) => row.depth)} waiting`,
    `${sum((row) => row.delayed)} delayed`,
    `${sum((row) => row.dlqDepth)} dead`,
    `${sum((row) => row.rate_per_minute).toFixed(1)}/min`,
  ].join("  ");
  const longestFirst = [...active_tasks].sort((one, other) => (one.time_start ?? 0) - (other.time_start ?? 0));
  const lines = [
    truncate(`sluice  ${url}  ${formatClock(at).slice(0, 8)}`, screen.columns),
    screen.paint("bold", totals),
    "",
    ...tableLines(screen, laneColumns(screen), rows),
    "",
    ...(longestFirst.length > 0 ? tableLines(screen, activeColumns(Date.parse(at)), longestFirst) : []),
  ];
  const space = screen.rows - 1;
  if (lines.length <= space) return lines;
  return [...lines.slice(0, space - 1), screen.paint("dim", `... ${lines.length - space + 1} more lines`)];
}

const activeColumns = (now: number): readonly Column<ActiveTask>[] => [
  { title: "JOB", value: (task) => task.task_id },
  { title: "TASK", value: (task) => task.task_name },
  { title: "WORKER", value: (task) => task.worker, flexible: true },
  {
    title: "RUNNING FOR",
    value: ({ time_start }) => (time_start === null ? null : formatDuration(Math.max(0, now - time_start * 1_000))),
    align: "right",
  },
];
