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

A tab asks while it is seen: in the background it asks for nothing, and once when it is seen again. Each refresh of a page is one request. While
answers differ, a page is refreshed at the pace below; with each answer that is the same, more slowly, down to a quarter of it. That
is the lower figure, on which nothing changes all month; the higher one is of a page where every answer differs from the one before.
Both are bounds, for a tab that is seen around the clock: eight hours on 22 days are a quarter of it.

${table(["a tab on", "calls of AWS a refresh", "every", "refreshes a minute", "a month"], rows)}

*Submit*, *Settings* and *Revoke jobs* ask once, as does the page of a document that is read, of a project with its vector, and of an escalation that is
resolved. *Jobs* with filters for which one request is not enough searches once, by 50 requests at the most. A batch of which more jobs are open is
asked for more rarely: every 1.5 s and 5 ms more for each of them, up to 30 s. A job that waits or runs answers with the jobs that it has
submitted every 5 s while they may change, and after each change of its own, within the same request. *Overview* takes
answers that another request of the project got up to 40 s before, so that at its fastest pace one of three requests asks AWS.

Calls and units were counted at the wire of the embedded stack (\`npm run bench -- console\`, ${dateOf(date)}, medians of three) for lists of 50
records, beside 1,000 jobs that wait and 50 dead letters, on a stage of all families. *Trends* had the points of some minutes; those of a whole
day, some 2 KB for each five minutes, take ${DAY_UNITS} read units by calculation (${ofDay()} a month), those of a week 508. A request is one of the API and one of Lambda, with an assumed ${seconds * 1_000} ms of
${memory} GB. With more than 1 MB of jobs that wait, run or have failed, the counts take a query for each of 16 shards and kind
([0222](decisions/0222-the-work-index-is-read-at-once-while-it-is-small.md)). A test in a browser counts the requests of every page, and at which pace they come
([0400](decisions/0400-a-page-is-one-request.md)).`;
}
