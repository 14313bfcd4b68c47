import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";

/** `sluice ping`: asks the workers whether they are there. */
export const pingCommand = (cli: Cli) =>
  new Command("ping")
    .summary("check that all workers respond")
    .description("Lists the workers that answer. Exits with 1 when none does.")
    .addHelpText("after", examples(["sluice ping", "which workers answer"]))
    .action(async () => {
      const answer = await cli.client().workers.ping();
      if (answer.total_workers === 0) cli.exit = "failed";
      cli.print(answer, ({ workers }) => {
        for (const [name, { ok }] of Object.entries(workers)) {
          cli.out.line(`${name}${cli.out.terminal ? ": " : "\t"}${cli.out.paint("green", ok)}`);
        }
        if (answer.total_workers === 0) cli.err.line("No worker answers.");
      });
    });
