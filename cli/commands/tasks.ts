import { extname } from "node:path";
import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { catalogShapes, findTaskShape, serverShapes, type TaskShape, textField } from "../input/task-shape.ts";
import { printTable } from "../output/table.ts";
import { printTask } from "../output/task.ts";

/** `sluice tasks`: lists and describes tasks. */
export const tasksCommand = (cli: Cli) =>
  new Command("tasks")
    .summary("list the available tasks, or show the fields of one")
    .description(
      "Lists the tasks that can be submitted; with a name, the fields of its input. Does not contact the API, except in an app with tasks of your own.",
    )
    .argument("[task]", "name or alias")
    .addHelpText("after", examples(["sluice tasks", "all tasks"], ["sluice tasks summarize", "its input"]))
    .action(async (name) => {
      if (name !== undefined) return printTask(cli, await findTaskShape(cli, name));
      const shapes = await knownShapes(cli);
      cli.print(
        shapes.map((shape) => ({
          name: shape.name,
          queue: shape.queue,
          description: shape.description,
          input: shape.input,
        })),
        () =>
          printTable(
            cli.out,
            [
              { title: "TASK", value: (task) => task.name },
              { title: "QUEUE", value: (task) => task.queue },
              { title: "TEXT FIELD", value: (task) => textField(task)?.name },
              { title: "DESCRIPTION", value: (task) => task.description, flexible: true },
            ],
            shapes,
          ),
      );
    });

/** Installed as a package, this program is an app's that may have tasks of its own: its API knows them. */
async function knownShapes(cli: Cli): Promise<TaskShape[]> {
  const known = catalogShapes(cli.catalog);
  if (extname(import.meta.url) === ".ts") return known;
  const offered = await serverShapes(cli).catch((): TaskShape[] => []);
  return offered.length === 0 ? known : offered;
}
