/**
 * One execution environment of a function: a process that runs one event at a time.
 *
 * @module
 */

import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { FunctionError, InvokeMessage, ProcessMessage } from "./protocol.ts";

/** A function's process: handler, environment, memory and time limit. */
export interface ProcessConfig {
  readonly runtime: string;
  /** File that exports the handler. */
  readonly entry: string;
  readonly exportName: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly env: Readonly<Record<string, string>>;
  readonly output: (line: string) => void;
}

/** How an invocation ended. */
export type Outcome =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly error: FunctionError };

/** Lambda's own limit for a function's start; a slower one gets the function's timeout, as there. */
const INIT_SECONDS = 10;

const failed = (errorType: string, errorMessage: string): Outcome => ({
  ok: false,
  error: { errorType, errorMessage },
});

/** One child process that runs invocations of a function, one at a time. */
export class FunctionProcess {
  readonly #child: ChildProcess;
  readonly #config: ProcessConfig;
  #settle: ((outcome: Outcome) => void) | undefined;
  #requestId = "";

  private constructor(config: ProcessConfig) {
    this.#config = config;
    this.#child = spawn(
      process.execPath,
      [`--max-old-space-size=${config.memoryMb}`, config.runtime, config.entry, config.exportName],
      // Events are texts of up to 6 MB: as JSON they would be escaped and parsed again on their way.
      { env: config.env, stdio: ["ignore", "pipe", "pipe", "ipc"], serialization: "advanced" },
    );
    for (const stream of [this.#child.stdout, this.#child.stderr]) forward(stream, config.output);
    // A failure to spawn is followed by "exit" or by no pid; both end up below.
    this.#child.on("error", (error) => this.#end(failed("Runtime.ExitError", error.message)));
    this.#child.on("exit", (code, signal) => this.#end(this.#exited(code, signal)));
    this.#child.on("message", (message: ProcessMessage) => this.#receive(message));
  }

  /**
   * Starts a process and waits until its handler is loaded.
   * @returns the process, or why it did not start
   */
  static async start(config: ProcessConfig): Promise<FunctionProcess | FunctionError> {
    const started = new FunctionProcess(config);
    const outcome = await started.#within(Math.max(INIT_SECONDS, config.timeoutSeconds), "Init timed out");
    if (outcome.ok) return started;
    started.kill();
    return outcome.error;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get alive(): boolean {
    const { exitCode, signalCode, killed, connected } = this.#child;
    return exitCode === null && signalCode === null && !killed && connected;
  }

  /** Runs the handler; kills the process at the function's timeout. Never rejects. */
  async invoke(message: Omit<InvokeMessage, "deadline">): Promise<Outcome> {
    this.#requestId = message.requestId;
    const seconds = this.#config.timeoutSeconds;
    const outcome = this.#within(seconds, `Task timed out after ${seconds.toFixed(2)} seconds`);
    this.#child.send({ ...message, deadline: Date.now() + seconds * 1_000 } satisfies InvokeMessage, (error) => {
      if (error) this.#end(failed("Runtime.ExitError", error.message));
    });
    return await outcome;
  }

  /** Ends an idle process: it exits when its channel closes. */
  release(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #within(seconds: number, message: string): Promise<Outcome> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#end(failed("Sandbox.Timedout", `RequestId: ${this.#requestId} Error: ${message}`));
        this.kill();
      }, seconds * 1_000);
      this.#settle = (outcome) => {
        clearTimeout(timer);
        this.#settle = undefined;
        resolve(outcome);
      };
    });
  }

  #receive(message: ProcessMessage): void {
    if (message.kind === "ready") this.#end({ ok: true, payload: "" });
    else if (message.kind === "init-failed") this.#end({ ok: false, error: message.error });
    else if (message.requestId !== this.#requestId) return;
    else if (message.kind === "done") this.#end({ ok: true, payload: message.payload });
    else this.#end({ ok: false, error: message.error });
  }

  #end(outcome: Outcome): void {
    this.#settle?.(outcome);
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): Outcome {
    const how = signal === null ? `exit status ${code}` : `signal: ${signal}`;
    return failed("Runtime.ExitError", `RequestId: ${this.#requestId} Error: Runtime exited with ${how}`);
  }
}

function forward(stream: Readable | null, output: (line: string) => void): void {
  if (stream) createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", output);
}
