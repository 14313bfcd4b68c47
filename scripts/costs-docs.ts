/**
 * Writes docs/costs.md from the template, from counted calls and from stated prices. Run it as `npm run costs-docs`; with
 * a file of `npm run -s bench -- --json calls console` behind it, the calls are those of that file.
 *
 * @module
 */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { defaultFamilies } from "../contracts/families.ts";
import { celeryCosts } from "./costs/celery.ts";
import { consolePages } from "./costs/console-pages.ts";
import { type ConsoleCalls, consoleCallsSchema, renderTabs } from "./costs/console-tab.ts";
import { dateOf, dollars, short, table } from "./costs/markdown.ts";
import { each, MONTH_HOURS, MONTH_MINUTES, type Price, type PriceName, prices } from "./costs/prices.ts";
import {
  countDetailed,
  countFamilies,
  countSmall,
  memoryOf,
  ofNoFamily,
  POLLS,
  priceOf,
  sum,
  together,
} from "./costs/stage-costs.ts";

/** One path of the benchmark of calls, by job. */
const pathSchema = z.object({
  path: z.string(),
  name: z.string(),
  calls: z.number(),
  writeUnits: z.number(),
  readUnits: z.number(),
  sqs: z.number(),
  kilobytes: z.number(),
  dollars: z.number(),
});
const callsSchema = z.object({ date: z.iso.date(), machine: z.string(), paths: z.array(pathSchema) });
type Calls = z.infer<typeof callsSchema>;
const rowsSchema = z.array(z.object({ name: z.string(), value: z.number().nullable() }));
type Rows = z.infer<typeof rowsSchema>;
const benchSchema = z.object({ results: z.object({ calls: rowsSchema.optional(), console: rowsSchema.optional() }) });

/** A function's time that is assumed: nothing was measured on AWS. */
const ASSUMED_MS = 50;
/** Measured on two cores (docs/documents.md). */
const TEXT_PAGE_MS = 9.3;
const RECOGNIZED_PAGES_A_SECOND = 1.27;
/** Bytes of log lines by job, measured on the embedded stack. */
const LOG_KB = 2.4 + 0.3;

const whole = (count: number): string => Math.round(count).toLocaleString("en-US");
/** As AWS writes it: cents, or as many places as it needs. */
const amountOf = (amount: number): string =>
  `$${/^\d+(\.\d{1,2})?$/.test(String(amount)) ? amount.toFixed(2) : amount.toFixed(10).replace(/0+$/, "")}`;
const a = (name: PriceName): string => `${amountOf(prices[name].amount)} ${prices[name].per}`;

const folder = join(import.meta.dirname, "..");

/** Calls of each path of the benchmark, as they were counted last. */
const CALLS = "scripts/costs/calls.json";
const readCalls = async (): Promise<Calls> =>
  callsSchema.parse(JSON.parse(await readFile(join(folder, CALLS), "utf8")));
/** Calls of a refresh of each page of the console. */
const CONSOLE_CALLS = "scripts/costs/console-calls.json";
const readConsoleCalls = async (): Promise<ConsoleCalls> =>
  consoleCallsSchema.parse(JSON.parse(await readFile(join(folder, CONSOLE_CALLS), "utf8")));

