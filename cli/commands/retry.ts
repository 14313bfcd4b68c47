import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";

/** `sluice retry`: runs a job again that has failed or was revoked. */
export const retryCommand = (cli: Cli) =>
  new Command("retry")
    .summary("run failed or revoked jobs again")
    .description("Runs failed or revoked jobs again, with their attempts counted from 1.")
    .argument("<job-id...>")
    .addHelpText("after", examples(["sluice retry 5d0f9c2a-...", "run it again"]))
    .action(async (taskIds) => {
      const { jobs } = cli.client();
      for (const taskId of taskIds) {
        cli.print(await jobs.retry(taskId), ({ task_id, status }) => cli.out.line(`${task_id}\t${status}`));
      }
    });
