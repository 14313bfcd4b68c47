/**
 * The embedded stack as a process of its own, with faults in all its functions: it can be killed and started again on the
 * same data and the same port.
 *
 * @module
 */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { Assembly } from "./assembly.ts";
import type { Plant, Run } from "./chaos-checks.ts";
import type { Target } from "./job-client.ts";
import { StackProcess } from "./stack-process.ts";

/** How often calls go wrong, as shares of all calls of AWS by all functions, and how far clocks differ. */
export const rates = {
  unsent: 0.01,
  unanswered: 0.01,
  throttled: 0.02,
  failing: 0.01,
  slow: 0.02,
  /** Of messages that are sent. */
  copied: 0.1,
  death_before: 0.001,
  death_after: 0.001,
  skew_ms: 1_000,
};

/** Seconds; sweeps are a minute apart, divided by the time scale. */
export const LEASE = 6;
const TIME_SCALE = 30;
/** Seconds. */
export const SWEEP = 60 / TIME_SCALE;

/** Seconds, as a stage has them by its defaults. */
export const USUAL = { lease: 60, sweep: 60 };

/** What a stack with faults is started with. */
export interface ChaosOptions {
  /** For the synthesis. */
  readonly settings: Readonly<Record<string, string>>;
  readonly plant?: Plant | undefined;
  /** Nothing goes wrong by itself, and leases and sweeps are those of a stage. */
  readonly isCalm?: boolean;
}

const root = resolve(import.meta.dirname, "../..");
const runSchema = z.object({
  task_id: z.string(),
  attempt: z.number(),
  pid: z.number(),
  at: z.number(),
  step: z.number().optional(),
});

/** A stack with faults. */
export class ChaosStack implements AsyncDisposable {
  readonly #folder: string;
  readonly #assembly: Assembly;
  readonly #process: StackProcess;

  /** Synthesizes and starts it. */
  static async start({ settings, plant, isCalm = false }: ChaosOptions): Promise<ChaosStack> {
    const folder = await mkdtemp(join(tmpdir(), "sluice-chaos-"));
    mkdirSync(join(folder, "data"));
    const assembly = await Assembly.synthesize({
      ...(isCalm
        ? { TASK_LEASE_SECONDS: String(USUAL.lease) }
        : {
            TASK_LEASE_SECONDS: String(LEASE),
            // The message of a worker that dies is invisible for six times as long.
            TASK_TIME_LIMIT: "15",
            TASK_SOFT_TIME_LIMIT: "10",
          }),
      LOG_LEVEL: "ERROR",
      ...settings,
    });
    await assembly.replaceHandler("default", "tests/fixtures/functions/chaos-default.ts");
    await assembly.replaceHandler("rewrite", "tests/fixtures/functions/chaos-rewrite.ts");
    // Its long jobs continue at once and submit others, which no task of this queue does.
    await assembly.allow("default", ["sqs:SendMessage"]);
    if (plant === "record deleted" || plant === "scheduled time lost")
      await assembly.allow("default", ["dynamodb:DeleteItem"]);
    await assembly.setEnvironment({
      CHAOS_DIR: folder,
      CHAOS_RATES: JSON.stringify(isCalm ? {} : rates),
      NODE_OPTIONS: `--import ${pathToFileURL(join(root, "tests/fixtures/chaos/faults.mjs"))}`,
      ...(plant !== undefined && { CHAOS_PLANT: plant }),
    });
    const stack = new ChaosStack(folder, assembly, isCalm ? 60 / USUAL.sweep : TIME_SCALE);
    await stack.up();
    return stack;
  }

  private constructor(folder: string, assembly: Assembly, timeScale: number) {
    this.#folder = folder;
    this.#assembly = assembly;
    this.#process = new StackProcess({ dataDir: join(folder, "data"), timeScale });
  }

  get target(): Target {
    return this.#process.target;
  }

  /** Starts the process, and waits until it takes requests. */
  up(): Promise<void> {
    return this.#process.up({ assembly: this.#assembly.directory });
  }

  /** Kills the stack's own process; those of its functions find themselves alone. */
  kill(): Promise<void> {
    return this.#process.kill();
  }

  /** Resident memory of the stack's own process, in bytes; undefined where the system does not tell. */
  memory(): number | undefined {
    return this.#process.memory();
  }

  /** From now on nothing goes wrong. */
  quiet(): void {
    writeFileSync(join(this.#folder, "quiet"), "");
  }

  /** The first message of this job, which is not submitted yet, will be taken from its queue, and no worker see it. */
  loseMessageOf(taskId: string): void {
    writeFileSync(join(this.#folder, `lose-${taskId}`), "");
  }

  /** When that was, in milliseconds since the epoch; undefined while it has not happened. */
  lostAt(taskId: string): number | undefined {
    const line = this.#lines("lost.log").find((each) => each.startsWith(taskId));
    return line === undefined ? undefined : Number(line.split(" ")[1]);
  }

  /** Each run of the tasks that the tests have replaced, in the order in which they began. */
  runs(): (Run & { readonly pid: number })[] {
    return this.#lines("runs.log").map((line) => runSchema.parse(JSON.parse(line)));
  }

  /** How often each kind of fault was injected. */
  faults(): Record<string, number> {
    const kinds = Map.groupBy(this.#lines("faults.log"), (line) => line.split(" ")[0] ?? "");
    return Object.fromEntries([...kinds].map(([kind, lines]) => [kind, lines.length]));
  }

  #lines(name: string): string[] {
    try {
      return readFileSync(join(this.#folder, name), "utf8").split("\n").filter(Boolean);
    } catch {
      return [];
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    // Functions whose stack was killed may still write for a moment.
    const gone = { recursive: true, force: true, maxRetries: 20, retryDelay: 250 };
    await Promise.all([rm(this.#folder, gone), this.#assembly.remove()]);
  }
}