/** The whole page. */
export async function renderCosts(): Promise<string> {
  const calls = await readCalls();
  const consoleCalls = await readConsoleCalls();
  const families = countFamilies();
  const core = together(families.filter(({ family }) => family === "core"));
  const standard = together(families.filter(({ family }) => defaultFamilies.includes(family)));
  const all = together(families);
  const small = countSmall();
  const detailed = countDetailed();
  const idle = priceOf(standard);
  const idleTogether = idle.together + ofNoFamily.together;
  const idleCore = priceOf(core).together + ofNoFamily.together;
  const one = { alarms: 0, metrics: 0, mappings: 1, lanes: 1, queues: 1 };
  const detailedPrice = detailed.metrics * prices.alarmMetric.amount;

  const [smallJob, ...otherPaths] = calls.paths;
  const batch = otherPaths.find(({ path }) => path.startsWith("of a batch"));
  if (!smallJob || !batch) throw new Error("scripts/costs/calls.json lacks the small task, or that of a batch.");
  const [apiMemory = 0, workerMemory = 0, documentMemory = 0] = memoryOf("api", "default", "document");
  const seconds = (milliseconds: number, memory: number) =>
    (milliseconds / 1_000) * memory * prices.lambdaTime.amount * 1e6;
  const parts: readonly (readonly [what: string, how: string, dollars: number])[] = [
    ["Calls to DynamoDB and SQS", "as counted below", smallJob.dollars],
    ["API Gateway", "one request", prices.apiRequest.amount],
    [
      "Lambda, requests",
      "one for the API, one for the worker; the authorizer's response is cached",
      2 * prices.lambdaRequest.amount,
    ],
    ["Lambda, duration of the API", `${ASSUMED_MS} ms with ${apiMemory} GB, assumed`, seconds(ASSUMED_MS, apiMemory)],
    [
      "Lambda, duration of the worker",
      `${ASSUMED_MS} ms with ${workerMemory} GB, assumed`,
      seconds(ASSUMED_MS, workerMemory),
    ],
    [
      "Logs",
      `${LOG_KB.toFixed(1)} KB; with \`LOG_LEVEL=WARN\`, only the lines for metrics remain`,
      (LOG_KB / 1e6) * prices.logs.amount * 1e6,
    ],
  ];
  const million = sum(parts.map(([, , amount]) => amount));
  const page = (milliseconds: number) => (milliseconds / 1_000) * documentMemory * prices.lambdaTime.amount * 1_000;
  const metrics = standard.tasks * 3 + 5 + standard.queues * 2;
  const celery = celeryCosts();
  const breakEven = (amount: number): string => `${((amount - idleCore) / million).toFixed(1)} million tasks a month`;

  return `# Costs

*This page is generated: \`npm run costs-docs\` counts the resources in the template, multiplies them by the [prices](#prices),
and takes the calls of a job from \`npm run bench -- calls\`. The prices are those of us-east-1 in US dollars; in other regions,
they are some percent higher. A month has ${MONTH_HOURS} hours.*

Nothing is billed by the hour: there are no instances and no NAT gateway. Queues, tables and the bucket are encrypted with keys
that AWS manages free of charge.

## Idle

A stage with the default [families](#families), as \`npm run deploy\` creates it:

${table(
  ["item", "quantity", "price", "a month"],
  [
    [
      "Alarms",
      `${standard.metrics} metrics in ${standard.alarms} alarms; an alarm on an expression is billed for each metric in it`,
      a("alarmMetric"),
      dollars(idle.alarms),
    ],
    ["Dashboard", "1 with at most 50 metrics; three of them are free for each account", a("dashboard"), dollars(0)],
    [
      "Lambda's pollers",
      `${standard.mappings} event source mappings, each with 5 continuous long polls of 20 s: ${whole(POLLS)} requests`,
      a("sqs"),
      dollars(idle.polls),
    ],
    [
      "Sweeper: queue depths",
      `${standard.lanes} lanes and ${standard.queues} dead-letter queues, every minute`,
      a("sqs"),
      dollars(idle.depths),
    ],
    [
      "Sweeper: work index",
      "one call every minute, half a read unit while the index is empty",
      a("readUnit"),
      dollars(ofNoFamily.index),
    ],
    ["KMS", "1 key, which signs jobs of tasks that need an admin key", a("kmsKey"), dollars(ofNoFamily.key)],
    ["**Total**", "", "", dollars(idleTogether)],
  ],
)}

The table does not contain what costs only a few cents: the sweeper's ${whole(MONTH_MINUTES)} invocations (they stay within Lambda's 400,000
free GB-seconds while each takes at most 18 s), its samples and counters (one write unit and some six read units a minute), the
scheduled tasks, and logs. AWS's free tier covers 10 alarm metrics and a million SQS requests, as long as the account does not
use them for something else. While nothing runs, Sluice's own metrics cost nothing, because a metric that is zero is not
published ([0390](decisions/0390-alarms-of-all-queues-together.md)).

**\`core\` alone costs ${dollars(idleCore)} a month**, with its alarms and the key: \`SLUICE_FAMILIES=core\`.

**To pay less:** \`npx cdk deploy sluice-dev-api\` deploys the API with the stacks that it needs, without
\`sluice-dev-observability\`, which causes the first two rows. The console, \`GET /metrics\` and \`npx sluice dlq\` work without it. A
paused queue (\`npx sluice queues pause keywords\`) is not polled.

**To pay more:** \`SLUICE_ALARMS=queues\` creates ${detailed.alarms} alarms with ${detailed.metrics} metrics, one for each queue, task and function, for
${dollars(detailedPrice)} a month. \`SLUICE_DASHBOARD=full\` creates a dashboard with graphs of all of them, for ${dollars(prices.dashboard.amount)} a month.

## Families

A queue costs money while nothing runs, because its lanes are polled and it has alarms. \`SLUICE_FAMILIES\` defines which families
of queues a stage has, for example \`SLUICE_FAMILIES=language,evaluation\`, or \`all\`; every stage has \`core\`. The queues,
functions and alarms of other families are not created, and a request for one of their tasks is answered with 404, which names
the setting. The default is \`core\`, \`language\`, \`documents\` and \`search\`, so that a stage does not pay for tasks that it does
not use. \`npm start\` has all families.

The prices in the table include polling for the family's lanes and uploads, and the sweeper's check of each lane and dead-letter
queue.

${table(
  ["family", "queues", "mappings", "alarm metrics", "a month"],
  families.map((family) => [
    `\`${family.family}\``,
    family.names.map((name) => `\`${name}\``).join(", "),
    String(family.mappings),
    String(family.metrics),
    dollars(priceOf(family).together),
  ]),
)}

