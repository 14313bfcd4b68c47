import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";

/** `sluice restore`: copies what a stage's table has lost from a restored copy. */
export const restoreCommand = (cli: Cli) =>
  new Command("restore")
    .summary("copy lost items from a restored table, with AWS credentials")
    .description(
      "Copies missing items into the stage's table of jobs from a table that was restored from a backup or a point in time. It does not change existing items and leaves out expired ones. Jobs that were waiting or running at that time run again. Items that were deleted on purpose in the meantime also come back.",
    )
    .requiredOption("--from <table>", "the restored table")
    .option("--keys", "copy API keys instead; keys that were revoked in the meantime work again")
    .option("--schedules", "also copy schedules; schedules that were deleted in the meantime run again")
    .option("--dry-run", "only count the missing items")
    .option("--stage <stage>", "the deployed stage [env SLUICE_STAGE] (default: dev)")
    .option("--region <region>", "its region [env AWS_REGION]")
    .addHelpText(
      "after",
      examples(
        ["sluice restore --from jobs-restored --stage prod --dry-run", "how many items are missing"],
        ["sluice restore --from jobs-restored --stage prod", "copies them"],
      ),
    )
    .action(async (options) => {
      const { restore } = await import("../aws/restore.ts");
      const found = await restore(cli, options);
      cli.print(found, () => {
        cli.out.line(
          `${found.looked_at} items in ${options.from}, of which ${found.table} does not have ${found.missing}`,
        );
        if (found.expired > 0) cli.out.line(`${found.expired} more have expired and are left out`);
        if (found.schedules > 0) {
          cli.out.line(`${found.schedules} more are of schedules and are left out: --schedules copies them`);
        }
        cli.out.line(options.dryRun ? "Nothing was copied." : `${found.restored} copied`);
      });
    });
