/**
 * Runs the template's schedules: EventBridge Scheduler's and scheduled rules.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { z } from "zod";
import type { FunctionPool } from "../lambda/pool.ts";
import type { StackLog } from "../log.ts";
import type { Queue } from "../services/queues.ts";
import type { Deployment, Resource } from "../template/deployment.ts";
import { propertiesOf } from "../template/parse.ts";
import { TemplateError } from "../template/values.ts";
import { type NextRun, parseSchedule } from "./expression.ts";

const targetSchema = z.object({ Arn: z.string(), Input: z.string().optional() });

const scheduleSchema = z.object({
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default("UTC"),
  State: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  Target: targetSchema,
});

const ruleSchema = z.object({
  ScheduleExpression: z.string().optional(),
  State: z.string().default("ENABLED"),
  Targets: z.array(targetSchema).default([]),
});

/** A schedule of the template: rate or cron expression, and target. */
export interface Schedule {
  readonly name: string;
  readonly arn: string;
  readonly next: NextRun;
  readonly target: z.infer<typeof targetSchema>;
  /** What a target without an input of its own gets. */
  readonly defaultInput: (at: Date) => unknown;
}

/** The enabled schedules. @param timeScale divides the intervals of `rate(...)` */
export function readSchedules(deployment: Deployment, timeScale: number): Schedule[] {
  const schedules = deployment.ofType("AWS::Scheduler::Schedule").flatMap((resource) => {
    const { ScheduleExpression, ScheduleExpressionTimezone, State, Target } = propertiesOf(resource, scheduleSchema);
    if (State !== "ENABLED") return [];
    return schedule(resource, Target, {
      next: () => parseSchedule(ScheduleExpression, timeScale, ScheduleExpressionTimezone),
      defaultInput: () => ({}),
    });
  });
  const rules = deployment.ofType("AWS::Events::Rule").flatMap((resource) => {
    const { ScheduleExpression, State, Targets } = propertiesOf(resource, ruleSchema);
    if (ScheduleExpression === undefined || State !== "ENABLED") return [];
    return Targets.map((target) =>
      schedule(resource, target, {
        next: () => parseSchedule(ScheduleExpression, timeScale),
        defaultInput: (at) => scheduledEvent(resource, at),
      }),
    );
  });
  return [...schedules, ...rules];
}

function schedule(
  resource: Resource,
  target: Schedule["target"],
  { next, defaultInput }: { readonly next: () => NextRun; readonly defaultInput: Schedule["defaultInput"] },
): Schedule {
  try {
    return { name: resource.logicalId, arn: String(resource.attribute("Arn")), next: next(), target, defaultInput };
  } catch (error) {
    throw new TemplateError(`${resource.path}.Properties.ScheduleExpression`, String(error));
  }
}

const scheduledEvent = (resource: Resource, at: Date) => ({
  version: "0",
  id: randomUUID(),
  "detail-type": "Scheduled Event",
  source: "aws.events",
  time: at.toISOString(),
  resources: [resource.attribute("Arn")],
  detail: {},
});

/** What the scheduler needs. */
export interface SchedulerParts {
  readonly functions: ReadonlyMap<string, FunctionPool>;
  readonly queues: readonly Queue[];
  readonly client: SQSClient;
  readonly log: StackLog;
}

/** Longest time a Node timer takes; a later run is waited for in steps. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Invokes the targets of schedules when they are due. */
export class Scheduler {
  readonly #parts: SchedulerParts;
  readonly #timers = new Map<Schedule, NodeJS.Timeout>();
  readonly #runs = new Set<Promise<void>>();
  #stopped = false;

  /** @throws TemplateError when a target is neither a function nor a queue that runs here */
  constructor(schedules: readonly Schedule[], parts: SchedulerParts) {
    this.#parts = parts;
    for (const each of schedules) {
      const { Arn } = each.target;
      if (!parts.functions.has(Arn) && !parts.queues.some(({ arn }) => arn === Arn)) {
        throw new TemplateError(each.name, `the embedded stack runs no target ${Arn}`);
      }
      this.#plan(each, Date.now());
    }
  }

  /** Starts nothing more; resolves when what runs has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.all(this.#runs);
  }

  #plan(each: Schedule, after: number): void {
    const due = each.next(after);
    if (due === undefined || this.#stopped) return;
    const wait = Math.max(0, due - Date.now());
    const timer = setTimeout(
      () => {
        if (wait > LONGEST_TIMER_MS) return this.#plan(each, after);
        this.#start(each, due);
        // A run that the machine slept through is not made up for.
        this.#plan(each, Math.max(due, Date.now() - 1_000));
      },
      Math.min(wait, LONGEST_TIMER_MS),
    );
    this.#timers.set(each, timer);
  }

  #start(each: Schedule, due: number): void {
    const run = this.#run(each, new Date(due)).catch((error: unknown) => {
      this.#parts.log.warn(`Schedule ${each.name} failed: ${String(error)}`);
    });
    this.#runs.add(run);
    void run.finally(() => this.#runs.delete(run));
  }

  async #run({ name, arn, target, defaultInput }: Schedule, at: Date): Promise<void> {
    const { functions, queues, client, log } = this.#parts;
    const input = withContext(target.Input ?? JSON.stringify(defaultInput(at)), arn, at);
    const pool = functions.get(target.Arn);
    const queue = queues.find((candidate) => candidate.arn === target.Arn);
    if (pool) {
      const outcome = await pool.invoke(input);
      if (!outcome.ok) log.warn(`Schedule ${name}: ${pool.config.name} failed: ${outcome.error.errorMessage}`);
    } else if (queue) {
      await client.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: input }));
    }
  }
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
const withContext = (input: string, arn: string, at: Date): string =>
  input
    .replaceAll("<aws.scheduler.scheduled-time>", at.toISOString())
    .replaceAll("<aws.scheduler.schedule-arn>", arn)
    .replaceAll("<aws.scheduler.execution-id>", randomUUID())
    .replaceAll("<aws.scheduler.attempt-number>", "1");