All families together cost ${dollars(priceOf(all).together)} a month, plus ${dollars(ofNoFamily.together)} for the rows of the first table that belong to no family. Without alarms
(when \`sluice-dev-observability\` is not deployed), a queue with one lane costs ${dollars(priceOf(one).together)} a month, and a queue with two lanes
${dollars(priceOf({ ...one, mappings: 2, lanes: 2 }).together)}.

Queues have one lane when nobody waits for their work, or when it is so fast that a backlog is rare: \`monitoring\`, \`callbacks\`,
\`batches\`, and the families from \`generation\` on except \`rewrite\` and \`extraction\`. In these queues, the priority has no effect.

A stage of [size \`small\`](deployment.md#a-new-account) has ${small.mappings} mappings and ${small.metrics} alarm metrics. It costs ${dollars(priceOf(small).together + ofNoFamily.together)} a month,
and ${dollars(priceOf({ ...small, metrics: 0 }).together + ofNoFamily.together)} without \`sluice-dev-observability\`.

Before you remove a family, let its jobs finish: the deployment deletes its queues, and with them the messages of waiting jobs.
\`npm run deploy\` stops when such a queue still holds messages. Schedules of the family's tasks pause themselves at their next
start time and give the reason.

## Running

The price of a million small tasks that are submitted one at a time, without the price of a model:

${table(
  ["item", "quantity", "$ a million"],
  [
    ...parts.map(([what, how, amount]) => [what, how, amount.toFixed(2)] as const),
    ["**Total**", "", million.toFixed(2)],
  ],
)}

The calls of one job to DynamoDB, SQS and S3, including the polls that receive its message. \`npm run bench -- calls\` counts them
on the wire of the embedded stack (${dateOf(calls.date)}, medians of three; ${calls.machine};
except for the batch, a worker received one message at a time):

${table(
  ["job", "calls", "write units", "read units", "SQS requests", "KB on the wire", "$ a million"],
  calls.paths.map(({ name, calls: count, writeUnits, readUnits, sqs, kilobytes, dollars: amount }) => [
    name,
    ...[count, writeUnits, readUnits, sqs].map(short),
    kilobytes < 10 ? kilobytes.toFixed(1) : whole(kilobytes),
    amount.toFixed(2),
  ]),
)}

One write unit is for the counters of runs; messages that are received together share it. The other write units are three writes
of the record (submit, claim, commit) of about 1 KB each, and five units for its index entries
([0121](decisions/0121-unclaimed-jobs-are-found-by-what-passes-them.md),
[0360](decisions/0360-calls-are-counted-at-the-wire.md)).

The message of a failed job is returned to its queue until SQS moves it to the dead-letter queue, after 7 receives. A job of a
batch takes one more write when it finishes ([batches](batches.md#costs)). A run that used tokens takes one more write, for the
tenant's usage. Each API key that is used takes two write units an hour, for the time of its last use: $${(2 * MONTH_HOURS * each("writeUnit")).toFixed(4)} a month.

The size of the logs was measured on the embedded stack with \`LOG_FORMAT=json\` and 20 jobs of \`keywords\`. Lambda's own log lines
are not included.

Metrics are billed only for the hours in which they are published. When every task runs in every hour of the month and none
fails, there are ${standard.tasks} tasks x 3 + 5 + ${standard.queues} queues x 2 = ${metrics} metrics, for ${dollars(metrics * prices.metric.amount)}. The 5 are the sweeper's metrics of all
queues together.

### Documents

The prices are for a function with ${documentMemory} GB and do not include the upload and the calls of the document's job. They are
calculated from times that were measured on two cores ([documents](documents.md#figures)), not on Lambda:

${table(
  ["1,000 pages", "measured", "price"],
  [
    ["with a text layer", `${TEXT_PAGE_MS} ms per page, in PDFs of 50 pages`, `$${page(TEXT_PAGE_MS).toFixed(4)}`],
    [
      "recognized by Tesseract, in the function",
      `${RECOGNIZED_PAGES_A_SECOND} pages per second`,
      dollars(page(1_000 / RECOGNIZED_PAGES_A_SECOND)),
    ],
    ["recognized by Textract (`OCR_ENGINE=textract`)", "", dollars(prices.textract.amount)],
  ],
)}

## Following jobs

One poll of a job takes one request to the API (${a("apiRequest")}), one Lambda request (${a("lambdaRequest")}) and at
least one read unit (${a("readUnit")}). \`POST /jobs/status\` returns the states of up to 100 jobs with one request.

A wait of 20 s (\`GET /jobs/{id}?wait=20\`) takes one request, two writes, up to 20 reads, and 20 s of the API's function with
${apiMemory} GB. A thousand such waits cost about $0.27. Polling four times with growing intervals instead costs $0.005 for a thousand
jobs.

${renderTabs(consoleCalls, { seconds: ASSUMED_MS / 1_000, memory: apiMemory })}

## Compared with Celery

The table shows the smallest Celery setup that survives the loss of an Availability Zone: API and workers in two zones, Redis
with a replica, and a load balancer. The prices are hourly on-demand prices. In Celery's favor, the table leaves out what
the load balancer charges for traffic, public addresses or a NAT gateway, disks, logs and alarms.

${table(
  ["item", ...celery.map(({ name }) => name)],
  [
    ["API and workers", ...celery.map(({ compute }) => `${compute.how}: ${dollars(compute.amount)}`)],
    ["Redis", ...celery.map(({ cache }) => `2 cache.t4g.micro: ${dollars(cache)}`)],
    ["Load balancer", ...celery.map(({ loadBalancer }) => dollars(loadBalancer))],
    ["**A month**", ...celery.map(({ amount }) => dollars(amount))],
    ["Same price as `core` with", ...celery.map(({ amount }) => breakEven(amount))],
  ],
)}

Up to the number of small tasks in the last row, Sluice costs less (${dollars(idleCore)} a month, plus ${dollars(million)} a million tasks). Beyond that
number, Celery's hardware has to grow with the load, which the table does not include: two vCPUs of a burstable instance do not
provide their full performance all the time.

## Prices

${table(
  ["item", "price", "read at"],
  (Object.keys(prices) as PriceName[]).map((name) => {
    const { of, page: link, read }: Price = prices[name];
    return [of, `[${a(name)}](${link})`, read ?? ""];
  }),
)}

The links lead to AWS's price pages, most of which load their figures with a script. The last column says where a price was
read. Where it is empty, an earlier version of this page took the price from AWS's page, without noting the date. Check the
prices before you base a decision on them.
`;
}

