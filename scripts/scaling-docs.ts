/**
 * Writes the plots of docs/scaling/ and the tables of docs/scaling.md from the model in bench/scale/. Run it as
 * `npm run scaling-docs`.
 *
 * @module
 */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DAY_SECONDS } from "../bench/scale/arrivals.ts";
import { boundOf, hotKeys, jobsWithin, ofModel, unitsOfShard, unitsOfSmallJob } from "../bench/scale/hot-keys.ts";
import { dynamodb } from "../bench/scale/published.ts";
import { drainedAt, standardMode } from "../bench/scale/queue.ts";
import {
  BURST,
  BURST_HOUR,
  burstOf,
  busiest,
  dayOf,
  drainOf,
  leastWorkers,
  type Mode,
  mean,
  neededFor,
  provisioned,
  rampOf,
  type Work,
  workers,
} from "../bench/scale/scenarios.ts";
import { barPlot, grouped, linePlot, type Series } from "../bench/scale/svg.ts";
import { mostASweep, type OpenJobs, type SweepCost, sweepCost } from "../bench/scale/sweeper.ts";
import { MOST_AT_ONCE } from "../contracts/settings/limits.ts";

const root = join(import.meta.dirname, "..");
const PAGE = "docs/scaling.md";

/** Three digits at the most. */
const short = (value: number): string => {
  if (value >= 1_000) return grouped(Number(value.toPrecision(3)));
  return String(Number(value.toPrecision(value < 10 ? 2 : 3)));
};

function duration(seconds: number | undefined): string {
  if (seconds === undefined) return "over a day";
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  return minutes < 120 ? `${Math.round(minutes)} min` : `${short(minutes / 60)} h`;
}

const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

// --- plots ---

/** One point for each so many seconds: the largest value in them. */
function thinned(values: Float64Array, every: number, toX: (second: number) => number): [number, number][] {
  const points: [number, number][] = [];
  for (let from = 0; from < values.length; from += every) {
    points.push([toX(from), values.slice(from, from + every).reduce((most, value) => Math.max(most, value), 0)]);
  }
  return points;
}

function rampPlot(): string {
  const seconds = 6 * 60;
  const line = (name: string, mode: Pick<Mode, "ramp">): Series => ({
    name,
    points: [...rampOf(mode.ramp, seconds + 1).running]
      .map((running, second): [number, number] => [second / 60, running])
      .filter((_, second) => second % 3 === 0),
  });
  return linePlot({
    title: "How fast consumers are added",
    alt: "Standard mode grows from 5 to 1,250 invocations in 4.15 minutes and stays there; with a maximum of 200, it stops growing after 39 seconds; provisioned mode with 100 pollers starts with 1,000 and reaches 7,000 after six minutes.",
    x: { label: "minutes since messages started to wait", most: 6, ticks: [0, 1, 2, 3, 4, 5, 6] },
    y: { label: "concurrent invocations", most: 7_000, ticks: [0, 1_250, 2_500, 5_000, 7_000] },
    series: [
      line("standard, no maximum", { ramp: standardMode() }),
      line("at most 200", workers(200)),
      line("100 provisioned pollers", provisioned),
    ],
  });
}

function burstPlot(): string {
  const seconds = 15 * 60;
  const series = [5, 20, 100, 1_000].map((maximum) => ({
    name: `at most ${grouped(maximum)}`,
    points: thinned(
      burstOf(workers(maximum), { jobSeconds: 1, batchSize: 10 }, seconds + 1).waiting,
      5,
      (second) => second / 60,
    ),
  }));
  return linePlot({
    title: `A burst of ${grouped(BURST)} jobs of one second, ten messages per invocation`,
    alt: "With at most 5 invocations, 55,000 jobs still wait after 15 minutes; with 20, the burst is processed after 8.4 minutes, with 100 after 1.8 and with 1,000 after one.",
    x: { label: "minutes since the burst", most: 15, ticks: [0, 3, 6, 9, 12, 15] },
    y: { label: "waiting jobs", most: 100_000, ticks: [0, 25_000, 50_000, 75_000, 100_000] },
    series,
  });
}

