/**
 * docs/costs.md adds up what the template holds for the tasks that Sluice ships. Tasks and queues of one's own are not on
 * the page; when it is a fifth off, the page is out of date.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { catalog } from "../../contracts/catalog.ts";
import { table } from "../../contracts/resources.ts";
import { root } from "../../infra/bundle.ts";
import { synthesize } from "./synthesized.ts";

/** What the page counts. A task that Sluice ships anew belongs here and on the page, which names what it leaves out. */
const shipped = new Set(
  `summarize keywords normalize process_document index_document generate_project_embedding regenerate_project_embedding
   batch_generate_embeddings delete_project_embedding reindex_embeddings health_check cleanup_old_documents
   cleanup_expired_results get_queue_stats get_worker_stats process_dead_letter_queue`.split(/\s+/),
);
const queues = catalog.queues
  .map((queue) => ({ ...queue, tasks: queue.tasks.filter(({ name }) => shipped.has(name)) }))
  .filter(({ tasks }) => tasks.length > 0);

const page = readFileSync(join(root, "docs/costs.md"), "utf8");
const stage = synthesize({}, queues);
const alarmSchema = z.object({ Metrics: z.array(z.looseObject({ MetricStat: z.unknown().optional() })).optional() });

/** An alarm on an expression is billed for every metric in it. */
const alarmMetrics = stage
  .ofType("AWS::CloudWatch::Alarm")
  .map(({ properties }) => alarmSchema.parse(properties).Metrics?.filter((metric) => metric.MetricStat).length ?? 1)
  .reduce((sum, count) => sum + count, 0);

const MINUTES = 43_800;
const lanes = queues.flatMap((queue) => queue.lanes).length;
const mappings = stage.ofType("AWS::Lambda::EventSourceMapping").length;
/** DUE, RETRY, RUN, EXPIRE, UNCLAIMED, CALLBACK, PARKED, SCHEDULE, and WAIT of each lane. */
const lookups = 10 * table.workIndex.shards;

/** As the page's table has it, row by row. */
const rows: [units: number, price: number][] = [
  [alarmMetrics, 0.1],
  [stage.ofType("AWS::CloudWatch::Dashboard").length, 3],
  [(mappings * 5 * 3 * MINUTES) / 1e6, 0.4],
  [8, 0.3],
  [(lanes * MINUTES) / 1e6, 0.4],
  [(lookups * 0.5 * MINUTES) / 1e6, 0.125],
  [stage.ofType("AWS::KMS::Key").length, 1],
];
const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
const isNear = (shown: number, counted: number) => Math.abs(shown - counted) <= counted / 5;

/** Numbers of the page that stand where the pattern has its group. */
const shownAs = (pattern: RegExp): number => Number(pattern.exec(page)?.[1]);
const amounts = [...page.matchAll(/^\| .*\| *\$([\d.]+) \|$/gm)].map(([, amount]) => Number(amount));
const total = amounts.at(-1) ?? 0;

test("the page's amounts are those of the template, and add up", () => {
  const counted = rows.map(([units, price]) => units * price);
  expect(amounts).toHaveLength(counted.length + 1);
  for (const [index, amount] of counted.entries()) expect(amounts[index]).toSatisfy((shown) => isNear(shown, amount));
  expect(total).toBeCloseTo(sum(amounts.slice(0, -1)), 1);
});

test("the page's counts are those of the template", () => {
  const counts: [RegExp, number][] = [
    [/(\d+) metrics in \d+ alarms/, alarmMetrics],
    [/metrics in (\d+) alarms/, stage.ofType("AWS::CloudWatch::Alarm").length],
    [/(\d+) mappings/, mappings],
    [/(\d+) lanes/, lanes],
    [/(\d+) queries/, lookups],
    [/(\d+) tasks x 5/, queues.flatMap((queue) => queue.tasks).length],
    [/(\d+) queues x 3/, queues.length],
  ];
  for (const [pattern, counted] of counts)
    expect(shownAs(pattern), String(pattern)).toSatisfy((n) => isNear(n, counted));
  expect(shownAs(/(\d+) metrics in \d+ alarms/) * 0.1).toBeCloseTo(amounts[0] ?? 0);
  const busy = shownAs(/(\d+) tasks x 5/) * 5 + shownAs(/tasks x 5 \+ (\d+)/) + shownAs(/(\d+) queues x 3/) * 3;
  expect(shownAs(/queues x 3 = (\d+) metrics/)).toBe(busy);
  expect(shownAs(/metrics, \$([\d.]+)\.$/m)).toBeCloseTo(busy * 0.3);
});

test("the README says the same, rounded", () => {
  const [alarms = 0, dashboard = 0] = amounts;
  const readme = readFileSync(join(root, "README.md"), "utf8").replaceAll(/\s+/g, " ");
  expect(readme).toContain(`An idle stage costs about $${Math.round(total)} a month`);
  expect(readme).toContain(`without them about $${Math.round(total - alarms - dashboard)}`);
});