/** @throws Error when it was not counted */
const figureIn =
  (rows: Rows) =>
  (what: string, name: string): number => {
    const found = rows.find((each) => each.name === `${what}: ${name}`)?.value;
    if (typeof found !== "number") throw new Error(`The benchmark says nothing of ${what}: ${name}.`);
    return Math.round(found * 100) / 100;
  };
const today = (): string => new Date().toISOString().slice(0, 10);

/** What a run of the benchmark counted of each page of the console. */
function consoleCallsOf(rows: Rows): ConsoleCalls {
  const figure = figureIn(rows);
  const pages = consolePages.map(({ name }) => ({
    ...{ name, calls: figure(name, "calls"), readUnits: figure(name, "read"), writeUnits: figure(name, "written") },
    ...{ sqs: figure(name, "queued"), dollars: figure(name, "price of these calls") },
  }));
  return { date: today(), pages };
}

/** The calls that a run of the benchmark counted. */
function callsOf(rows: Rows, { machine, paths }: Calls): Calls {
  const figure = figureIn(rows);
  const counted = paths.map(({ path, name }) => ({
    ...{ path, name, calls: figure(path, "calls"), writeUnits: figure(path, "written") },
    ...{ readUnits: figure(path, "read"), sqs: figure(path, "queued") },
    ...{ kilobytes: figure(path, "at the wire"), dollars: figure(path, "price of these calls") },
  }));
  return { date: today(), machine, paths: counted };
}

if (import.meta.main) {
  const [, , counted] = process.argv;
  if (counted !== undefined) {
    const { results } = benchSchema.parse(JSON.parse(await readFile(counted, "utf8")));
    const write = async (path: string, found: Calls | ConsoleCalls) => {
      await writeFile(join(folder, path), `${JSON.stringify(found, null, 2)}\n`);
      console.log(`wrote ${path}`);
    };
    if (results.calls) await write(CALLS, callsOf(results.calls, await readCalls()));
    if (results.console) await write(CONSOLE_CALLS, consoleCallsOf(results.console));
  }
  await writeFile(join(folder, "docs/costs.md"), await renderCosts());
  console.log("wrote docs/costs.md");
}