function dayPlot(): string {
  const series = [18, 21, 25, 50].map((maximum) => ({
    name: `at most ${maximum}`,
    points: thinned(
      dayOf(workers(maximum), { jobSeconds: 1, batchSize: 10, hasBurst: true }).oldest.map((second) => second / 60),
      300,
      (second) => second / 3_600,
    ),
  }));
  return linePlot({
    title: "A day of ten million jobs, and 100,000 more at 14:00",
    alt: "With at most 18 invocations, messages wait from eight o'clock on, in the afternoon for more than an hour; with 21, only the burst makes them wait, for eight minutes until five o'clock; with 25, the burst is processed within the hour, with 50 within minutes.",
    x: { label: "hour of the day", most: 24, ticks: [0, 4, 8, 12, 16, 20, 24] },
    y: { label: "age of the oldest message in minutes", most: 75, ticks: [0, 15, 30, 45, 60, 75] },
    series,
  });
}

function keysPlot(): string {
  return barPlot({
    title: "Jobs per second that each key of the table can take",
    alt: "The lowest limits are those of limiters with 200 slots, near 20 jobs per second; then the tokens of one tenant at 1,000, the list of one tenant at 4,000, and the index of running jobs at 8,000. Ten million jobs a day are 116 per second on average and 210 in the busiest hour.",
    label: "jobs per second, logarithmic scale",
    from: 10,
    to: 10_000,
    bars: hotKeys.map((key) => ({ name: key.name, value: boundOf(key) })),
    marks: [
      { name: "mean", value: mean, side: "end" },
      { name: "busiest hour", value: busiest, side: "start" },
    ],
  });
}

// --- tables ---

const works: readonly Work[] = [10, 1].flatMap((batchSize) =>
  [0.1, 1, 10, 60].map((jobSeconds) => ({ batchSize, jobSeconds })),
);

function workersTable(): string {
  const modes = [workers(5), workers(20), workers(100), workers(1_000), provisioned];
  return tableOf(
    [
      "messages per invocation",
      "duration of a job",
      "invocations in the busiest hour",
      "lowest `WORKER_CONCURRENCY`",
      ...[5, 20, 100, 1_000].map((maximum) => `burst, ${grouped(maximum)}`),
      "burst, provisioned",
    ],
    works.map((work) => {
      const least = leastWorkers(work);
      return [
        String(work.batchSize),
        `${work.jobSeconds} s`,
        short(Math.ceil(neededFor(work))),
        least === undefined ? "none" : String(least),
        ...modes.map((mode) => duration(drainOf(mode, work))),
      ];
    }),
  );
}

function keysTable(): string {
  return tableOf(
    ["key", "written by", "write units per job", "0.1 s", "1 s", "10 s", "limit, jobs per second", "how to avoid it"],
    hotKeys.map((key) => [
      key.key,
      key.writers,
      `${key.unitsPerJob} (${key.counted})`,
      ...[0.1, 1, 10].map((seconds) => {
        const units = unitsOfShard(key, seconds);
        return units > dynamodb.partition.writes ? `**${short(units)}**` : short(units);
      }),
      short(Math.floor(boundOf(key))),
      key.advice,
    ]),
  );
}

function capacityTable(): string {
  const rows = [
    ["the table", unitsOfSmallJob.table],
    ["the index `list`", unitsOfSmallJob.list],
    ["the index `work`", unitsOfSmallJob.work],
  ] as const;
  return tableOf(
    ["", "write units per job", "new table, jobs per second", "default quota, jobs per second"],
    rows.map(([name, units]) => [
      name,
      String(units),
      short(dynamodb.initial.writes / units),
      short(dynamodb.quota.writes / units),
    ]),
  );
}

const none: OpenJobs = {
  running: 0,
  waiting: [],
  delayed: { jobs: 0, overSeconds: DAY_SECONDS },
  expiring: { jobs: 0, minutes: 0 },
};
const MILLION = 1_000_000;
const mixes: readonly { readonly name: string; readonly open: OpenJobs; readonly isOnce?: boolean }[] = [
  { name: "none", open: none },
  { name: "1,000 run, 999,000 wait in low lanes", open: { ...none, running: 1_000, waiting: [999_000] } },
  {
    name: "1,000 run, 999,000 wait, half of them in high lanes",
    open: { ...none, running: 1_000, waiting: [499_500, 499_500] },
  },
  {
    name: "a million are due within the next day",
    open: { ...none, delayed: { jobs: MILLION, overSeconds: DAY_SECONDS } },
  },
  {
    name: "10,000 run, 490,000 wait in low lanes, 500,000 are due within the next day",
    open: { ...none, running: 10_000, waiting: [490_000], delayed: { jobs: MILLION / 2, overSeconds: DAY_SECONDS } },
  },
  {
    name: "a million are due within the same minute",
    open: { ...none, delayed: { jobs: MILLION, overSeconds: 60 } },
    isOnce: true,
  },
  {
    name: "a million wait with `expires_in`, for an hour",
    open: { ...none, expiring: { jobs: MILLION, minutes: 60 } },
  },
];

