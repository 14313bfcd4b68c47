import { spawn } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { CliError } from "../exit-codes.ts";

/** `sluice dev`: the embedded stack with the stage of the folder's CDK app. */
export const devCommand = (cli: Cli) =>
  new Command("dev")
    .summary("run the stack on this machine, reloading on change")
    .description(
      "Runs the stage of the CDK app in this folder (found with its cdk.json): HTTP API, queues, functions, table and files, without Docker or an AWS account. Settings come from the environment and .env. Press Ctrl-C to stop it.",
    )
    .option("--stage <name>", "which stage of the app, when it has several")
    .option("--no-watch", "do not reload when a file changes")
    .option("--debug", "print timings and errors of functions")
    .addHelpText("after", examples(["sluice dev", "then, elsewhere: sluice submit TASK --wait"]))
    .action(async ({ stage, watch, debug }) => {
      const main = fileURLToPath(new URL(`../../local/main${extname(import.meta.url)}`, import.meta.url));
      const chosen = stage === undefined ? [] : ["--stage", stage];
      const flags = [...(watch ? ["--watch"] : []), ...(debug ? ["--debug"] : []), ...chosen];
      const child = spawn(process.execPath, [main, ...flags], { stdio: "inherit", env: cli.env });
      // Ctrl-C reaches both from a terminal; a signal to this process alone is handed on.
      const end = () => child.kill("SIGTERM");
      cli.signal.addEventListener("abort", end, { once: true });
      const code = await new Promise<number | null>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", resolve);
      });
      cli.signal.removeEventListener("abort", end);
      if (code !== 0 && !cli.signal.aborted) throw new CliError("failed", "The stack has ended.");
    });
