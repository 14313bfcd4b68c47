import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { CliError } from "../exit-codes.ts";
import { confirm } from "../input/confirm.ts";
import { parseLane } from "../input/lane.ts";

/** `sluice purge`: empties the lanes of a queue. */
export const purgeCommand = (cli: Cli) =>
  new Command("purge")
    .summary("revoke all jobs that wait in a queue")
    .description(
      "Revokes the jobs that wait in a queue, after asking. Jobs that run, and those in a delay or a backoff, are left alone.",
    )
    .argument("<queue>")
    .option("--lane <lane>", "only this lane, high or low", parseLane)
    .option("-y, --yes", "do not ask")
    .addHelpText(
      "after",
      examples(["sluice purge summarize", "asks first"], ["sluice purge summarize --lane low --yes", "for a script"]),
    )
    .action(async (name, { lane, yes }) => {
      const { queues } = cli.client();
      const known = (await queues.list()).queues;
      const queue = known.find((each) => each.name === name);
      if (!queue) {
        throw new CliError(
          "missing",
          `There is no queue ${name}. There are: ${known.map((each) => each.name).join(", ")}.`,
        );
      }
      const waiting = queue.lanes.reduce((sum, each) => sum + (lane && each.lane !== lane ? 0 : each.depth), 0);
      await confirm(cli, `Revoke the ${waiting} waiting jobs of ${lane ? `${name}-${lane}` : name}?`, { yes });
      let purged = 0;
      for (let more = true; more; ) {
        const answer = await queues.purge(name, lane === undefined ? {} : { lane });
        purged += answer.purged;
        more = answer.more && answer.purged > 0;
      }
      cli.print({ queue: name, purged }, () => cli.out.line(`${purged} jobs revoked.`));
    });