function priceOf({ price }: SweepCost, isOnce: boolean): string {
  return isOnce ? `${price.toFixed(2)} once` : (price * 24 * 60).toFixed(2);
}

function sweeperTable(): string {
  return tableOf(
    [
      "open jobs",
      "queries",
      "records read",
      "read units",
      "write units",
      "messages sent",
      "MB read",
      "MB in memory",
      "$ a day",
    ],
    mixes.map(({ name, open, isOnce = false }) => {
      const cost = sweepCost(open);
      return [
        name,
        ...[cost.queries, cost.records, cost.readUnits, cost.writeUnits, cost.sends].map((value) =>
          value < 1 ? String(value) : grouped(Math.round(value)),
        ),
        cost.megabytes.toFixed(1),
        cost.heldMegabytes.toFixed(0),
        priceOf(cost, isOnce),
      ];
    }),
  );
}

/** How long a burst is there in the day's busiest hour. */
function afterBurst(maximum: number): string {
  const day = dayOf(workers(maximum), { jobSeconds: 1, batchSize: 10, hasBurst: true });
  const from = BURST_HOUR * 3_600;
  const until = drainedAt(day, from);
  return duration(until && until + 1 - from);
}

const fullLimiter = ofModel(MOST_AT_ONCE);

const figures = () =>
  [
    `Ten million jobs a day are ${short(mean)} per second on average, and ${short(busiest)} in the busiest hour of the assumed day.`,
    `A new table and its indexes can take ${grouped(jobsWithin(dynamodb.initial.writes))} small jobs per second, and ${grouped(jobsWithin(dynamodb.quota.writes))} at the default quota.`,
    `A burst of ${grouped(BURST)} jobs of one second in the busiest hour, with ten messages per invocation, is processed after ${afterBurst(21)} with a maximum of 21 concurrent invocations, after ${afterBurst(25)} with 25, and after ${afterBurst(50)} with 50.`,
    `With \`LLM_CONCURRENT_CALLS=${MOST_AT_ONCE}\`, the limiter's item can take ${short(Math.floor(boundOf(fullLimiter)))} runs per second. All slots are then in use only if a run takes ${short(Math.ceil(MOST_AT_ONCE / boundOf(fullLimiter)))} s or longer.`,
    `If each call takes 10 ms, one sweep can send ${short(mostASweep(3))} delayed jobs, or check ${short(mostASweep(2))} jobs that may expire.`,
  ]
    .map((line) => `- ${line}`)
    .join("\n");

/** The plots by path from the repository's root. */
export const scalingPlots: Readonly<Record<string, () => string>> = {
  "docs/scaling/ramp.svg": rampPlot,
  "docs/scaling/burst.svg": burstPlot,
  "docs/scaling/day.svg": dayPlot,
  "docs/scaling/keys.svg": keysPlot,
};

/** What stands between the page's markers, by their name. */
const tables: Readonly<Record<string, () => string>> = {
  figures,
  workers: workersTable,
  keys: keysTable,
  capacity: capacityTable,
  sweeper: sweeperTable,
};

/** The page with its tables as the model has them. @throws Error when a marker is not there */
export function scalingPage(page: string): string {
  return Object.entries(tables).reduce((text, [name, render]) => {
    const [from, until] = [`<!-- computed: ${name} -->\n`, `\n<!-- end: ${name} -->`];
    const begin = text.indexOf(from);
    const end = text.indexOf(until, begin);
    if (begin === -1 || end === -1) throw new Error(`${PAGE} has no markers for ${name}.`);
    return `${text.slice(0, begin + from.length)}${render()}${text.slice(end)}`;
  }, page);
}

if (import.meta.main) {
  await mkdir(join(root, "docs/scaling"), { recursive: true });
  for (const [path, render] of Object.entries(scalingPlots)) {
    await writeFile(join(root, path), render());
    console.log(`wrote ${path}`);
  }
  await writeFile(join(root, PAGE), scalingPage(await readFile(join(root, PAGE), "utf8")));
  console.log(`wrote ${PAGE}`);
}
