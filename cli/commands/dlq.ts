import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { dlqActions } from "../dlq/actions.ts";
import { examples } from "../examples.ts";
import { parseWhole } from "../input/number.ts";
import { printCounts, printGroups, printLetter, printLetters } from "../output/dead-letters.ts";

/** Dead letters: jobs that failed for good. The commands that change something are in ../dlq/actions.ts. */
export const dlqCommand = (cli: Cli) => {
  const command = new Command("dlq")
    .summary("list, redrive, archive or purge dead letters")
    .description("Dead letters: jobs that failed for good.")
    .addHelpText(
      "after",
      examples(
        ["sluice dlq ls", "how many there are"],
        ["sluice dlq ls summarize --group", "by kind of error"],
        ["sluice dlq redrive summarize --fingerprint 1a2b3c --rate 5", "run one kind again, five a second"],
        ["sluice dlq purge summarize --all", "give up on all of them; asks first"],
      ),
    )
    .addCommand(
      new Command("ls")
        .alias("list")
        .description(
          "Shows the number of dead letters of each queue. With a queue, lists its dead letters, latest first.",
        )
        .argument("[queue]")
        .option("-g, --group", "by the fingerprint of their error, largest group first")
        .option("--fingerprint <fingerprint>", "only those with this error")
        .option("-n, --limit <count>", "how many", parseWhole(1, 100), 20)
        .option("--cursor <cursor>", "continue after this page (its next_cursor)")
        .action(async (queue, { group, fingerprint, limit, cursor }) => {
          const { dlq } = cli.client();
          if (queue === undefined) return cli.print(await dlq.counts(), (answer) => printCounts(cli, answer));
          if (group) return cli.print(await dlq.groups(queue), (answer) => printGroups(cli, answer));
          const answer = await dlq.list(queue, { fingerprint, limit, cursor });
          cli.print(answer, () => printLetters(cli, answer));
        }),
    )
    .addCommand(
      new Command("show")
        .description("Shows a dead letter: the job with its error, its input and its timeline.")
        .argument("<job-id>")
        .action(async (taskId) => {
          const { jobs } = cli.client();
          const [job, input, timeline] = await Promise.all([jobs.get(taskId), jobs.input(taskId), jobs.events(taskId)]);
          cli.print({ job, input: input.input, events: timeline.events }, (letter) => printLetter(cli, letter));
        }),
    );
  for (const action of dlqActions(cli)) command.addCommand(action);
  return command;
};
