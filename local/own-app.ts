/**
 * The CDK app in the folder where the stack is started: an application that has a stage of Sluice beside its own stacks.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { delimiter, dirname, join, resolve } from "node:path";
import { z } from "zod";
import type { StackLog } from "./log.ts";

const root = resolve(import.meta.dirname, "..");

/** What is read of a `cdk.json`. */
const projectSchema = z.object({ app: z.string(), context: z.record(z.string(), z.json()).default({}) });

/** A CDK app with a stage of Sluice. */
export interface OwnApp {
  /** Runs the command of `cdk.json`, as `cdk synth` does. @returns the folder of the assembly. @throws Error with what it printed */
  synthesize(log: StackLog): Promise<string>;
}

/**
 * The app of a folder, by its `cdk.json`.
 * @returns undefined where Sluice's own app is meant: in its repository, or started from there in a folder without an app
 * @throws Error when the folder has no `cdk.json`, or one that names no app
 */
export async function findOwnApp(folder: string): Promise<OwnApp | undefined> {
  if (resolve(folder) === root) return undefined;
  const file = join(folder, "cdk.json");
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) {
    if (import.meta.url.endsWith(".ts")) return undefined;
    throw new Error(`There is no CDK app here: ${file} is missing. In an empty folder, \`sluice init\` makes one.`);
  }
  const { app, context } = projectSchema.parse(JSON.parse(text));
  const directory = join(folder, ".sluice/cdk.out");
  return {
    async synthesize(log) {
      log.info(`Synthesizing: ${app}`);
      await run(app, folder, { CDK_OUTDIR: directory, CDK_CONTEXT_JSON: JSON.stringify(context) });
      return directory;
    },
  };
}

async function run(command: string, cwd: string, env: Record<string, string>): Promise<void> {
  const PATH = [dirname(process.execPath), join(cwd, "node_modules/.bin"), process.env.PATH].join(delimiter);
  const child = spawn(command, {
    ...{ cwd, shell: true, stdio: ["ignore", "pipe", "pipe"] },
    // Unless the environment says otherwise, a log is for people here, and CloudFormation's rules are for deployments.
    env: { LOG_FORMAT: "text", CDK_VALIDATION: "false", ...process.env, PATH, ...env },
  });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((done, fail) => {
    child.once("error", fail);
    child.once("close", done);
  });
  if (code !== 0) throw new Error(`\`${command}\` failed:\n${Buffer.concat(output).toString().trim()}`);
}
