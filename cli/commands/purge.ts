import { Command } from "@commander-js/extra-typings";
import { queuesNamed } from "../../contracts/queue-names.ts";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { CliError, usage } from "../exit-codes.ts";
import { confirm } from "../input/confirm.ts";
import { parseLane } from "../input/lane.ts";

/** `sluice purge`: empties the lanes of a queue. */
export const purgeCommand = (cli: Cli) =>
  new Command("purge")
    .summary("revoke all waiting jobs of a queue")
    .description(
      "Revokes the jobs that wait in a queue, after asking for confirmation. It does not affect running jobs, delayed jobs and jobs in backoff.\n\n" +
        "A queue may be written with _ for -, cron is monitoring, and high_priority and low_priority are all lanes of that kind.",
    )
    .argument("[queue]")
    .option("--lane <lane>", "only this lane, high or low", parseLane)
    .option("--all", "every lane of every queue, after asking once")
    .option("-y, --yes", "do not ask")
    .addHelpText(
      "after",
      examples(
        ["sluice purge summarize", "asks first"],
        ["sluice purge summarize --lane low --yes", "for a script"],
        ["sluice purge --all", "as celery purge"],
      ),
    )
    .action(async (name, { lane, all, yes }) => {
      if ((name === undefined) === (all === undefined)) throw usage("Give a queue, or --all for every one.");
      const { queues } = cli.client();
      const known = (await queues.list()).queues;
      const named = name === undefined ? { includes: () => true } : queuesNamed({ queues: known }, name);
      if (!named) {
        const [, queue] = /^(.+?)[.-](?:dlq|dead-letters?)$/.exec(name ?? "") ?? [];
        if (queue !== undefined && queuesNamed({ queues: known }, queue)) {
          throw new CliError(
            "missing",
            `${name} is not a queue: \`sluice dlq purge ${queue}\` purges its dead letters.`,
          );
        }
        const names = known.map((each) => each.name).join(", ");
        throw new CliError("missing", `There is no queue ${name}. There are: ${names}.`);
      }
      const lanes = known
        .flatMap(({ name: queue, lanes: own }) => own.map((each) => ({ ...each, queue })))
        .filter((each) => named.includes(each) && (lane === undefined || each.lane === lane));
      const waiting = lanes.reduce((sum, each) => sum + each.depth, 0);
      const what = name === undefined ? "all queues" : lane ? `${name}-${lane}` : name;
      await confirm(cli, `Revoke the ${waiting} waiting jobs of ${what}?`, { yes });
      let purged = 0;
      for (const each of name === undefined ? known.map((queue) => queue.name) : [name]) {
        for (let more = true; more; ) {
          const answer = await queues.purge(each, lane === undefined ? {} : { lane });
          purged += answer.purged;
          more = answer.more && answer.purged > 0;
        }
      }
      cli.print({ queue: name ?? null, purged }, () => cli.out.line(`${purged} jobs revoked.`));
    });
