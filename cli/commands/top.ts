import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { parseDuration } from "../input/duration.ts";
import { frameLines } from "../top/frame.ts";
import { LiveScreen } from "../top/live-screen.ts";
import { takeSnapshot } from "../top/snapshot.ts";
import { TopView } from "../top/view.ts";

/** `sluice top`: shows queues and running jobs, live. */
export const topCommand = (cli: Cli) =>
  new Command("top")
    .summary("watch queues, workers and running jobs live")
    .description(
      "Shows queues and running jobs, and updates them until you press q or Ctrl-C. In a pipe and with --json, it prints them once.\n\n" +
        "Keys: arrows or j and k choose a lane or a job, p pauses or resumes the lane, x revokes the job (both ask first), s sorts, r refreshes, h lists the keys.",
    )
    .option("--interval <duration>", "time between updates", parseDuration, 2)
    .addHelpText("after", examples(["sluice top", "live"], ["sluice top --json", "one look, for a script"]))
    .action(async ({ interval }) => {
      const client = cli.client();
      const { url } = cli.endpoint();
      if (cli.options.json || !cli.out.terminal) {
        cli.print(await takeSnapshot(client), (snapshot) => {
          for (const line of frameLines(cli.out, url, snapshot)) cli.out.line(line);
        });
        return;
      }
      const interactive = cli.stdin.isTTY === true;
      await new LiveScreen(cli).run(interval * 1_000, new TopView({ client, out: cli.out, url, interactive }));
    });
