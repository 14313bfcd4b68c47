import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { printTable } from "../output/table.ts";

/** `sluice workers`: shows workers. */
export const workersCommand = (cli: Cli) =>
  new Command("workers")
    .summary("show the workers")
    .description("Shows all workers with their states and tasks. A worker processes the jobs of one lane.")
    .addHelpText("after", examples(["sluice workers", "all of them"]))
    .action(async () => {
      cli.print(await cli.client().workers.list(), ({ workers }) =>
        printTable(
          cli.out,
          [
            { title: "WORKER", value: ({ name }) => name },
            { title: "STATE", value: ({ status }) => status },
            { title: "RUNNING", value: ({ active_tasks }) => active_tasks, align: "right" },
            { title: "MAX", value: ({ max_concurrency }) => max_concurrency, align: "right" },
            { title: "TASKS", value: ({ registered_tasks }) => registered_tasks.join(", "), flexible: true },
          ],
          workers,
        ),
      );
    });
