import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { printJob } from "../output/job.ts";

/** `sluice status`: shows one job. */
export const statusCommand = (cli: Cli) =>
  new Command("status")
    .summary("show a job")
    .description("Shows a job: its state, attempts, times, error and result. Exits with 0 whatever the state.")
    .argument("<job-id>")
    .addHelpText(
      "after",
      examples(
        ["sluice status 5d0f9c2a-...", "everything about a job"],
        ["sluice status 5d0f9c2a-... --json", "as the API gives it"],
      ),
    )
    .action(async (taskId) => {
      cli.print(await cli.client().jobs.get(taskId), (job) => printJob(cli.out, job));
    });
