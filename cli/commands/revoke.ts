import { Command } from "@commander-js/extra-typings";
import type { BodyAt } from "../../client/index.ts";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { usage } from "../exit-codes.ts";
import { confirm } from "../input/confirm.ts";
import { parseDuration } from "../input/duration.ts";
import { refuseWithIds } from "../input/refuse-with-ids.ts";
import { parseUnfinishedState } from "../input/state.ts";

/** `sluice revoke`: revokes jobs. */
export const revokeCommand = (cli: Cli) =>
  new Command("revoke")
    .summary("stop jobs, by id or by a filter")
    .description(
      "Revokes jobs: a waiting job never runs, and a running job is stopped within seconds. Without IDs, it revokes every unfinished job that matches all given filters, after asking for confirmation.",
    )
    .argument("[job-id...]")
    .option("--no-terminate", "do not stop running jobs (exit code 5 for a running job given by its ID)")
    .option("--task <name>", "jobs of this task")
    .option("--status <state>", "jobs in this state: PENDING, RETRY or STARTED", parseUnfinishedState)
    .option("--older-than <duration>", "jobs submitted at least this long ago", parseDuration)
    .option("--trace-id <id>", "jobs with this trace id")
    .option("--batch <id>", "jobs of this batch")
    .option("--all", "every unfinished job of the project")
    .option("--project <id>", "another project (admin keys)")
    .option("--dry-run", "with a filter: only print how many jobs would be revoked")
    .option("-y, --yes", "with a filter: do not ask")
    .addHelpText(
      "after",
      examples(
        ["sluice revoke 5d0f9c2a-...", "stop one"],
        ["sluice revoke --task summarize --older-than 1h --dry-run", "how many would it be?"],
        ["sluice revoke --task summarize --status PENDING --yes", "all that wait, for a script"],
      ),
    )
    .action(async (taskIds, options) => {
      const filter: Filter = {
        ...(options.task !== undefined && { task_name: options.task }),
        ...(options.status !== undefined && { status: options.status }),
        ...(options.olderThan !== undefined && { older_than_seconds: options.olderThan }),
        ...(options.traceId !== undefined && { trace_id: options.traceId }),
        ...(options.batch !== undefined && { batch_id: options.batch }),
        ...(options.all && { all: options.all }),
      };
      const filtered = Object.keys(filter).length > 0;
      if (filtered === taskIds.length > 0) throw usage("Give job ids, or a filter such as --task or --all.");
      if (!filtered) refuseWithIds(options, ["dryRun", "project"]);
      const { terminate } = options;
      if (filtered) return revokeMatching(cli, { ...filter, terminate }, options);
      const { jobs } = cli.client();
      for (const taskId of taskIds) {
        cli.print(await jobs.revoke(taskId, { terminate }), ({ task_id, status }) => {
          cli.out.line(`${task_id}\t${status}`);
        });
      }
    });

type Filter = BodyAt<"POST /api/v1/jobs/revoke">;

interface HowToRevoke {
  readonly project?: string | undefined;
  readonly dryRun?: true | undefined;
  readonly yes?: true | undefined;
}

async function revokeMatching(cli: Cli, filter: Filter, { project, dryRun, yes }: HowToRevoke): Promise<void> {
  if (dryRun || !yes) {
    const found = await revokePages(cli, { ...filter, dry_run: true }, project);
    if (dryRun) return cli.print({ ...found, dry_run: true }, () => cli.out.line(`${found.revoked} would be revoked.`));
    if (found.revoked === 0) return printDone(cli, found);
    await confirm(cli, `Revoke ${found.revoked} jobs?`, { yes });
  }
  printDone(cli, await revokePages(cli, filter, project));
}

function printDone(cli: Cli, done: { readonly revoked: number; readonly skipped: number }): void {
  cli.print({ ...done, dry_run: false }, ({ revoked, skipped }) => {
    cli.out.line(`${revoked} revoked${skipped > 0 ? `, ${skipped} skipped` : ""}.`);
  });
}

/** One request works through a part of the jobs. */
async function revokePages(cli: Cli, filter: Filter, project_id: string | undefined) {
  const { jobs } = cli.client();
  let [revoked, skipped] = [0, 0];
  let cursor: string | null = null;
  try {
    do {
      const body: Filter = { ...filter, ...(cursor !== null && { cursor }) };
      const answer: Awaited<ReturnType<typeof jobs.revokeMany>> = await jobs.revokeMany(body, { project_id });
      revoked += answer.revoked;
      skipped += answer.skipped;
      cursor = answer.next_cursor;
    } while (cursor !== null);
  } catch (error) {
    // What is revoked stays so; the same command goes on, as revoked jobs no longer fit.
    if (revoked > 0 && !filter.dry_run) cli.err.line(`At least ${revoked} revoked. The same command goes on.`);
    throw error;
  }
  return { revoked, skipped };
}
