import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { type JobState, jobStates } from "../../contracts/states.ts";
import type { Job } from "../../contracts/wire.ts";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { parseWhole } from "../input/duration.ts";
import { jobColumns } from "../output/job.ts";
import { printTable } from "../output/table.ts";

/** The API gives at most so many at once. */
const PAGE = 100;

export const listCommand = (cli: Cli) =>
  new Command("list")
    .summary("list jobs, newest first")
    .description("Lists jobs, newest first. In a pipe: one job a line, tab-separated, without a heading.")
    .option("--status <state>", `only jobs in this state: ${jobStates.join(", ")}`, parseState)
    .option("--task <name>", "only jobs of this task")
    .option("--project <id>", "another project (admin keys)")
    .option("-n, --limit <count>", "how many", parseWhole(1, 10_000), 20)
    .option("--cursor <cursor>", "go on where a page ended (next_cursor)")
    .addHelpText(
      "after",
      examples(
        ["sluice list --status FAILURE", "what has failed"],
        ["sluice list --task summarize -n 200", "the newest 200 summaries"],
        ["sluice list --status FAILURE | cut -f1 | xargs -n1 sluice retry", "retry what has failed"],
      ),
    )
    .action(async ({ status, task, project, limit, cursor }) => {
      const client = cli.client();
      const jobs: Job[] = [];
      let next = cursor ?? null;
      do {
        const page = await client.jobs.list({
          status,
          task_name: task,
          project_id: project,
          limit: Math.min(PAGE, limit - jobs.length),
          cursor: next ?? undefined,
        });
        jobs.push(...page.jobs);
        next = page.next_cursor;
      } while (next !== null && jobs.length < limit);
      cli.print({ jobs, next_cursor: next }, () => {
        if (jobs.length > 0) printTable(cli.out, jobColumns(cli.out), jobs);
        if (!cli.err.terminal) return;
        if (jobs.length === 0) cli.err.line("There is no such job.");
        if (next !== null) cli.err.line(cli.err.paint("dim", "There are more; --limit shows them."));
      });
    });

/** A state in either case. */
function parseState(text: string): JobState {
  const state = jobStates.find((each) => each === text.toUpperCase());
  if (!state) throw new InvalidArgumentError(`There are: ${jobStates.join(", ")}.`);
  return state;
}
