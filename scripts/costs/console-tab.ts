/**
 * What an open tab of the web console costs: how often each page asks, times what a request asks of AWS.
 *
 * @module
 */

import { z } from "zod";
import { type ConsolePage, consolePages, quietEvery } from "./console-pages.ts";
import { dateOf, dollars, short, table } from "./markdown.ts";
import { each, MONTH_MINUTES } from "./prices.ts";

/** What the benchmark counted of one refresh of each page. */
export const consoleCallsSchema = z.object({
  date: z.iso.date(),
  pages: z.array(
    z.object({
      name: z.string(),
      calls: z.number(),
      readUnits: z.number(),
      writeUnits: z.number(),
      sqs: z.number(),
      /** Of a million refreshes. */
      dollars: z.number(),
    }),
  ),
});
/** What {@link consoleCallsSchema} parses to. */
export type ConsoleCalls = z.infer<typeof consoleCallsSchema>;

/** 8 queries of counters, and 288 points of 2 KB. */
const DAY_UNITS = 76;
const rangeOf = (least: string, most: string): string => (least === most ? most : `${least} to ${most}`);
const minuteOf = (every: number): number => 60_000 / every;

/** What a tab costs that is seen all month, in dollars, at both ends of its pace. */
export function tabCosts(page: ConsolePage, counted: ConsoleCalls["pages"][number], ofRequest: number) {
  const month = (every: number, freshOneOf: number) =>
    minuteOf(every) * MONTH_MINUTES * (ofRequest + counted.dollars / 1e6 / freshOneOf);
  // Slowed down, an answer is older than what may be given again.
  return { quiet: month(quietEvery(page), 1), busy: month(page.every, page.freshOneOf ?? 1) };
}

/**
 * The section of docs/costs.md.
 * @param seconds that the API's function takes for a request, of `memory` GB
 * @throws Error when the benchmark has not counted a page
 */
export function renderTabs(
  { date, pages }: ConsoleCalls,
  { seconds, memory }: { readonly seconds: number; readonly memory: number },
): string {
  const ofRequest = each("apiRequest") + each("lambdaRequest") + seconds * memory * each("lambdaTime") * 1e6;
  /** The history of runs of a whole day, by calculation. */
  const ofDay = (): string => {
    const [page] = consolePages.filter(({ screen }) => screen === "trends");
    if (!page) throw new Error("There is no page of trends.");
    const counted = { name: "", calls: 0, readUnits: DAY_UNITS, writeUnits: 0, sqs: 0 };
    return dollars(tabCosts(page, { ...counted, dollars: DAY_UNITS * each("readUnit") * 1e6 }, ofRequest).busy);
  };
  const rows = consolePages.map((page: ConsolePage) => {
    const counted = pages.find(({ name }) => name === page.name);
    if (!counted)
      throw new Error(`scripts/costs/console-calls.json lacks ${page.name}: npm run bench -- --json console`);
    const { quiet, busy } = tabCosts(page, counted, ofRequest);
    const sqs = counted.sqs > 0 ? `, ${counted.sqs} of SQS` : "";
    return [
      page.name,
      `${counted.calls}${sqs}; ${short(counted.readUnits)} read ${counted.readUnits === 1 ? "unit" : "units"}`,
      `${short(page.every / 1_000)} s`,
      rangeOf(minuteOf(quietEvery(page)).toFixed(1), minuteOf(page.every).toFixed(1)),
      rangeOf(dollars(quiet), dollars(busy)),
    ];
  });
  return `## An open tab of the console

A tab sends requests while it is visible. In the background, it sends none; when it becomes visible again, it sends one. Each
refresh of a page is one request. While the answers differ, a page is refreshed at the interval below. With each answer that is
the same as the one before, the interval grows, up to four times as long.

The lower price in the last column is for a page on which nothing changes all month, the higher one for a page where every
answer differs from the one before. Both are for a tab that is visible around the clock; eight hours on 22 days cost a quarter
of it.

${table(["page", "AWS calls per refresh", "interval", "refreshes a minute", "a month"], rows)}

*Submit*, *Settings* and *Revoke jobs* send their request only once, and so does the page of a document whose text was read, of
a project that has its vector, and of a resolved escalation. When one request does not complete a search on *Jobs* with filters,
the page searches only once, with at most 50 requests. The interval of a batch grows with its unfinished jobs: 1.5 s plus 5 ms
for each of them, up to 30 s. While a job waits or runs, its answers include the jobs that it has submitted every 5 s as long as
they may change, and after each change of the job itself, within the same request. *Overview* accepts answers that another
request of the tenant got up to 40 s earlier, so at its shortest interval only one of three requests calls AWS.

Calls and units were counted on the wire of the embedded stack (\`npm run bench -- console\`, ${dateOf(date)}, medians of three) for
lists of 50 records, with 1,000 waiting jobs and 50 dead letters, on a stage with all families. *Trends* had the data points of
some minutes. By calculation, those of a whole day (some 2 KB for each five minutes) take ${DAY_UNITS} read units (${ofDay()} a month), and
those of a week 508. A request is one request to the API and one to Lambda, with an assumed ${seconds * 1_000} ms with ${memory} GB. When more
than 1 MB of jobs wait, run or have failed, counting takes a query for each kind and each of 16 shards
([0222](decisions/0222-the-work-index-is-read-at-once-while-it-is-small.md)). A browser test counts the requests of every page
and checks their interval ([0400](decisions/0400-a-page-is-one-request.md)).`;
}
