/**
 * The embedded stack as `npm start` runs it and the `sluice` command as a user does: processes of their own.
 *
 * @module
 */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type CliRun, runCli } from "./cli.ts";
import { eventually } from "./eventually.ts";

const root = resolve(import.meta.dirname, "../..");
const sluice = join(root, "cli/sluice.mjs");

/** What both processes see of the environment: nothing of whoever runs the tests but where programs are. */
const cleanEnvironment = (folder: string): Record<string, string> => ({
  PATH: process.env.PATH ?? "",
  HOME: folder,
  TERM: "xterm-256color",
});

/** util-linux's `script` runs a command in a pseudo-terminal. */
export const hasTerminal: boolean = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes(
  "util-linux",
);

export interface Ended {
  readonly code: number | null;
  /** In a terminal standard output and standard error together. */
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has written so far. */
  output(): string;
  /** Waits until it has written this. */
  shows(text: string | RegExp): Promise<void>;
  /** Types; `\u0003` is Ctrl-C. */
  type(keys: string): void;
}

export interface CliProcessOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Another Node to run it on. */
  readonly node?: string;
}

export class CliStack implements AsyncDisposable {
  readonly url: string;
  readonly key: string;
  /** Where the stack was started, and where the commands run. */
  readonly folder: string;
  readonly #child: ChildProcess;

  private constructor({ url, key, folder }: Pick<CliStack, "url" | "key" | "folder">, child: ChildProcess) {
    this.url = url;
    this.key = key;
    this.folder = folder;
    this.#child = child;
  }

  static async start(env: Readonly<Record<string, string>> = {}): Promise<CliStack> {
    const folder = await mkdtemp(join(tmpdir(), "sluice-cli-"));
    const child = spawn(process.execPath, [join(root, "local/main.ts")], {
      cwd: folder,
      env: { ...cleanEnvironment(folder), SLUICE_PORT: "0", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = collect(child);
    const ready = () => {
      if (child.exitCode !== null) throw new Error(`The stack has not started:\n${output.stderr}`);
      return /^ready (\S+)\nkey (\S+)$/m.exec(output.stdout) ?? undefined;
    };
    const [, url = "", key = ""] = await eventually("the stack is ready", ready, 110);
    return new CliStack({ url, key, folder }, child);
  }

  /** The same command without a process of its own: what a test does beside what it tests. */
  async quick(...argv: readonly string[]): Promise<CliRun> {
    return await runCli(argv, { env: { SLUICE_URL: this.url, SLUICE_API_KEY: this.key } });
  }

  /** Runs a command in a pipe, to its end. */
  async run(argv: readonly string[], options: CliProcessOptions = {}): Promise<Ended> {
    return await this.start(argv, options).ended;
  }

  /** Starts a command in a pipe. */
  start(
    argv: readonly string[],
    { stdin = "", env = {}, node = process.execPath }: CliProcessOptions = {},
  ): CliProcess {
    const child = spawn(node, [sluice, ...argv], {
      cwd: this.folder,
      env: { ...cleanEnvironment(this.folder), ...env },
    });
    child.stdin.end(stdin);
    return wrap(child);
  }

  /** Starts a command in a terminal of 100 columns and 40 rows. */
  startInTerminal(argv: readonly string[], env: Readonly<Record<string, string>> = {}): CliProcess {
    const command = [process.execPath, sluice, ...argv].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
    const child = spawn("script", ["-qefc", `stty cols 100 rows 40; exec ${command}`, "/dev/null"], {
      cwd: this.folder,
      env: { ...cleanEnvironment(this.folder), SHELL: "/bin/sh", ...env },
    });
    return wrap(child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((done) => this.#child.once("close", done));
    this.#child.kill("SIGTERM");
    const late = setTimeout(() => this.#child.kill("SIGKILL"), 20_000);
    await ended;
    clearTimeout(late);
    await rm(this.folder, { recursive: true, force: true });
  }
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (chunk: string) => {
      output[name] += chunk;
    });
  }
  return output;
}

function wrap(child: ChildProcess): CliProcess {
  const output = collect(child);
  const ended = new Promise<Ended>((done) => child.once("close", (code) => done({ code, ...output })));
  // A command that ends early closes its input.
  child.stdin?.on("error", () => {});
  return {
    child,
    ended,
    output: () => output.stdout + output.stderr,
    async shows(text) {
      const holds = () => (typeof text === "string" ? output.stdout.includes(text) : text.test(output.stdout));
      await eventually(`the command shows ${text}; it has shown: ${output.stdout}${output.stderr}`, holds, 60);
    },
    type: (keys) => void child.stdin?.write(keys),
  };
}
