import { createInterface } from "node:readline/promises";
import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { CliError, usage } from "../exit-codes.ts";

/** `sluice teardown`: removes a deployed stage. */
export const teardownCommand = (cli: Cli) =>
  new Command("teardown")
    .summary("remove a deployed stage, with AWS credentials")
    .description(
      "Deletes the stacks of a stage after asking for its name. The data of the stage dev is deleted, too: jobs, keys, files, vectors, and secrets of webhooks and providers. The data of other stages is kept and listed. A protected stage is not deleted. If the command is interrupted, run it again.",
    )
    .option("--stage <stage>", "the deployed stage [env SLUICE_STAGE] (default: dev)")
    .option("--region <region>", "its region [env AWS_REGION]")
    .option("-y, --yes", "do not ask")
    .addHelpText("after", examples(["sluice teardown --stage dev", "asks for the stage's name first"]))
    .action(async ({ stage, region, yes }) => {
      const { stageTarget } = await import("../aws/stage.ts");
      const { deleteStacks, deployedStacks } = await import("../aws/teardown.ts");
      const { deleteParameters, stageParameters } = await import("../aws/parameters.ts");
      const target = stageTarget(cli, { stage, region });
      const stacks = await deployedStacks(target);
      if (stacks.length === 0) {
        throw new CliError("missing", `There is no stage ${target.stage} in this account and region.`);
      }
      const locked = stacks.find(({ protection }) => protection);
      if (locked !== undefined) {
        throw new CliError(
          "conflict",
          `${locked.name} is protected from deletion. Nothing was done. docs/deployment.md#remove-a-stage says how to lift that.`,
        );
      }
      const data = stacks.flatMap(({ resources }) => resources);
      const parameters = await stageParameters(target);
      // They are worth as much as the records that refer to them.
      const keepsParameters = data.some(({ kept }) => kept);
      const names = (kept: boolean) => [
        ...data.filter((each) => each.kept === kept).map(({ id }) => id),
        ...(kept === keepsParameters ? parameters : []),
      ];
      cli.err.line(`Stacks: ${stacks.map(({ name }) => name).join(", ")}`);
      if (names(false).length > 0) cli.err.line(`Deleted with all that is in them: ${names(false).join(", ")}`);
      if (names(true).length > 0) cli.err.line(`Kept: ${names(true).join(", ")}`);
      if (!yes) await confirmStage(cli, target.stage);
      // Before the stacks: without those, the command would find no stage when it is repeated.
      if (!keepsParameters) await deleteParameters(target, parameters);
      await deleteStacks(cli, target, stacks);
      cli.print({ stage: target.stage, stacks: stacks.map(({ name }) => name), kept: names(true) }, () =>
        cli.out.line(`Stage ${target.stage} is removed.`),
      );
    });

/** @throws CliError when something else is typed */
async function confirmStage(cli: Cli, stage: string): Promise<void> {
  if (!cli.stdin.isTTY) throw usage("There is nobody to ask: give --yes.");
  cli.err.write(`This cannot be undone. Type the name of the stage (${stage}): `);
  const lines = createInterface({ input: cli.stdin });
  try {
    const answer = await lines.question("", { signal: cli.signal });
    if (answer.trim() !== stage) throw new CliError("conflict", "Nothing was done.");
  } finally {
    lines.close();
  }
}
