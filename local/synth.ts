/**
 * Synthesizes the CDK app in a process of its own, so that what runs is what would be deployed.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/** The stage that the embedded stack synthesizes. */
const STAGE = "local";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What Node needs of the machine; settings come on top. */
const machine = ["PATH", "HOME", "SystemRoot", "TEMP", "TMP", "TMPDIR", "USERPROFILE"] as const;

/**
 * @param directory where the cloud assembly goes
 * @param env settings (contracts/settings/settings.ts) and whatever else infra/ reads; nothing else is inherited
 * @throws Error with what the app printed, when it fails
 */
export async function synthesize(directory: string, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const inherited = Object.fromEntries(machine.map((name) => [name, process.env[name]]));
  const child = spawn(process.execPath, [`infra/app${extname(import.meta.url)}`], {
    cwd: root,
    env: {
      ...inherited,
      SLUICE_STAGE: STAGE,
      // A small stage is there to be tried as it would be deployed.
      ...(env.SLUICE_SIZE === "small" ? {} : { SLUICE_FAMILIES: "all" }),
      ...env,
      CDK_OUTDIR: directory,
      CDK_DISABLE_VERSION_CHECK: "1",
      // CloudFormation's rules, more than half of a synthesis; a deployment is checked by them.
      CDK_VALIDATION: "false",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`Synthesis failed:\n${withoutStack(Buffer.concat(output).toString())}`);
}

/** What went wrong, without where in the tools it was noticed. */
const withoutStack = (text: string): string =>
  text
    .split("\n")
    .filter((line) => !/^\s+at |^Node\.js v/.test(line))
    .join("\n")
    .trim();
