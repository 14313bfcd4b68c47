import { type TaskRun, z } from "sluice";
import type { catalog } from "../app.ts";
import type { readingReport } from "./reading-report.ts";

const stateSchema = z.object({ jobs: z.array(z.string()) });
const summarySchema = z.object({ summary: z.string() });
const statsSchema = z.object({ words: z.int() });

/** Submits two jobs and gives its place free; runs again when both have ended. */
export const run: TaskRun<typeof readingReport, typeof catalog.tasks> = async ({ text }, context) => {
  if (context.state === undefined) {
    const jobs = [
      await context.submit("summarize", { text, max_length: 60 }, { step: "summary" }),
      await context.submit("word_stats", { text }, { step: "words" }),
    ];
    return context.waitFor(jobs, { jobs });
  }
  const { jobs } = stateSchema.parse(context.state);
  const [summary, stats] = await context.results(jobs);
  const { words } = statsSchema.parse(stats?.result);
  const minutes = Math.round((10 * words) / context.settings.WORDS_PER_MINUTE) / 10;
  return { summary: summarySchema.parse(summary?.result).summary, minutes };
};
