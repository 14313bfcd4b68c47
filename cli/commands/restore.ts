import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";

/** `sluice restore`: copies what a stage's table has lost from a restored copy. */
export const restoreCommand = (cli: Cli) =>
  new Command("restore")
    .summary("copy lost items from a restored table, with AWS credentials")
    .description(
      "Copies the items that the stage's table of jobs does not have from a table that was restored from a backup or a point in time. " +
        "Items that are there are not changed, expired ones are left out. Jobs that waited or ran at that time are run again. " +
        "What was deleted on purpose since comes back, too.",
    )
    .requiredOption("--from <table>", "the restored table")
    .option("--keys", "copy API keys instead: those that were revoked since work again")
    .option("--schedules", "copy schedules, too: those that were deleted since run again")
    .option("--dry-run", "count what is missing, and copy nothing")
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
