import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { Code, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { TaskDefinition } from "../../contracts/define-task.ts";
import { settleBatchTask } from "../../contracts/jobs/batch-tasks.ts";
import type { QueueDefinition } from "../../contracts/queues.ts";
import { physicalName } from "../../contracts/resources.ts";
import { documentQueues } from "../../contracts/settings/invocations.ts";
import { callbackTask } from "../../contracts/webhooks/webhooks.ts";
import type { StageConfig } from "../config.ts";
import { grantQueues } from "../constructs/access.ts";
import { deadLetterTopic } from "../constructs/dead-letter-topic.ts";
import { addEscalationTopic } from "../constructs/escalation-topic.ts";
import { Sweeper } from "../constructs/sweeper.ts";
import { pascalCase, TaskQueue } from "../constructs/task-queue.ts";
import { TaskSchedules } from "../constructs/task-schedules.ts";
import { Uploads } from "../constructs/uploads.ts";
import { laneNames } from "../environment.ts";
import { scheduledFunction } from "../functions.ts";
import type { StorageStack } from "./storage-stack.ts";

/** Properties of the tasks stack. */
export interface TasksStackProps extends StackProps {
  readonly config: StageConfig;
  readonly queues: readonly QueueDefinition[];
  readonly storage: StorageStack;
  readonly code: (functionName: string) => Code;
}

/** The export that other stacks build queue URLs from. It never changes, so it never stands in a deployment's way. */
export const queueUrlPrefixExport = (config: StageConfig): string => physicalName(config.stage, "queue-url-prefix");

/** A job of its tasks continues in another run, whose message its function sends. */
const continuesAtOnce = ({ tasks }: QueueDefinition): boolean => tasks.some((task) => task.continuesAtOnce);

/** Everything that runs tasks: the queues of the catalog with their functions, the sweeper and the schedules. */
export class TasksStack extends Stack {
  readonly taskQueues: readonly TaskQueue[];
  readonly sweeper: Sweeper;
  /** Functions that schedules call. */
  readonly scheduled: readonly LambdaFunction[];

  constructor(scope: Construct, id: string, { config, queues, storage, code, ...props }: TasksStackProps) {
    super(scope, id, props);
    this.taskQueues = queues.map(
      (queue) =>
        new TaskQueue(this, `${pascalCase(queue.name)}Queue`, {
          ...{ config, queue, queues, storage },
          code: code(queue.name),
        }),
    );
    const [first] = this.taskQueues;
    if (!first) throw new Error("The catalog has no queue.");
    const { urlPrefix } = first;

    for (const [index, queue] of queues.entries()) {
      const worker = this.taskQueues[index]?.worker.function;
      const following = queue.tasks.flatMap(({ submits = [], maySubmit = [], mayFollow = [] }) => [
        ...submits,
        ...maySubmit,
        ...mayFollow,
      ]);
      const submitted = new Set([callbackTask, settleBatchTask, ...following]);
      const own = new Set<string>(queue.tasks.map(({ name }) => name));
      // The last of the jobs that another one waits for has it run again.
      const isWaiting = (task: TaskDefinition) => task.submits?.some((name) => own.has(name)) ?? false;
      const targets = queues
        .filter(
          (target) =>
            target.tasks.some((task) => submitted.has(task.name) || isWaiting(task)) ||
            (target === queue && continuesAtOnce(queue)),
        )
        .flatMap(laneNames);
      if (worker && targets.length > 0)
        grantQueues(worker, { scope: this, config }, { names: targets, purposes: ["send"] });
    }

    this.sweeper = new Sweeper(this, "Sweeper", {
      ...{ config, queues, storage, urlPrefix },
      code: code("sweeper"),
      topicArn: deadLetterTopic(this, config),
    });
    if (queues.some(({ uses }) => uses.has("escalations"))) addEscalationTopic(this, config);
    const documentLanes = documentQueues(queues).flatMap(laneNames);
    if (documentLanes.length > 0) {
      new Uploads(this, "Uploads", {
        ...{ config, storage, urlPrefix },
        events: storage.uploads.queue,
        code: code("uploads"),
        lanes: documentLanes,
      });
    }
    const tasks = queues.flatMap((queue) => queue.tasks).filter((task) => task.schedule);
    const scheduled = [this.sweeper.worker.function];
    if (tasks.length > 0) {
      const schedules = new TaskSchedules(this, "Schedules", {
        ...{ config, queues, tasks, storage, urlPrefix },
        code: code(scheduledFunction.name),
      });
      scheduled.push(schedules.submitter.function);
    }
    this.scheduled = scheduled;

    new CfnOutput(this, "QueueUrlPrefix", { value: urlPrefix, exportName: queueUrlPrefixExport(config) });
  }
}
