import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { definitionOf } from "../../contracts/catalog.ts";
import { queues } from "../../contracts/queues.ts";
import { table } from "../../contracts/resources.ts";
import { root } from "../../infra/bundle.ts";
import { synthesize } from "./synthesized.ts";

/** What docs/costs.md counts, counted in the template: a new queue, task or alarm changes the bill, and so the page. */

const page = readFileSync(join(root, "docs/costs.md"), "utf8");
const stage = synthesize();
const alarmSchema = z.object({ Metrics: z.array(z.looseObject({ MetricStat: z.unknown().optional() })).optional() });

/** An alarm on an expression is billed for every metric in it. */
const alarmMetrics = stage
  .ofType("AWS::CloudWatch::Alarm")
  .map(({ properties }) => alarmSchema.parse(properties).Metrics?.filter((metric) => metric.MetricStat).length ?? 1)
  .reduce((sum, count) => sum + count, 0);

const MINUTES = 43_800;
const lanes = queues.flatMap((queue) => queue.lanes).length;
const mappings = stage.ofType("AWS::Lambda::EventSourceMapping").length;
/** DUE, RETRY, RUN and EXPIRE. */
const lookups = 4 * table.workIndex.shards;

/** As the page's table has it. */
const rows: [what: string, units: number, price: number][] = [
  ["alarms", alarmMetrics, 0.1],
  ["dashboard", stage.ofType("AWS::CloudWatch::Dashboard").length, 3],
  ["pollers", (mappings * 5 * 3 * MINUTES) / 1e6, 0.4],
  ["metrics", 8, 0.3],
  ["depths", (lanes * MINUTES) / 1e6, 0.4],
  ["index", (lookups * 0.5 * MINUTES) / 1e6, 0.125],
];
const dollars = rows.map(([, units, price]) => units * price);
const total = dollars.reduce((sum, each) => sum + each, 0);

test("the page's table has what the template has, multiplied and added up", () => {
  const cells = page
    .split("\n")
    .filter((line) => /^\| .*\| *\$[\d.]+ \|$/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const shown = cells.map((row) => row.at(-2));
  expect(shown).toEqual([...dollars, total].map((each) => `$${each.toFixed(2)}`));
  expect(page).toContain(`${alarmMetrics} metrics in ${stage.ofType("AWS::CloudWatch::Alarm").length} alarms`);
  expect(page).toContain(`${mappings} mappings`);
  expect(page).toContain(`${lanes} lanes`);
  expect(page).toContain(`${lookups} queries`);
});

test("the page says what it costs when every task runs all the time", () => {
  const tasks = queues.flatMap((queue) => queue.tasks.map(definitionOf));
  const models = queues.filter((queue) => queue.uses.has("llm")).flatMap((queue) => queue.tasks).length;
  const metrics = tasks.length * 5 + models + queues.length * 3;
  expect(page).toContain(`${tasks.length} tasks x 5 + ${models} + ${queues.length} queues x 3 = ${metrics} metrics`);
  expect(page).toContain(`$${(metrics * 0.3).toFixed(2)}`);
});

test("the README says the same, rounded", () => {
  const observability = (dollars[0] ?? 0) + (dollars[1] ?? 0);
  const readme = readFileSync(join(root, "README.md"), "utf8").replaceAll(/\s+/g, " ");
  expect(readme).toContain(`An idle stage costs about $${Math.round(total)} a month`);
  expect(readme).toContain(`without them about $${Math.round(total - observability)}`);
});
