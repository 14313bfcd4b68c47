import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { parseLane } from "../input/lane.ts";
import { laneColumns, laneRows } from "../output/lanes.ts";
import { printTable } from "../output/table.ts";

/** `sluice queues`: shows, pauses and resumes queues. */
export const queuesCommand = (cli: Cli) => {
  const steer = (name: "pause" | "resume", description: string) =>
    new Command(name)
      .description(description)
      .argument("<queue>")
      .option("--lane <lane>", "only this lane, high or low", parseLane)
      .action(async (queue, { lane }) => {
        const answer = await cli.client().queues[name](queue, lane === undefined ? {} : { lane });
        cli.print(answer, ({ lanes }) => {
          for (const { worker, paused } of lanes) cli.out.line(`${worker}\t${paused ? "paused" : "open"}`);
        });
      });

  return new Command("queues")
    .summary("show the queues; pause and resume them")
    .description(
      "Shows every lane: waiting and running jobs, the age of the oldest message, throughput, and dead letters.",
    )
    .addHelpText(
      "after",
      examples(
        ["sluice queues", "all lanes"],
        ["sluice queues pause summarize --lane low", "hold the background work back"],
        ["sluice queues resume summarize", "both lanes continue"],
      ),
    )
    .action(async () => {
      cli.print(await cli.client().queues.list(), ({ queues }) => {
        printTable(cli.out, laneColumns(cli.out), laneRows(queues));
      });
    })
    .addCommand(steer("pause", "Stops taking jobs from a queue. Running jobs continue; waiting jobs keep waiting."))
    .addCommand(steer("resume", "Takes jobs from a queue again."));
};
