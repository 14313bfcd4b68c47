/**
 * `npm run deploy`: checks the account, shows what would change, and deploys after a yes.
 *
 * @module
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { deploymentSettings, stageFilePath } from "../cli/aws/stage-file.ts";
import { catalog } from "../contracts/catalog.ts";
import { readFlags } from "../local/read-flags.ts";
import { runTool } from "./run-tool.ts";

const HELP = `Deploys a stage to the AWS account of the credentials at hand: checks first, then the differences, then a question.

  npm run deploy                          the stage dev, or the one of SLUICE_STAGE
  npm run deploy -- --stage prod          with the settings of stages/prod.env, if it is there
  npm run deploy -- --stage prod --yes    without the question, for pipelines
  npm run deploy -- storage tasks api     without the observability stack

Settings: the environment, then stages/<stage>.env, then .env; docs/settings.md lists them.

Options:
  --stage NAME          the stage
  --yes                 deploy without asking
  --diff                show the differences and end
  --skip-checks         deploy although \`sluice doctor --aws\` finds faults
  --no-dotenv           do not read .env
  --outputs-file FILE   write the stacks' outputs to a file, as JSON
  --help                this text
`;

const ALL = ["storage", "tasks", "api", "observability"];

const { values, positionals } = readFlags({
  allowPositionals: true,
  options: {
    stage: { type: "string" },
    yes: { type: "boolean" },
    diff: { type: "boolean" },
    "skip-checks": { type: "boolean" },
    "no-dotenv": { type: "boolean" },
    "outputs-file": { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});

const quiet = process.stdout.isTTY ? [] : ["--no-color", "--ci"];

if (values.help) process.stdout.write(HELP);
else {
  process.exitCode = await deploy().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  });
}

/** @returns the exit code */
async function deploy(): Promise<number> {
  const unknown = positionals.filter((name) => !ALL.includes(name));
  if (unknown.length > 0) throw new Error(`There is no stack ${unknown.join(", ")}. There are: ${ALL.join(", ")}.`);
  if (!values.yes && !values.diff && !process.stdin.isTTY) {
    throw new Error(
      "Nobody can be asked, as the input is not a terminal: add --yes, or --diff to see what would change.",
    );
  }
  const env = deploymentSettings(values.stage, process.env, { catalog, dotEnv: !values["no-dotenv"] });
  const { SLUICE_STAGE: stage } = env;
  say(`Checking the account for stage ${stage} (settings: the environment, ${stageFilePath(stage)}, .env)`);
  const checked = await runTool("sluice", ["doctor", "--aws", "--stage", stage, "--no-dotenv"], env);
  if (checked !== 0 && !values["skip-checks"]) {
    say("Not deployed. Fix what FAIL says, or add --skip-checks.");
    return 1;
  }
  const folder = await mkdtemp(join(tmpdir(), "sluice-deploy-"));
  try {
    return await deployFrom(join(folder, "cdk.out"), stage, env);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Synthesizes once, so that what is deployed is what was shown. */
async function deployFrom(assembly: string, stage: string, env: NodeJS.ProcessEnv): Promise<number> {
  const cdk = async (...args: string[]): Promise<boolean> => (await runTool("cdk", [...args, ...quiet], env)) === 0;
  const stacks = (positionals.length > 0 ? positionals : ALL).map((name) => `sluice-${stage}-${name}`);
  const from = ["--app", assembly];
  if (!(await cdk("synth", "--quiet", "--app", "node infra/app.ts", "--output", assembly))) return 1;
  say("What would change:");
  if (!(await cdk("diff", ...stacks, ...from))) return 1;
  if (values.diff) return 0;
  if (!values.yes && !(await confirmed(stage))) {
    say("Not deployed.");
    return 1;
  }
  const outputs = values["outputs-file"] === undefined ? [] : ["--outputs-file", values["outputs-file"]];
  return (await cdk("deploy", ...stacks, ...from, "--require-approval", "never", ...outputs)) ? 0 : 1;
}

async function confirmed(stage: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Deploy this to stage ${stage}? [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
