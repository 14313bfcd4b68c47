import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { printValue } from "../output/job.ts";
import { oneLine } from "../output/text.ts";

/** `sluice result`: prints the result of a job. */
export const resultCommand = (cli: Cli) =>
  new Command("result")
    .summary("print a job's result")
    .description(
      "Prints the result of a finished job as JSON. Exits with 1 when the job has failed, and with 5 when it has not finished.",
    )
    .argument("<job-id>")
    .addHelpText("after", examples(["sluice result 5d0f9c2a-... > summary.json", "keep the result"]))
    .action(async (taskId) => {
      const answer = await cli.client().jobs.result(taskId);
      if (answer.status !== "SUCCESS") cli.exit = "failed";
      cli.print(answer, ({ status, result, error }) => {
        if (status === "SUCCESS") return printValue(cli.out, result);
        cli.err.line(`${status}: ${error ? `${error.type}: ${oneLine(error.message)}` : "the job was revoked."}`);
      });
    });
