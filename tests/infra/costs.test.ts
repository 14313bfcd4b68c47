/**
 * docs/costs.md adds up what the template holds for the tasks that Sluice ships. Queues of one's own are not on the page;
 * when it is a fifth off, the page is out of date.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { catalog } from "../../contracts/catalog.ts";
import { defaultFamilies, type Family, familyNames } from "../../contracts/families.ts";
import { deadLetterName, laneName } from "../../contracts/jobs/lanes.ts";
import { queueTraits } from "../../contracts/queue-traits.ts";
import { physicalName } from "../../contracts/resources.ts";
import { root } from "../../infra/source-files.ts";
import { type Resource, synthesize } from "../helpers/synthesized.ts";

const shipped = catalog.queues.filter(({ name }) => name === "default" || name in queueTraits);
const page = readFileSync(join(root, "docs/costs.md"), "utf8");
const stage = synthesize({}, shipped);

const MINUTES = 43_800;
const prices = { alarmMetric: 0.1, request: 0.4 / 1e6, readUnit: 0.125 / 1e6 };
/** Five long polls of 20 s. */
const POLLING = 5 * 3 * MINUTES * prices.request;
const MEASURING = MINUTES * prices.request;
/** One call for the whole index, as nothing is in it. */
const LOOKING = 0.5 * MINUTES * prices.readUnit;

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
const alarmSchema = z.object({ Metrics: z.array(z.looseObject({ MetricStat: z.unknown().optional() })).optional() });

/** An alarm on an expression is billed for every metric in it. */
const metricsOf = ({ properties }: Resource): number =>
  alarmSchema.parse(properties).Metrics?.filter((metric) => metric.MetricStat).length ?? 1;

