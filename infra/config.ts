/**
 * What a stage is: everything that is decided at synthesis, read from the environment in one place.
 *
 * @module
 */

import { z } from "zod";
import { type QueueDefinition, queues } from "../contracts/queues.ts";
import { blankIsUnset } from "../contracts/settings/blank-is-unset.ts";
import { parseSettings, type Settings, settings } from "../contracts/settings/settings.ts";

/** Retentions that CloudWatch Logs offers, in days. */
const logRetentionDays = [1, 3, 5, 7, 14, 30, 60, 90, 180, 365, 731] as const;

/** Settings of a stage, from the environment. */
export const stageSettings = z.object({
  SLUICE_STAGE: blankIsUnset(
    z
      .string()
      .regex(/^[a-z][a-z0-9]{0,15}$/, "must be 1 to 16 lower-case letters and digits, a letter first")
      .default("dev"),
  ).describe(
    "Name of the deployment; part of every resource's name. `dev` is removed with its stacks, `prod` is protected from deletion.",
  ),
  SLUICE_LOG_RETENTION_DAYS: blankIsUnset(z.coerce.number().pipe(z.literal(logRetentionDays)).default(30)).describe(
    "Days that logs are kept.",
  ),
  SLUICE_ACCOUNT_CONCURRENCY: blankIsUnset(z.coerce.number().int().min(10).default(1_000)).describe(
    "The account's Lambda concurrency quota in the region; the lanes together must stay below it.",
  ),
  SLUICE_CONCURRENCY_HEADROOM: blankIsUnset(z.coerce.number().int().min(0).default(100)).describe(
    "Concurrency that is left for the API, the authorizer, the sweeper and whatever else the account runs.",
  ),
  SLUICE_API_RATE_LIMIT: blankIsUnset(z.coerce.number().int().min(1).default(500)).describe(
    "Requests a second that the API takes over time.",
  ),
  SLUICE_API_BURST_LIMIT: blankIsUnset(z.coerce.number().int().min(1).default(1_000)).describe(
    "Requests that the API takes at once.",
  ),
  SLUICE_ALARM_EMAIL: blankIsUnset(z.email().optional()).describe(
    "Who is told of alarms, a message in a dead-letter queue among them; nobody when not set.",
  ),
  SLUICE_DEAD_LETTER_TOPIC: blankIsUnset(
    z
      .string()
      .regex(
        /^(own|arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256})$/,
        "must be own or the ARN of a standard SNS topic",
      )
      .optional(),
  ).describe(
    "SNS topic that is told of jobs that failed for good: `own` makes one, `sluice-<stage>-dead-letters`; nothing is told when not set.",
  ),
  SLUICE_PUBLIC_URL: blankIsUnset(z.url({ protocol: /^https?$/ }).optional()).describe(
    "Where the API is reached from outside, such as https://sluice.example.com: the links in notices start with it.",
  ),
  SLUICE_RUNBOOK_URL: blankIsUnset(z.string().default("docs/runbook.md")).describe(
    "Where docs/runbook.md can be read; alarms link to its headings.",
  ),
});

/** The parsed settings of a stage. */
export interface StageConfig {
  readonly stage: string;
  readonly logRetentionDays: (typeof logRetentionDays)[number];
  /** Data outlives its stack; logs go with theirs. */
  readonly retainData: boolean;
  /** Data cannot be deleted by accident. */
  readonly protectData: boolean;
  readonly api: { readonly rateLimit: number; readonly burstLimit: number };
  readonly concurrency: { readonly quota: number; readonly headroom: number };
  readonly alarmEmail: string | undefined;
  /** `own`, or the ARN of a topic that is told of dead letters. */
  readonly deadLetterTopic: string | undefined;
  readonly publicUrl: string | undefined;
  readonly runbookUrl: string;
  /** Passed on to the functions. */
  readonly settings: Settings;
}

/** @throws Error that names every setting that does not fit */
export function readConfig(env: Record<string, string | undefined>): StageConfig {
  const given = parseSettings(stageSettings, env);
  return {
    stage: given.SLUICE_STAGE,
    logRetentionDays: given.SLUICE_LOG_RETENTION_DAYS,
    retainData: given.SLUICE_STAGE !== "dev",
    protectData: given.SLUICE_STAGE === "prod",
    api: { rateLimit: given.SLUICE_API_RATE_LIMIT, burstLimit: given.SLUICE_API_BURST_LIMIT },
    concurrency: { quota: given.SLUICE_ACCOUNT_CONCURRENCY, headroom: given.SLUICE_CONCURRENCY_HEADROOM },
    alarmEmail: given.SLUICE_ALARM_EMAIL,
    deadLetterTopic: given.SLUICE_DEAD_LETTER_TOPIC,
    publicUrl: given.SLUICE_PUBLIC_URL,
    runbookUrl: given.SLUICE_RUNBOOK_URL,
    settings: parseSettings(settings, env),
  };
}

/** A queue's time limits under `TASK_TIME_LIMIT` and `TASK_SOFT_TIME_LIMIT`, which lower limits and never raise them. */
export function timeLimits(config: StageConfig, queue: QueueDefinition): { soft: number; hard: number } {
  const { TASK_SOFT_TIME_LIMIT, TASK_TIME_LIMIT } = config.settings;
  return {
    soft: Math.min(queue.timeLimit.soft, TASK_SOFT_TIME_LIMIT ?? queue.timeLimit.soft),
    hard: Math.min(queue.timeLimit.hard, TASK_TIME_LIMIT ?? queue.timeLimit.hard),
  };
}

/**
 * Checks what the schemas cannot see: limits against each other, and the lanes against the account's quota.
 * @throws Error that says which setting to change
 */
export function checkConfig(config: StageConfig, of: readonly QueueDefinition[] = queues): void {
  for (const queue of of) {
    const { soft, hard } = timeLimits(config, queue);
    if (soft >= hard) {
      throw new Error(
        `Queue ${queue.name}: its soft time limit of ${soft} s must be below its hard one of ${hard} s; ` +
          "lower TASK_SOFT_TIME_LIMIT or raise TASK_TIME_LIMIT.",
      );
    }
  }
  const lanes = of.reduce((sum, queue) => sum + queue.lanes.length, 0);
  const wanted = lanes * config.settings.WORKER_CONCURRENCY;
  const { quota, headroom } = config.concurrency;
  if (wanted > quota - headroom) {
    throw new Error(
      `${lanes} lanes with WORKER_CONCURRENCY ${config.settings.WORKER_CONCURRENCY} may run ${wanted} invocations at once, ` +
        `but SLUICE_ACCOUNT_CONCURRENCY ${quota} less SLUICE_CONCURRENCY_HEADROOM ${headroom} leaves ${quota - headroom}.`,
    );
  }
}
