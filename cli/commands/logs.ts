import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { currentProfile } from "../connection/profiles.ts";
import { examples } from "../examples.ts";
import { usage } from "../exit-codes.ts";
import { parseDuration } from "../input/duration.ts";
import { parseLevel } from "../logs/level.ts";

/** `sluice logs`: shows the logs of functions. */
export const logsCommand = (cli: Cli) =>
  new Command("logs")
    .summary("show the functions' logs")
    .description(
      "Shows the logs of the functions: of the embedded stack from its log file, of a deployed stage from CloudWatch Logs, with AWS credentials.\n\n" +
        "With --level, lines without a level are also shown, because they often say why a function died. The setting LOG_LEVEL defines which levels the functions write.",
    )
    .argument("[function]", "only this one, such as api, summarize or sweeper")
    .option("-f, --follow", "continue until Ctrl-C")
    .option("--since <duration>", "how far back to start", parseDuration, 600)
    .option("--filter <text>", "only lines with this text, such as a job's ID")
    .option(
      "--level <level>",
      "only lines of this level and above: trace, debug, info, warn, error, critical",
      parseLevel,
    )
    .option("--stage <stage>", "a deployed stage, instead of the embedded stack")
    .option("--region <region>", "its region [env AWS_REGION]")
    .addHelpText(
      "after",
      examples(
        ["sluice logs -f", "the embedded stack's"],
        ["sluice logs --level error --since 1d", "what went wrong"],
        ["sluice logs summarize --stage prod --since 1h -f", "a deployed function's"],
        ["sluice logs --stage prod --filter 5d0f9c2a-...", "what happened to a job"],
      ),
    )
    .action(async (name, { follow = false, since, filter, level, stage, region }) => {
      const options = { name, follow, since, filter, level };
      const embedded = stage === undefined ? embeddedLog(cli) : undefined;
      if (embedded !== undefined) {
        const { showLogFile } = await import("../logs/log-file.ts");
        return showLogFile(cli, embedded, options);
      }
      if (stage === undefined && !namesStage(cli)) {
        throw usage("No embedded stack with a log runs here. Give --stage, or a profile that names one.");
      }
      const { showCloudWatch } = await import("../logs/cloudwatch.ts");
      return showCloudWatch(cli, { ...options, stage, region });
    });

/** The log file of the embedded stack, when that is the API at hand; a profile or a stage means AWS. */
function embeddedLog(cli: Cli): string | undefined {
  try {
    return cli.endpoint().embedded?.log_file;
  } catch {
    return undefined;
  }
}

/** True when the environment or the profile says which deployed stage is meant. */
const namesStage = (cli: Cli): boolean =>
  Boolean(cli.env.SLUICE_STAGE) || currentProfile(cli.options.profile, cli.env)?.stage !== undefined;
