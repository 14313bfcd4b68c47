/**
 * `npm run bench`: figures and, above all, ratios within one run. `-- --json` prints them for machines.
 *
 * @module
 */

import { availableParallelism, loadavg } from "node:os";
import { readFlags } from "../local/read-flags.ts";
import { benchCalls } from "./calls.ts";
import { benchCelery } from "./celery.ts";
import { benchColdStarts } from "./cold-starts.ts";
import { benchConsole } from "./console.ts";
import { benchDocuments } from "./documents.ts";
import { benchEmbeddings } from "./embeddings.ts";
import { benchFairness } from "./fairness.ts";
import { benchHandlerTime } from "./handler-time.ts";
import { benchJobs } from "./jobs.ts";
import { benchLargeDocuments } from "./large-documents.ts";
import { benchProcessorTime } from "./processor-time.ts";
import { benchRecords } from "./records.ts";
import type { BenchRow } from "./row.ts";
import { benchScans } from "./scans.ts";
import { benchShapes } from "./shapes.ts";
import { benchUploads } from "./uploads.ts";

const suites: Readonly<Record<string, () => Promise<BenchRow[]>>> = {
  calls: benchCalls,
  celery: benchCelery,
  "cold-starts": benchColdStarts,
  console: benchConsole,
  jobs: benchJobs,
  "processor-time": benchProcessorTime,
  "handler-time": benchHandlerTime,
  fairness: benchFairness,
  records: benchRecords,
  shapes: benchShapes,
  embeddings: benchEmbeddings,
  uploads: benchUploads,
  scans: benchScans,
  "large-documents": benchLargeDocuments,
  documents: async () =>
    (await benchDocuments()).map(({ name, rate, unit, ratio, target, note }) => ({
      name,
      value: rate,
      unit,
      ratio,
      note: [target ? `${target.met ? "met" : "MISSED"}: ${target.text}` : "", note].filter(Boolean).join("; "),
    })),
};

const usage = `npm run bench -- [--json] [${Object.keys(suites).join(" | ")}] ...`;

const { values, positionals } = readFlags(
  {
    options: { json: { type: "boolean", default: false }, help: { type: "boolean", short: "h", default: false } },
    allowPositionals: true,
  },
  usage,
);
const chosen = positionals.length > 0 ? positionals : Object.keys(suites);
const unknown = chosen.filter((name) => !(name in suites));
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`There is no benchmark ${unknown.join(", ")}.`);
  console.log(usage);
  process.exit(unknown.length > 0 ? 2 : 0);
}

/** What the figures are to be judged by: a busy machine makes all times longer, and ratios less certain. */
const machine = () => ({
  at: new Date().toISOString(),
  node: process.version,
  cores: availableParallelism(),
  load: loadavg().map((each) => Number(each.toFixed(1))),
});
const before = machine();
if (!values.json) {
  console.log(
    `${before.at}, Node ${before.node}, ${before.cores} cores, load of 1, 5 and 15 minutes: ${before.load.join(" ")}`,
  );
}
const results: Record<string, BenchRow[]> = {};
for (const name of chosen) {
  if (!values.json) console.log(`\n${name} (load ${machine().load[0]})`);
  const rows = (await suites[name]?.()) ?? [];
  results[name] = rows;
  if (values.json) continue;
  for (const { name: what, value, unit, ratio, note } of rows) {
    const figure = value === null ? "-" : value.toFixed(value < 10 ? 2 : 0);
    console.log(
      `  ${what.padEnd(44)} ${figure.padStart(8)} ${unit.padEnd(12)} ${ratio === null ? "       " : `x${ratio.toFixed(2)}`.padEnd(7)} ${note}`,
    );
  }
}
if (values.json) console.log(JSON.stringify({ machine: before, results }, null, 2));
