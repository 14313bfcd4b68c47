import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { parseDuration } from "../input/duration.ts";
import { finishJob } from "../output/finish-job.ts";
import { followJob } from "../output/follow.ts";

/** `sluice watch`: follows one job. */
export const watchCommand = (cli: Cli) =>
  new Command("watch")
    .summary("follow a job until its outcome")
    .description(
      "Shows a job's timeline, log and progress live, then its result. Ctrl-C stops watching; the job continues.",
    )
    .argument("<job-id>")
    .option("--timeout <duration>", "stop watching after this time", parseDuration)
    .addHelpText(
      "after",
      examples(
        ["sluice watch 5d0f9c2a-...", "follow it"],
        ["sluice watch 5d0f9c2a-... --timeout 5m", "at most five minutes"],
      ),
    )
    .action(async (taskId, { timeout }) => {
      finishJob(cli, await followJob(cli, taskId, { timeout, timeline: true }));
    });
