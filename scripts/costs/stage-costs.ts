/**
 * What a stage costs while nothing runs, counted from its template.
 *
 * @module
 */

import { z } from "zod";
import { catalog } from "../../contracts/catalog.ts";
import { defaultFamilies, type Family, familyNames } from "../../contracts/families.ts";
import { deadLetterName, laneName } from "../../contracts/jobs/lanes.ts";
import { queueTraits } from "../../contracts/queue-traits.ts";
import { physicalName } from "../../contracts/resources.ts";
import { queuesAt } from "../../contracts/sizes.ts";
import { type Resource, type Synthesized, synthesize } from "../../tests/helpers/synthesized.ts";
import { each, MONTH_MINUTES, prices } from "./prices.ts";

/** Five long polls of 20 s, of one mapping. */
export const POLLS = 5 * 3 * MONTH_MINUTES;
const POLLING = POLLS * each("sqs");
/** The sweeper's look at one queue. */
const MEASURING = MONTH_MINUTES * each("sqs");
/** Its look at a work index in which nothing is: half a read unit. */
const LOOKING = 0.5 * MONTH_MINUTES * each("readUnit");

/** Queues of one's own are not on the page. */
const shipped = catalog.queues.filter(({ name }) => name === "default" || name in queueTraits);
export const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const alarmSchema = z.object({ Metrics: z.array(z.looseObject({ MetricStat: z.unknown().optional() })).optional() });

/** An alarm on an expression is billed for every metric in it. */
const metricsOf = ({ properties }: Resource): number =>
  alarmSchema.parse(properties).Metrics?.filter((metric) => metric.MetricStat).length ?? 1;

/** What is billed while nothing runs. */
export interface Idle {
  readonly alarms: number;
  /** Of the alarms. */
  readonly metrics: number;
  readonly mappings: number;
  readonly lanes: number;
  /** As many dead-letter queues are looked at. */
  readonly queues: number;
}

/** What a family adds to that. */
export interface FamilyIdle extends Idle {
  readonly family: Family;
  readonly names: readonly string[];
  readonly tasks: number;
}

/** Dollars a month by what they are for. */
export function priceOf({ metrics, mappings, lanes, queues }: Idle) {
  const alarms = metrics * prices.alarmMetric.amount;
  const polls = mappings * POLLING;
  const depths = (lanes + queues) * MEASURING;
  return { alarms, polls, depths, together: alarms + polls + depths };
}

/** What belongs to no family: the look at the work index, and the key. */
export const ofNoFamily = { index: LOOKING, key: prices.kmsKey.amount, together: LOOKING + prices.kmsKey.amount };

/** The family whose queue, function or task an alarm is about. */
function familyOf({ properties }: Resource): Family {
  const values = new Set([...JSON.stringify(properties).matchAll(/"Value":"([^"]+)"/g)].map(([, value]) => value));
  const own = shipped.find(({ name, lanes, tasks }) => {
    const physical = [name, deadLetterName(name), ...lanes.map((lane) => laneName(name, lane))];
    const known = [...physical.map((one) => physicalName("dev", one)), ...tasks.map((task) => task.name), name];
    return known.some((one) => values.has(one));
  });
  return own?.family ?? (values.has(physicalName("dev", "uploads")) ? "documents" : "core");
}

const alarmsOf = (stage: Synthesized) => stage.ofType("AWS::CloudWatch::Alarm");
const mappingsOf = (stage: Synthesized) => stage.ofType("AWS::Lambda::EventSourceMapping").length;
const countAlarms = (alarms: readonly Resource[]) => ({
  alarms: alarms.length,
  metrics: sum(alarms.map(metricsOf)),
});

/** A stage with all families, whose parts are told apart. */
export function countFamilies(): readonly FamilyIdle[] {
  const stage = synthesize({}, shipped);
  const families = familyNames.flatMap((family) => {
    const queues = shipped.filter((queue) => queue.family === family);
    if (queues.length === 0) return [];
    const lanes = queues.flatMap((queue) => queue.lanes).length;
    return [
      {
        ...{ family, names: queues.map(({ name }) => name), tasks: queues.flatMap(({ tasks }) => tasks).length },
        ...countAlarms(alarmsOf(stage).filter((alarm) => familyOf(alarm) === family)),
        // Uploads have a mapping of their own.
        ...{ mappings: family === "documents" ? lanes + 1 : lanes, lanes, queues: queues.length },
      },
    ];
  });
  const counted = {
    metrics: sum(families.map(({ metrics }) => metrics)),
    mappings: sum(families.map((one) => one.mappings)),
  };
  const { metrics } = countAlarms(alarmsOf(stage));
  if (counted.metrics !== metrics || counted.mappings !== mappingsOf(stage)) {
    throw new Error(`The families have ${JSON.stringify(counted)}, the template ${metrics} and ${mappingsOf(stage)}.`);
  }
  return families;
}

/** Several families together. */
export const together = (families: readonly FamilyIdle[]): Idle & { readonly tasks: number } => ({
  alarms: sum(families.map(({ alarms }) => alarms)),
  metrics: sum(families.map(({ metrics }) => metrics)),
  mappings: sum(families.map(({ mappings }) => mappings)),
  lanes: sum(families.map(({ lanes }) => lanes)),
  queues: sum(families.map(({ queues }) => queues)),
  tasks: sum(families.map(({ tasks }) => tasks)),
});

/** The alarms of the default families, when each queue has its own. */
export const countDetailed = () =>
  countAlarms(alarmsOf(synthesize({ SLUICE_ALARMS: "queues", SLUICE_FAMILIES: defaultFamilies.join(",") }, shipped)));

/** A stage of size `small`. */
export function countSmall(): Idle {
  const stage = synthesize({ SLUICE_SIZE: "small", SLUICE_FAMILIES: "" });
  const queues = queuesAt("small", catalog.tasks).filter(({ name }) =>
    stage
      .ofType("AWS::SQS::Queue")
      .some(({ properties }) => properties.QueueName === physicalName("dev", deadLetterName(name))),
  );
  const lanes = sum(queues.map((queue) => queue.lanes.length));
  return { ...countAlarms(alarmsOf(stage)), mappings: mappingsOf(stage), lanes, queues: queues.length };
}

/** GB of memory of functions, by name. */
export function memoryOf(...names: readonly string[]): number[] {
  const functions = synthesize({}, shipped).ofType("AWS::Lambda::Function");
  return names.map((name) => {
    const found = functions.find(({ properties }) => properties.FunctionName === physicalName("dev", name));
    return z.number().parse(found?.properties.MemorySize) / 1_024;
  });
}
