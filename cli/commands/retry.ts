import { Command } from "@commander-js/extra-typings";
import type { BodyAt } from "../../client/index.ts";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { usage } from "../exit-codes.ts";
import { confirm } from "../input/confirm.ts";
import { parseDuration } from "../input/duration.ts";
import { refuseWithIds } from "../input/refuse-with-ids.ts";
import { parseEndedState } from "../input/state.ts";
import { StatusLine } from "../output/status-line.ts";

/** `sluice retry`: runs jobs again that have failed or were revoked. */
export const retryCommand = (cli: Cli) =>
  new Command("retry")
    .summary("run failed or revoked jobs again, by id or by a filter")
    .description(
      "Runs failed or revoked jobs again, counting their attempts from 1. Without IDs, it retries every failed job that matches all given filters, after asking for confirmation.",
    )
    .argument("[job-id...]")
    .option("--task <name>", "jobs of this task")
    .option("--status <state>", "jobs in this state: FAILURE (the default) or REVOKED", parseEndedState)
    .option("--trace-id <id>", "jobs with this trace id")
    .option("--batch <id>", "jobs of this batch")
    .option("--tag <name:value>", "jobs with this tag")
    .option("--search <words>", "jobs whose ID, task, batch, trace, worker or error contains all of these words")
    .option("--since <duration>", "jobs created within this time, such as 1h", parseDuration)
    .option("--until <duration>", "jobs created at least this long ago", parseDuration)
    .option("--all", "every failed job of the project")
    .option("--project <id>", "another project (admin keys)")
    .option("--cursor <cursor>", "with a filter: continue where a retry was stopped by an error")
    .option("--dry-run", "with a filter: only print how many jobs would be retried")
    .option("-y, --yes", "with a filter: do not ask")
    .addHelpText(
      "after",
      examples(
        ["sluice retry 5d0f9c2a-...", "run one again"],
        ["sluice retry --task summarize --since 24h --dry-run", "how many have failed since yesterday?"],
        ["sluice retry --search 'answered 429' --yes", "what the model server has refused, for a script"],
      ),
    )
    .action(async (taskIds, options) => {
      const now = Date.now();
      const ago = (seconds: number) => new Date(now - seconds * 1_000).toISOString();
      const filter: Filter = {
        ...(options.task !== undefined && { task_name: options.task }),
        ...(options.traceId !== undefined && { trace_id: options.traceId }),
        ...(options.batch !== undefined && { batch_id: options.batch }),
        ...(options.tag !== undefined && { tag: options.tag }),
        ...(options.search !== undefined && { q: options.search }),
        ...(options.since !== undefined && { created_after: ago(options.since) }),
        ...(options.until !== undefined && { created_before: ago(options.until) }),
        ...(options.all && { all: options.all }),
      };
      const filtered = Object.keys(filter).length > 0;
      if (filtered === taskIds.length > 0) throw usage("Give job ids, or a filter such as --task or --all.");
      if (!filtered) refuseWithIds(options, ["dryRun", "status", "project", "cursor"]);
      const { status } = options;
      if (filtered) return retryMatching(cli, { ...filter, ...(status !== undefined && { status }) }, options);
      const { jobs } = cli.client();
      for (const taskId of taskIds) {
        cli.print(await jobs.retry(taskId), ({ task_id, status: state }) => cli.out.line(`${task_id}\t${state}`));
      }
    });

type Filter = BodyAt<"POST /api/v1/jobs/retry">;

interface HowToRetry {
  readonly project?: string | undefined;
  readonly cursor?: string | undefined;
  readonly dryRun?: true | undefined;
  readonly yes?: true | undefined;
}

async function retryMatching(cli: Cli, given: Filter, how: HowToRetry): Promise<void> {
  const { dryRun, yes } = how;
  let filter = given;
  if (dryRun || !yes) {
    const { newest, ...found } = await retryPages(cli, { ...filter, dry_run: true }, how);
    if (dryRun) return cli.print({ ...found, dry_run: true }, () => cli.out.line(`${found.retried} would run again.`));
    // Nothing to ask for, and no bound for what fails from now on.
    if (found.retried === 0) return printDone(cli, found);
    await confirm(cli, `Run ${found.retried} jobs again?`, { yes });
    // What was counted, and nothing that was submitted later.
    if (newest !== undefined) filter = { ...filter, created_before: newest };
  }
  const { newest: _, ...done } = await retryPages(cli, filter, how);
  printDone(cli, done);
}

function printDone(cli: Cli, done: { readonly retried: number; readonly skipped: number }): void {
  cli.print({ ...done, dry_run: false }, ({ retried, skipped }) => {
    cli.out.line(`${retried} run again${skipped > 0 ? `, ${skipped} skipped` : ""}.`);
  });
}

/** One request works through a part of the jobs. */
async function retryPages(cli: Cli, filter: Filter, { project: project_id, cursor: from }: HowToRetry) {
  const { jobs } = cli.client();
  let [retried, skipped] = [0, 0];
  let newest: string | undefined;
  let cursor = from ?? null;
  let progress: StatusLine | undefined;
  try {
    do {
      const body: Filter = { ...filter, ...(cursor !== null && { cursor }) };
      const answer: Awaited<ReturnType<typeof jobs.retryMany>> = await jobs.retryMany(body, { project_id });
      retried += answer.retried;
      skipped += answer.skipped;
      newest ??= answer.sample[0]?.created_at;
      cursor = answer.next_cursor;
      if (cursor !== null) progress ??= new StatusLine(cli.err, (frame) => `${frame} ${retried} jobs so far`);
    } while (cursor !== null);
  } catch (error) {
    progress?.end();
    // What has begun stays begun: whoever reads only the refusal would think that nothing has.
    if (retried > 0 && !filter.dry_run) {
      cli.err.line(`At least ${retried} run again. To go on, give the same filter with --cursor ${cursor}`);
    }
    throw error;
  } finally {
    progress?.end();
  }
  return { retried, skipped, newest };
}
