import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";

/** `sluice new-task`: writes the files of a new task. */
export const newTaskCommand = (cli: Cli) =>
  new Command("new-task")
    .summary("add a task to your app or to Sluice's repository, with its test")
    .description(
      "In an app of your own: writes sluice/tasks/x.ts, sluice/tasks/x.run.ts and tests/x.test.ts, and adds the task to sluice/app.ts. " +
        "In Sluice's own repository: writes contracts/tasks/x.ts, functions/tasks/x.ts and tests/unit/tasks/x.test.ts, and adds the task to the catalog, to its queue's file and to the table of what tasks may reach. " +
        "Everything else derives from them: queue, function, alarms, API, client types.",
    )
    .argument("<name>", "in snake_case, such as translate_text")
    .option("--queue <queue>", "its queue (default: `default`; with --llm one of its own)")
    .option("--llm", "create a task that uses the language model: buildPrompt and postprocess instead of run")
    .option("--description <sentence>", "what it does, for the documentation")
    .addHelpText(
      "after",
      examples(
        ["sluice new-task resize_image", "on the queue default"],
        ["sluice new-task translate_text --llm", "asks the language model, on a queue of its own"],
      ),
    )
    .action(async (name, options) => {
      const { scaffoldTask } = await import("../scaffold/scaffold-task.ts");
      const made = await scaffoldTask({ name, ...options }, cli.catalog);
      cli.print(made, ({ created, changed, queue, new_queue }) => {
        for (const path of created) cli.out.line(`${cli.out.paint("green", "created")}  ${path}`);
        for (const path of changed) cli.out.line(`${cli.out.paint("yellow", "changed")}  ${path}`);
        const where = new_queue ? `the new queue ${queue}` : `the queue ${queue}`;
        cli.err.line(`It runs on ${where}. Fill in the TODOs, then: npm test`);
      });
    });
