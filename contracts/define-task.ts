import type { z } from "zod";
import type { RetryClass } from "./jobs/retry.ts";
import type { Scope } from "./keys/scopes.ts";
import { isTimeZone } from "./schedules/time-zone.ts";

/** What a task needs beside its queue; permissions, settings and the batch size of its function follow from it. */
export type Capability =
  | "llm"
  | "embeddings"
  | "vectors"
  | "documents"
  | "files"
  | "texts"
  | "queues"
  | "dead-letters"
  | "webhooks"
  | "escalations"
  | "job-files"
  | "batches"
  | "fonts";

/** A recurring run, by EventBridge Scheduler. */
export interface TaskSchedule {
  /** `rate(...)` or `cron(...)`, as EventBridge Scheduler takes them. */
  readonly expression: string;
  /** What `cron(...)` is meant in, by its IANA name. @default UTC */
  readonly timeZone?: string;
  /** The input of each run. */
  readonly input: Record<string, unknown>;
}

/** A task: what goes in, what comes out, where it runs and how often it may be tried. */
export interface TaskDefinition<
  Name extends string = string,
  Queue extends string = string,
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
  Submits extends string = string,
  Settings extends z.ZodObject = z.ZodObject,
  Secret extends string = string,
> {
  /** snake_case; also the metric dimension. */
  readonly name: Name;
  /** One sentence for the API documentation, the CLI and the console. */
  readonly description: string;
  readonly queue: Queue;
  readonly input: Input;
  readonly output: Output;
  readonly retry: RetryClass;
  /** Seconds: `soft` aborts the run's signal, `hard` ends the function. */
  readonly timeLimit: { readonly soft: number; readonly hard: number };
  /** MB. Above {@link NEW_ACCOUNT_MEMORY}, only accounts whose quota AWS has raised can deploy it. */
  readonly memory: number;
  readonly uses?: readonly Capability[];
  /** Nothing of it can be done without a language model: a config that names the embedded engine is refused. */
  readonly needsModel?: boolean;
  /** Tasks that its code submits: its function may send to their lanes, and theirs to its own. */
  readonly submits?: readonly Submits[];
  /** Tasks that its code submits where the stage has them, as {@link submits} otherwise. */
  readonly maySubmit?: readonly string[];
  /** Its code continues in another run by `continueWith`: its function may send to its own lanes, so that it does at once. */
  readonly continuesAtOnce?: boolean;
  /** Tasks that callers may have follow it, where the stage has them: its function may send to their lanes. */
  readonly mayFollow?: readonly string[];
  /**
   * Settings of its own, by the names of environment variables: checked at deployment, handed to its function, and given
   * to its code as `context.settings`.
   */
  readonly settings?: Settings;
  /**
   * Names of its own settings whose value is where a secret is kept: a secret of Secrets Manager, or an SSM parameter.
   * Its function may read them; its code does with `context.secret(name)`.
   */
  readonly secrets?: readonly Secret[];
  /** Other names under which the API and the CLI take it. */
  readonly aliases?: readonly string[];
  /** Paths under which `execute_high_priority_task` and `execute_low_priority_task` run it. */
  readonly functionPaths?: readonly string[];
  /** Fields of replaced systems that it does not take, and what to send instead. */
  readonly replacedFields?: Readonly<Record<string, string>>;
  readonly schedule?: TaskSchedule;
  /** What a key needs to submit it, when that is more than `submit`: a task that touches all projects. */
  readonly scope?: Scope;
}

/**
 * The most memory that Lambda gives a function of a new account, in MB; AWS raises it to 10,240 with use or on request.
 * A stack that asks for more than the account has is rolled back.
 */
export const NEW_ACCOUNT_MEMORY = 3_008;

/** What reaches the jobs and files of every project: a task that uses one needs `scope: "admin"`. */
export const operatorCapabilities = ["queues", "dead-letters", "files"] as const satisfies readonly Capability[];

/** A task's input as its code sees it, defaults filled in. */
export type InputOf<Definition extends TaskDefinition> = z.output<Definition["input"]>;
/** A task's input as a caller may send it. */
export type RequestOf<Definition extends TaskDefinition> = z.input<Definition["input"]>;
/** The result of a task, as callers receive it. */
export type OutputOf<Definition extends TaskDefinition> = z.output<Definition["output"]>;

const NAME = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
const SETTING = /^(?!AWS_|SLUICE_|LAMBDA_)[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;
const QUEUE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Declares a task. Everything else derives from it: its queue with dead-letter queue, function, event source mappings
 * and alarms, API validation, OpenAPI, client types, CLI and console.
 * @throws Error when the definition contradicts itself
 */
export function defineTask<
  Name extends string,
  Queue extends string,
  Input extends z.ZodType,
  Output extends z.ZodType,
  Submits extends string = never,
  Settings extends z.ZodObject = z.ZodObject<Record<never, never>>,
  Secret extends string = never,
>(
  definition: TaskDefinition<Name, Queue, Input, Output, Submits, Settings, Secret>,
): TaskDefinition<Name, Queue, Input, Output, Submits, Settings, Secret> {
  const { name, queue, timeLimit, memory } = definition;
  const settings = Object.keys(definition.settings?.shape ?? {});
  if (!NAME.test(name)) throw new Error(`Task name "${name}" must be snake_case.`);
  if (!QUEUE.test(queue))
    throw new Error(`Queue "${queue}" of task ${name} must be lower-case words joined by hyphens.`);
  if (timeLimit.soft >= timeLimit.hard)
    throw new Error(`Task ${name}: the soft time limit must be below the hard one.`);
  if (timeLimit.hard > 900) throw new Error(`Task ${name}: Lambda runs at most 900 seconds.`);
  const reaching = operatorCapabilities.find((capability) => definition.uses?.includes(capability));
  if (reaching !== undefined && definition.scope !== "admin")
    throw new Error(`Task ${name} uses "${reaching}", which reaches all projects: it needs scope "admin".`);
  for (const setting of settings) {
    if (!SETTING.test(setting))
      throw new Error(`Task ${name}: a setting is called in UPPER_SNAKE_CASE and not like one of AWS's: ${setting}.`);
  }
  const unknown = definition.secrets?.find((secret) => !settings.includes(secret));
  if (unknown !== undefined) throw new Error(`Task ${name}: the secret ${unknown} is not one of its settings.`);
  const timeZone = definition.schedule?.timeZone;
  // Not for the default: the first look at any time zone takes milliseconds, in every function's start.
  if (timeZone !== undefined && !isTimeZone(timeZone))
    throw new Error(`Task ${name}: there is no time zone ${timeZone}.`);
  if (memory < 128 || memory > 10_240) throw new Error(`Task ${name}: memory must be 128 to 10240 MB.`);
  return definition;
}
