import { Duration, TimeZone } from "aws-cdk-lib";
import type { Code } from "aws-cdk-lib/aws-lambda";
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import { Construct } from "constructs";
import type { TaskDefinition } from "../../contracts/define-task.ts";
import { deadLetterName } from "../../contracts/jobs/lanes.ts";
import { DEAD_LETTER_RETENTION } from "../../contracts/jobs/retention.ts";
import type { QueueDefinition } from "../../contracts/queues.ts";
import { physicalName } from "../../contracts/resources.ts";
import { taskSettings } from "../../contracts/settings/tasks.ts";
import type { StageConfig } from "../config.ts";
import { laneNames, resourceEnvironment, settingsEnvironment } from "../environment.ts";
import { scheduledFunction } from "../functions.ts";
import type { Storage } from "../storage.ts";
import { grantFiles, grantQueues } from "./access.ts";
import { NodeFunction } from "./node-function.ts";
import { SecureQueue } from "./secure-queue.ts";
import { grantSigning } from "./signing.ts";
import { grantJobs } from "./table-access.ts";

/** Properties of the schedules of tasks. */
export interface TaskSchedulesProps {
  readonly config: StageConfig;
  readonly queues: readonly QueueDefinition[];
  /** The tasks that have a schedule. */
  readonly tasks: readonly TaskDefinition[];
  readonly storage: Storage;
  readonly code: Code;
  readonly urlPrefix: string;
}

/** Recurring tasks: one schedule each, and one function that submits the task that a schedule names. */
export class TaskSchedules extends Construct {
  readonly submitter: NodeFunction;

  constructor(scope: Construct, id: string, { config, queues, tasks, storage, code, urlPrefix }: TaskSchedulesProps) {
    super(scope, id);
    const { name } = scheduledFunction;
    const deadLetters = new SecureQueue(this, "DeadLetters", {
      config,
      name: deadLetterName(name),
      retentionPeriod: Duration.seconds(DEAD_LETTER_RETENTION),
    });
    this.submitter = new NodeFunction(this, "Submitter", {
      config,
      name,
      code,
      description: "Submits the tasks that run on a schedule.",
      environment: {
        ...resourceEnvironment(config, storage, urlPrefix),
        ...settingsEnvironment(config, Object.keys(taskSettings.shape)),
      },
      deadLetterQueue: deadLetters,
      retryAttempts: 2,
    });
    const submitter = this.submitter.function;
    grantJobs(submitter, storage, { deletes: false, subjects: ["schedules"] });
    grantSigning(submitter, storage, "sign");
    grantFiles(submitter, storage, { blobs: ["write"] });
    grantQueues(submitter, { scope: this, config }, { names: queues.flatMap(laneNames), purposes: ["send"] });

    for (const task of tasks) {
      if (!task.schedule) continue;
      new Schedule(this, task.name, {
        scheduleName: physicalName(config.stage, `task-${task.name}`),
        schedule: ScheduleExpression.expression(
          task.schedule.expression,
          TimeZone.of(task.schedule.timeZone ?? "Etc/UTC"),
        ),
        target: new LambdaInvoke(submitter, {
          input: ScheduleTargetInput.fromObject({
            task_name: task.name,
            input: task.schedule.input,
            // The scheduler may call twice for one time: the submitter makes it the Idempotency-Key.
            scheduled_at: ContextAttribute.scheduledTime,
          }),
          deadLetterQueue: deadLetters,
          retryAttempts: 3,
          maxEventAge: Duration.hours(1),
        }),
      });
    }
  }
}
