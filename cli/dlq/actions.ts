/**
 * `dlq redrive`, `dlq archive` and `dlq purge`: each acts on chosen dead letters of one queue.
 *
 * @module
 */

import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { sleep } from "../../client/sleep.ts";
import type { DeadLetterFilter } from "../../contracts/dead-letters/dead-letters.ts";
import type { Cli } from "../cli.ts";
import { usage } from "../exit-codes.ts";
import { collect } from "../input/collect.ts";
import { confirm } from "../input/confirm.ts";

const acting = (name: string, description: string) =>
  new Command(name)
    .description(description)
    .argument("<queue>")
    .option("--job <job-id>", "this job; can be repeated", collect)
    .option("--fingerprint <fingerprint>", "dead letters with this error; `dlq ls --group` shows the fingerprints")
    .option("--all", "all dead letters")
    .option("--dry-run", "show what would be done without doing it");

/** The subcommands of `sluice dlq` that change something. */
export const dlqActions = (cli: Cli) => [
  acting("redrive", "Runs dead letters again, each with its attempts counted from 1. Nothing runs twice.")
    .option("--rate <per-second>", "maximum number of jobs per second", parseRate)
    .action(async (queue, options) => {
      const filter = filterOf(options);
      const rate = options.rate === undefined ? {} : { rate_per_second: options.rate };
      const { dlq } = cli.client();
      const redrive = async (cursor: Cursor) => {
        const answer = await dlq.redrive(queue, { ...filter, ...rate, ...cursor });
        return { ...answer, done: answer.redriven };
      };
      await repeat(cli, { verb: "redriven", ...options }, redrive);
    }),
  acting("archive", "Writes dead letters to the bucket, then removes them from the list.").action(
    async (queue, options) => {
      const filter = filterOf(options);
      const { dlq } = cli.client();
      await repeat(cli, { verb: "archived", ...options }, async (cursor) => {
        const answer = await dlq.archive(queue, { ...filter, ...cursor });
        return { ...answer, done: answer.archived };
      });
    },
  ),
  acting(
    "purge",
    "Removes dead letters from the list, after asking for confirmation. The jobs stay FAILURE until they expire.",
  )
    .option("-y, --yes", "do not ask")
    .action(async (queue, options) => {
      const filter = filterOf(options);
      const { dlq } = cli.client();
      if (!options.dryRun && !options.yes) {
        const { purged, more } = await dlq.purge(queue, { ...filter, dry_run: true });
        await confirm(cli, `Purge ${more ? "over " : ""}${purged} dead letters of ${queue}?`, options);
      }
      await repeat(cli, { verb: "purged", ...options }, async (cursor) => {
        const answer = await dlq.purge(queue, { ...filter, ...cursor });
        return { ...answer, done: answer.purged };
      });
    }),
];

interface Choice {
  readonly job?: readonly string[] | undefined;
  readonly fingerprint?: string | undefined;
  readonly all?: true | undefined;
  readonly dryRun?: true | undefined;
}

function filterOf({ job, fingerprint, all, dryRun }: Choice): DeadLetterFilter {
  if (!job && fingerprint === undefined && !all) throw usage("Say which: --job ID, --fingerprint F or --all.");
  return {
    ...(job && { task_ids: [...job] }),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(all && { all }),
    dry_run: dryRun ?? false,
  };
}

interface Outcome {
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  readonly reason: string | null;
  readonly messages: { readonly removed: number; readonly reason: string | null };
  readonly next_cursor: string | null;
}

interface Cursor {
  readonly cursor?: string;
}

interface Pace {
  /** What is done to the jobs, such as "redriven". */
  readonly verb: string;
  readonly dryRun?: boolean | undefined;
  readonly rate?: number | undefined;
}

/**
 * One request works through a part; the command continues until there is no more. The API keeps the rate within a request
 * only, so the next one waits until the jobs of this one are through.
 */
async function repeat(
  cli: Cli,
  { verb, dryRun = false, rate }: Pace,
  act: (cursor: Cursor) => Promise<Outcome>,
): Promise<void> {
  let [done, skipped, failed, removed] = [0, 0, 0, 0];
  const reasons = new Set<string>();
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const outcome = await act(cursor === undefined ? {} : { cursor });
    done += outcome.done;
    skipped += outcome.skipped;
    failed += outcome.failed;
    removed += outcome.messages.removed;
    for (const reason of [outcome.reason, outcome.messages.reason]) if (reason !== null) reasons.add(reason);
    cursor = outcome.next_cursor;
    if (cursor === null || dryRun) continue;
    const seconds = rate === undefined ? 0 : outcome.done / rate;
    const next = seconds < 1 ? "" : ` The next in ${Math.ceil(seconds)} s.`;
    if (cli.err.terminal) cli.err.line(`${done} ${verb} so far ...${next}`);
    await sleep(seconds * 1_000, cli.signal);
  }
  const told = { failed, messages_removed: removed, reasons: [...reasons] };
  cli.print({ [verb]: done, skipped, dry_run: dryRun, ...(!dryRun && told) }, () => {
    const rest = `${skipped > 0 ? `, ${skipped} skipped` : ""}${failed > 0 ? `, ${failed} failed` : ""}`;
    cli.out.line(dryRun ? `${done} would be ${verb}${rest}.` : `${done} ${verb}${rest}.`);
    for (const reason of reasons) cli.err.line(reason);
  });
}

function parseRate(text: string): number {
  const rate = Number(text);
  if (!(rate >= 0.01 && rate <= 1_000)) throw new InvalidArgumentError("Give a number from 0.01 to 1000.");
  return rate;
}
