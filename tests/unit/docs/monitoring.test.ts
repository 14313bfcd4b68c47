import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type AlarmKind, alarmRule, alarms, runbookAnchor } from "../../../contracts/monitoring/alarms.ts";
import { cloudWatchMetrics, prometheusMetrics } from "../../../contracts/monitoring/metrics.ts";
import { type MetricsSource, renderMetrics } from "../../../shared/engine/monitoring/prometheus.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/monitoring.md"), "utf8");
const rows = page.split("\n").filter((line) => line.startsWith("| "));

const histogram = { buckets: [1], sum: 1 };
const everything: MetricsSource = {
  statistics: {
    runs: [{ taskName: "t", status: "SUCCESS", count: 1 }],
    durations: new Map([["t", histogram]]),
    queueTimes: new Map([["t", histogram]]),
    lanes: new Map(),
    tokens: [{ taskName: "t", tenant: "p", model: "m", config: "c@1", kind: "prompt", count: 1 }],
  },
  lanes: [
    {
      ...{ queue: "summarize", lane: "high", name: "summarize-high", worker: "w" },
      ...{ reachable: true, waiting: 0, inFlight: 0, heldBack: 0 },
    },
  ],
  active: new Map(),
  deadLetters: new Map([["summarize", 0]]),
};

it.each(Object.values(prometheusMetrics))("docs/monitoring.md has $name with its type and its labels", (metric) => {
  const row = rows.find((line) => line.includes(`\`sluice_${metric.name}\``)) ?? "";
  const [, , labels = "", type = ""] = row.split("|").map((cell) => cell.trim());
  const sample = renderMetrics(everything, "sluice_")
    .split("\n")
    .find((line) => line.startsWith(`sluice_${metric.name}`) && line.includes("{"));
  const rendered = [...(sample ?? "").matchAll(/(\w+)="/g)].map(([, label]) => label).filter((label) => label !== "le");

  expect(type).toBe(metric.type);
  expect(labels).toBe(rendered.map((label) => `\`${label}\``).join(", "));
});

it.each(Object.values(cloudWatchMetrics))("docs/monitoring.md has %s", (name) => {
  expect(rows.some((line) => line.includes(`\`${name}\``))).toBe(true);
});

it.each(Object.keys(alarms) as AlarmKind[])("docs/monitoring.md says when the alarm %s fires", (kind) => {
  const { heading, threshold, minutes, looks } = alarmRule(kind);
  const row = rows.find((line) => line.includes(`[${heading}](runbook.md#${runbookAnchor(kind)})`)) ?? "";
  expect(row).toContain(`${minutes} min`);
  expect(row).toMatch(new RegExp(`\\b${looks ?? threshold}\\b`));
});