/** The family whose queue, function or task an alarm is about. */
function familyOf({ properties }: Resource): Family {
  const values = new Set([...JSON.stringify(properties).matchAll(/"Value":"([^"]+)"/g)].map(([, value]) => value));
  const own = shipped.find(({ name, lanes, tasks }) => {
    const physical = [name, deadLetterName(name), ...lanes.map((lane) => laneName(name, lane))];
    return [...physical.map((each) => physicalName("dev", each)), ...tasks.map((task) => task.name), name].some(
      (each) => values.has(each),
    );
  });
  return own?.family ?? (values.has(physicalName("dev", "uploads")) ? "documents" : "core");
}

const allAlarms = stage.ofType("AWS::CloudWatch::Alarm");

/** What a family adds to a stage while nothing runs. */
function countsOf(family: Family) {
  const queues = shipped.filter((queue) => queue.family === family);
  const alarms = allAlarms.filter((alarm) => familyOf(alarm) === family);
  const lanes = queues.flatMap((queue) => queue.lanes).length;
  return {
    queues: queues.length,
    tasks: queues.flatMap((queue) => queue.tasks).length,
    lanes,
    // Uploads have a mapping of their own.
    mappings: family === "documents" ? lanes + 1 : lanes,
    alarms: alarms.length,
    metrics: sum(alarms.map(metricsOf)),
  };
}

const families = familyNames
  .map((family) => ({ family, ...countsOf(family) }))
  .filter(({ queues: count }) => count > 0);
const standard = families.filter(({ family }) => defaultFamilies.includes(family));
const total = (field: Exclude<keyof (typeof families)[number], "family">) => sum(standard.map((each) => each[field]));

/** As the page's first table has it, row by row: a stage of the default families. */
const rows = [
  total("metrics") * prices.alarmMetric,
  0,
  total("mappings") * POLLING,
  (total("lanes") + total("queues")) * MEASURING,
  LOOKING,
  stage.ofType("AWS::KMS::Key").length,
];
const isNear = (shown: number, counted: number) => Math.abs(shown - counted) <= counted / 5 + 0.005;

/** Numbers of the page that are where the pattern has its group. */
const shownAs = (pattern: RegExp): number => Number(pattern.exec(page)?.[1]);
const idle = page.slice(0, page.indexOf("\n", page.indexOf("**Together**")));
const amounts = [...idle.matchAll(/^\| .*\| *\$([\d.]+) \|$/gm)].map(([, amount]) => Number(amount));
const together = amounts.at(-1) ?? 0;

test("the parts of the template are all of some family", () => {
  expect(sum(families.map(({ metrics }) => metrics))).toBe(sum(allAlarms.map(metricsOf)));
  expect(sum(families.map(({ mappings }) => mappings))).toBe(stage.ofType("AWS::Lambda::EventSourceMapping").length);
});

test("the page's amounts are those of the template, and add up", () => {
  expect(amounts).toHaveLength(rows.length + 1);
  for (const [index, amount] of rows.entries()) expect(amounts[index]).toSatisfy((shown) => isNear(shown, amount));
  expect(together).toBeCloseTo(sum(amounts.slice(0, -1)), 1);
});

test("the page's counts are those of the template", () => {
  const counts: [RegExp, number][] = [
    [/(\d+) metrics in \d+ alarms/, total("metrics")],
    [/metrics in (\d+) alarms/, total("alarms")],
    [/(\d+) mappings/, total("mappings")],
    [/(\d+) lanes/, total("lanes")],
    [/(\d+) dead-letter queues/, total("queues")],
    [/(\d+) tasks x 3/, total("tasks")],
    [/(\d+) queues x 2/, total("queues")],
  ];
  for (const [pattern, counted] of counts)
    expect(shownAs(pattern), String(pattern)).toSatisfy((n) => isNear(n, counted));
  expect(shownAs(/(\d+) metrics in \d+ alarms/) * 0.1).toBeCloseTo(amounts[0] ?? 0);
  const busy = shownAs(/(\d+) tasks x 3/) * 3 + shownAs(/tasks x 3 \+ (\d+)/) + shownAs(/(\d+) queues x 2/) * 2;
  expect(shownAs(/queues x 2 = (\d+) metrics/)).toBe(busy);
  expect(shownAs(/metrics, \$([\d.]+)\.$/m)).toBeCloseTo(busy * 0.3);
});

test.each(families)("the page says what the family $family costs while nothing runs", (counted) => {
  const row = new RegExp(`^\\| \`${counted.family}\` \\| .* \\| (\\d+) \\| (\\d+) \\| \\$([\\d.]+) \\|$`, "m").exec(
    page,
  );
  const [mappings = 0, metrics = 0, price = 0] = (row ?? []).slice(1).map(Number);
  const polled = counted.mappings * POLLING + (counted.lanes + counted.queues) * MEASURING;
  expect(mappings).toBe(counted.mappings);
  expect(metrics).toSatisfy((shown) => isNear(shown, counted.metrics));
  expect(price).toSatisfy((shown) => isNear(shown, counted.metrics * prices.alarmMetric + polled));
});

test("core with its alarms costs less than $5 while nothing runs, with what belongs to no family", () => {
  const core = families.find(({ family }) => family === "core");
  if (!core) throw new Error("There is no core.");
  const polled = core.mappings * POLLING + (core.lanes + core.queues) * MEASURING;
  const sum = core.metrics * prices.alarmMetric + polled + LOOKING + stage.ofType("AWS::KMS::Key").length;
  expect(sum).toBeLessThan(5);
  const shown = shownAs(/`core` alone costs \$([\d.]+) a month/);
  expect(shown).toBeCloseTo(sum, 1);
});

test("the page says what an alarm for each queue costs", () => {
  const detailed = synthesize({ SLUICE_ALARMS: "queues", SLUICE_FAMILIES: defaultFamilies.join(",") });
  const alarms = detailed.ofType("AWS::CloudWatch::Alarm");
  expect(shownAs(/`SLUICE_ALARMS=queues` makes (\d+) alarms/)).toBe(alarms.length);
  expect(shownAs(/alarms of (\d+) metrics/)).toBe(sum(alarms.map(metricsOf)));
});

test("the page says what a small stage costs while nothing runs", () => {
  const small = synthesize({ SLUICE_SIZE: "small", SLUICE_FAMILIES: "" });
  const metrics = sum(small.ofType("AWS::CloudWatch::Alarm").map(metricsOf));
  const mappings = small.ofType("AWS::Lambda::EventSourceMapping").length;
  const queues = small.ofType("AWS::SQS::Queue").filter(({ properties }) => "RedrivePolicy" in properties);
  const lanes = mappings;
  const letters = new Set(queues.map(({ properties }) => JSON.stringify(properties.RedrivePolicy))).size - 1;
  const polled = mappings * POLLING + (lanes + letters) * MEASURING;
  const counted = metrics * prices.alarmMetric + polled + LOOKING + small.ofType("AWS::KMS::Key").length;
  const row =
    /size `small`\]\(\S+\) has (\d+) mappings, (\d+) metrics of alarms, and costs \$([\d.]+) a month: \$([\d.]+) without/.exec(
      page.replaceAll(/\s+/g, " "),
    );
  const [shownMappings, shownMetrics, price = 0, without = 0] = (row ?? []).slice(1).map(Number);
  expect([shownMappings, shownMetrics]).toEqual([mappings, metrics]);
  expect(price).toBeCloseTo(counted, 1);
  expect(without).toBeCloseTo(counted - metrics * prices.alarmMetric, 1);
});

test("the README says the same, rounded", () => {
  const [alarms = 0] = amounts;
  const readme = readFileSync(join(root, "README.md"), "utf8").replaceAll(/\s+/g, " ");
  expect(readme).toContain(`An idle stage costs about $${Math.round(together)} a month`);
  expect(readme).toContain(`without them about $${Math.round(together - alarms)}`);
});
