import { Command } from "@commander-js/extra-typings";
import type { StageOptions } from "../aws/stage.ts";
import type { Cli } from "../cli.ts";
import type { Check, Verdict } from "../doctor/check.ts";
import { checkDeployment } from "../doctor/deployment-checks.ts";
import { checkMachine } from "../doctor/machine-checks.ts";
import { examples } from "../examples.ts";
import { usage } from "../exit-codes.ts";
import { oneLine } from "../output/text.ts";

const colors = { OK: "green", WARN: "yellow", FAIL: "red" } as const satisfies Record<Verdict, string>;

/** `sluice doctor`: checks the machine and a stage. */
export const doctorCommand = (cli: Cli) =>
  new Command("doctor")
    .summary("check this machine, the settings, the connection, the key and the deployment")
    .description(
      "Checks the stack and prints a line for each check: OK, WARN or FAIL, and what to do. It sends two short requests to the language model, one of them with a schema, and searches the projects once. With --aws, it checks instead whether a stage can be deployed with the current settings and AWS credentials; this changes nothing. Exits with 1 after a FAIL.",
    )
    .option("--aws", "check before a deployment: quotas, bootstrap, the region's services, secrets, stacks")
    .option("--stage <stage>", "with --aws: the stage [env SLUICE_STAGE] (default: dev)")
    .option("--region <region>", "with --aws: its region [env AWS_REGION]")
    .option("--no-dotenv", "with --aws: do not read .env, as npm run deploy does beside stages/<stage>.env")
    .addHelpText(
      "after",
      examples(
        ["sluice doctor", "the API at hand"],
        ["sluice doctor --profile prod", "a deployment"],
        ["sluice doctor --aws --stage prod", "an AWS account, before a deployment to it"],
      ),
    )
    .action(async ({ aws, stage, region, dotenv }) => {
      if (!aws && (stage ?? region) !== undefined) throw usage("--stage and --region are for --aws.");
      const checks: Check[] = [];
      for await (const check of aws ? beforeDeployment(cli, { stage, region, dotenv }) : allChecks(cli)) {
        checks.push(check);
        if (check.verdict === "FAIL") cli.exit = "failed";
        if (cli.options.json) continue;
        cli.out.line(
          `${cli.out.paint(colors[check.verdict], check.verdict.padEnd(4))}  ${check.name}: ${oneLine(check.detail)}`,
        );
        if (check.advice) cli.out.line(`      ${check.advice}`);
      }
      if (cli.options.json) cli.print({ checks }, () => {});
    });

/** The AWS SDK is loaded only here. */
async function* beforeDeployment(cli: Cli, options: StageOptions): AsyncGenerator<Check> {
  const { preflight } = await import("../aws/preflight.ts");
  yield* preflight(cli, options);
}

async function* allChecks(cli: Cli): AsyncGenerator<Check> {
  const machine = checkMachine(cli);
  yield* machine;
  // Without settings that hold there is nobody to ask.
  if (machine.every(({ verdict }) => verdict !== "FAIL")) yield* checkDeployment(cli);
}
