import { Command } from "@commander-js/extra-typings";
import { jobStates } from "../../contracts/jobs/states.ts";
import type { Job } from "../../contracts/jobs/wire.ts";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { parseDuration } from "../input/duration.ts";
import { parseWhole } from "../input/number.ts";
import { parseState } from "../input/state.ts";
import { jobColumns } from "../output/job.ts";
import { StatusLine } from "../output/status-line.ts";
import { printTable } from "../output/table.ts";

/** The API gives at most so many at once. */
const PAGE = 100;

/** `sluice list`: lists jobs. */
export const listCommand = (cli: Cli) =>
  new Command("list")
    .summary("list jobs, newest first")
    .description("Lists jobs, newest first. In a pipe, it prints one job per line, tab-separated, without a heading.")
    .option("--status <state>", `only jobs in this state: ${jobStates.join(", ")}`, parseState)
    .option("--task <name>", "only jobs of this task")
    .option("--project <id>", "another project (admin keys)")
    .option("--trace-id <id>", "only jobs with this trace id")
    .option("--batch <id>", "only jobs of this batch")
    .option("--tag <name:value>", "only jobs with this tag")
    .option("--search <words>", "only jobs whose ID, task, batch, trace, worker or error contains all of these words")
    .option("--no-housekeeping", "leave out the stack's own jobs, such as cleanups (only admin keys see them)")
    .option("--since <duration>", "only jobs created within this time, such as 1h", parseDuration)
    .option("--until <duration>", "only jobs created at least this long ago", parseDuration)
    .option("-n, --limit <count>", "how many", parseWhole(1, 10_000), 20)
    .option("--cursor <cursor>", "continue after this page (its next_cursor)")
    .addHelpText(
      "after",
      examples(
        ["sluice list --status FAILURE", "what has failed"],
        ["sluice list --task summarize -n 200", "the newest 200 summaries"],
        ["sluice list --search 'answered 429' --since 24h", "what the model server has refused today"],
      ),
    )
    .action(async ({ since, until, limit, cursor, ...filters }) => {
      const { status, task, project, traceId, batch, tag, search, housekeeping } = filters;
      const client = cli.client();
      const now = Date.now();
      const ago = (seconds: number) => new Date(now - seconds * 1_000).toISOString();
      const jobs: Job[] = [];
      let next = cursor ?? null;
      let searched = 0;
      let progress: StatusLine | undefined;
      try {
        for (let done = false; !done; ) {
          const page = await client.jobs.list({
            status,
            task_name: task,
            project_id: project,
            trace_id: traceId,
            batch_id: batch,
            tag,
            q: search,
            housekeeping: housekeeping ? undefined : false,
            created_after: since === undefined ? undefined : ago(since),
            created_before: until === undefined ? undefined : ago(until),
            limit: Math.min(PAGE, limit - jobs.length),
            cursor: next ?? undefined,
          });
          jobs.push(...page.jobs);
          searched += page.searched.jobs;
          next = page.next_cursor;
          done = next === null || jobs.length >= limit;
          // What the first answer has is there at once.
          if (!done) progress ??= new StatusLine(cli.err, (frame) => `${frame} searching, ${searched} jobs so far`);
        }
      } finally {
        progress?.end();
      }
      cli.print({ jobs, next_cursor: next }, () => {
        if (jobs.length > 0) printTable(cli.out, jobColumns(cli.out), jobs);
        if (!cli.err.terminal) return;
        if (jobs.length === 0) cli.err.line("There is no such job.");
        if (next !== null) cli.err.line(cli.err.paint("dim", "There are more; --limit shows them."));
      });
    });
