/**
 * The embedded stack as a process of its own: it can be killed, and started again on the same data and the same port, with
 * another assembly or by another version of the code.
 *
 * @module
 */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { eventually } from "./eventually.ts";
import type { Target } from "./job-client.ts";

/** What is run. */
export interface StackCode {
  /** A synthesized assembly. */
  readonly assembly: string;
  /** The folder of the project that runs it. @default this one */
  readonly root?: string;
}

/** Where its data is, and what else its environment has. */
export interface StackPlace {
  readonly dataDir: string;
  readonly timeScale: number;
}

/** A stack in a process of its own. */
export class StackProcess implements AsyncDisposable {
  readonly #place: StackPlace;
  #child: ChildProcess | undefined;
  #port = "0";
  #output = "";
  target: Target = { url: "", apiKey: "k".repeat(40) };

  constructor(place: StackPlace) {
    this.#place = place;
  }

  /** Starts the process, and waits until it takes requests. */
  async up({ assembly, root = resolve(import.meta.dirname, "../..") }: StackCode): Promise<void> {
    this.#output = "";
    const child = spawn(process.execPath, ["local/main.ts", "--assembly", assembly], {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        SLUICE_PORT: this.#port,
        SLUICE_DATA_DIR: this.#place.dataDir,
        SLUICE_API_KEY: this.target.apiKey,
        SLUICE_TIME_SCALE: String(this.#place.timeScale),
        LLM_BACKEND: "openai-compatible",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    child.stdout.on("data", (chunk) => (this.#output += chunk));
    child.stderr.on("data", (chunk) => (this.#output += chunk));
    const url = await eventually(
      () => `the stack is ready: ${this.#output.slice(-2_000)}`,
      () => {
        if (child.exitCode !== null) throw new Error(`The stack has ended: ${this.#output.slice(-2_000)}`);
        return /^ready (\S+)/m.exec(this.#output)?.[1];
      },
    );
    this.#port = new URL(url).port;
    this.target = { ...this.target, url };
  }

  /** What it has written since it was started. */
  get output(): string {
    return this.#output;
  }

  /** Kills the stack's own process; those of its functions find themselves alone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  /** Resident memory of the stack's own process, in bytes; undefined where the system does not tell. */
  memory(): number | undefined {
    try {
      const status = readFileSync(`/proc/${this.#child?.pid}/status`, "utf8");
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1_024;
    } catch {
      return undefined;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
