/**
 * What a stage is: everything that is decided at synthesis, read from the environment in one place.
 *
 * @module
 */

import type { z } from "zod";
import { type Family, stageFamilies } from "../contracts/families.ts";
import type { QueueDefinition } from "../contracts/queues.ts";
import { invocationsAtOnce, mappingsInWords } from "../contracts/settings/invocations.ts";
import { parseSettings } from "../contracts/settings/parse-settings.ts";
import { type Settings, settings } from "../contracts/settings/settings.ts";
import { withSizeDefaults } from "../contracts/settings/small-stage.ts";
import { stageSettings } from "../contracts/settings/stage.ts";
import { ownConcurrency } from "../contracts/settings/tasks.ts";
import type { Size } from "../contracts/sizes.ts";

/** The parsed settings of a stage. */
export interface StageConfig {
  readonly stage: string;
  /** Queues of other families are not made. */
  readonly families: ReadonlySet<Family>;
  readonly size: Size;
  readonly logRetentionDays: z.infer<typeof stageSettings>["SLUICE_LOG_RETENTION_DAYS"];
  /** Data outlives its stack; logs go with theirs. */
  readonly retainData: boolean;
  /** Data cannot be deleted by accident. */
  readonly protectData: boolean;
  readonly api: { readonly rateLimit: number; readonly burstLimit: number };
  readonly concurrency: { readonly quota: number; readonly headroom: number };
  readonly alarmEmail: string | undefined;
  /** Whether alarms watch all queues together, or each. */
  readonly alarms: "stage" | "queues";
  readonly dashboard: "small" | "full" | "none";
  /** `own`, or the ARN of a topic that is notified of dead letters. */
  readonly deadLetterTopic: string | undefined;
  /** `own`, or the ARN of a topic that is notified of escalations. */
  readonly escalationTopic: string | undefined;
  /** Models of Bedrock that configs may name, beside LLM_MODEL. */
  readonly bedrockModels: readonly string[];
  readonly publicUrl: string | undefined;
  /** Origins of web pages that may call the API and reach the bucket by its links and forms. */
  readonly corsOrigins: readonly string[];
  readonly runbookUrl: string;
  /** Whether Lambda sends traces to X-Ray. */
  readonly isTraced: boolean;
  /** Where functions run that call models; undefined: in no network of the account's own. */
  readonly network: { readonly subnets: readonly string[]; readonly securityGroups: readonly string[] } | undefined;
  /** ARN of the key that encrypts queues, tables and bucket; undefined: AWS keeps one. */
  readonly kmsKey: string | undefined;
  /** Passed on to the functions. */
  readonly settings: Settings;
  /** Where the settings of tasks' own are read. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** @throws Error that names every setting that does not fit */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): StageConfig {
  const env = withSizeDefaults(environment);
  const given = parseSettings(stageSettings, env);
  const own = parseSettings(settings, env);
  return {
    stage: given.SLUICE_STAGE,
    families: stageFamilies({ ...given, ...own }),
    size: given.SLUICE_SIZE,
    logRetentionDays: given.SLUICE_LOG_RETENTION_DAYS,
    retainData: given.SLUICE_STAGE !== "dev",
    protectData: given.SLUICE_STAGE === "prod",
    api: { rateLimit: given.SLUICE_API_RATE_LIMIT, burstLimit: given.SLUICE_API_BURST_LIMIT },
    concurrency: { quota: given.SLUICE_ACCOUNT_CONCURRENCY, headroom: given.SLUICE_CONCURRENCY_HEADROOM },
    alarmEmail: given.SLUICE_ALARM_EMAIL,
    alarms: given.SLUICE_ALARMS,
    dashboard: given.SLUICE_DASHBOARD,
    deadLetterTopic: given.SLUICE_DEAD_LETTER_TOPIC,
    escalationTopic: given.SLUICE_ESCALATION_TOPIC,
    bedrockModels: given.SLUICE_BEDROCK_MODELS,
    publicUrl: given.SLUICE_PUBLIC_URL,
    corsOrigins: given.SLUICE_CORS_ORIGINS,
    runbookUrl: given.SLUICE_RUNBOOK_URL,
    isTraced: given.SLUICE_TRACING === "xray",
    network: networkOf(given),
    kmsKey: given.SLUICE_KMS_KEY,
    settings: own,
    env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== "")),
  };
}

/** @throws Error when one of both is missing */
function networkOf({
  SLUICE_VPC_SUBNETS: subnets,
  SLUICE_VPC_SECURITY_GROUPS: securityGroups,
}: z.infer<typeof stageSettings>): StageConfig["network"] {
  if (subnets.length === 0 && securityGroups.length === 0) return undefined;
  if (subnets.length > 0 && securityGroups.length > 0) return { subnets, securityGroups };
  throw new Error("SLUICE_VPC_SUBNETS and SLUICE_VPC_SECURITY_GROUPS have to be set together.");
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
export function checkConfig(config: StageConfig, queues: readonly QueueDefinition[]): void {
  for (const queue of queues) {
    const { soft, hard } = timeLimits(config, queue);
    if (soft >= hard) {
      throw new Error(
        `Queue ${queue.name}: its soft time limit of ${soft} s must be below its hard one of ${hard} s; ` +
          "lower TASK_SOFT_TIME_LIMIT or raise TASK_TIME_LIMIT.",
      );
    }
  }
  checkSubmits(queues);
  const unknown = [...ownConcurrency(config.settings).keys()].filter(
    (name) => !queues.some((each) => each.name === name),
  );
  if (unknown.length > 0) {
    throw new Error(
      `WORKER_CONCURRENCY_BY_QUEUE: there is no queue ${unknown.join(", ")}. There are: ${queues.map(({ name }) => name).join(", ")}.`,
    );
  }
  const wanted = invocationsAtOnce(config.settings, queues);
  const { quota, headroom } = config.concurrency;
  if (wanted > quota - headroom) {
    throw new Error(
      `${mappingsInWords(queues)} with WORKER_CONCURRENCY ${config.settings.WORKER_CONCURRENCY} may run ${wanted} invocations at once, ` +
        `but SLUICE_ACCOUNT_CONCURRENCY ${quota} less SLUICE_CONCURRENCY_HEADROOM ${headroom} leaves ${quota - headroom}.`,
    );
  }
}

/**
 * A task that submits others fails without them. Those of `core` look after what other families leave, and do without.
 * @throws Error that says which family to add
 */
function checkSubmits(queues: readonly QueueDefinition[]): void {
  const here = new Set(queues.flatMap((queue) => queue.tasks).map(({ name }) => name));
  for (const { family, tasks } of queues.filter((queue) => queue.family !== "core")) {
    for (const { name, submits = [] } of tasks) {
      const missing = submits.filter((target) => !here.has(target));
      if (missing.length === 0) continue;
      throw new Error(
        `SLUICE_FAMILIES: the task ${name} of the family ${family} submits ${missing.join(", ")}. ` +
          `Add the family of each, or leave ${family} out.`,
      );
    }
  }
}
