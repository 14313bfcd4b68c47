import { Annotations, Duration } from "aws-cdk-lib";
import type { Code } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { type IQueue, Queue, RedrivePermission } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { NEW_ACCOUNT_MEMORY } from "../../contracts/define-task.ts";
import type { Lane } from "../../contracts/jobs/lanes.ts";
import { deadLetterName, laneName } from "../../contracts/jobs/lanes.ts";
import { DEAD_LETTER_RETENTION } from "../../contracts/jobs/retention.ts";
import { maxReceiveCount } from "../../contracts/jobs/retry.ts";
import { type QueueDefinition, visibilityTimeout } from "../../contracts/queues.ts";
import { concurrencyOf } from "../../contracts/settings/invocations.ts";
import { batchSize, grantUses, queueEnvironment, subjectsOf } from "../capabilities.ts";
import { type StageConfig, timeLimits } from "../config.ts";
import { queueArn, queueUrlPrefix, resourceEnvironment } from "../environment.ts";
import type { Storage } from "../storage.ts";
import { grantFiles } from "./access.ts";
import { NodeFunction, type NodeFunctionProps } from "./node-function.ts";
import { SecureQueue } from "./secure-queue.ts";
import { grantSigning, runsAdminTasks } from "./signing.ts";
import { grantJobs } from "./table-access.ts";

/** Properties of a task queue. */
export interface TaskQueueProps {
  readonly config: StageConfig;
  readonly queue: QueueDefinition;
  /** All queues of the stage, for tasks that look after them. */
  readonly queues: readonly QueueDefinition[];
  readonly storage: Storage;
  readonly code: Code;
  readonly functionProps?: Partial<NodeFunctionProps>;
}

/** One queue of the catalog: its lanes, their dead-letter queue, the function that runs its tasks, and the mappings. */
export class TaskQueue extends Construct {
  readonly lanes: ReadonlyMap<Lane, Queue>;
  readonly deadLetters: Queue;
  readonly worker: NodeFunction;
  /** What the URLs of all the stage's queues start with. */
  readonly urlPrefix: string;

  constructor(scope: Construct, id: string, { config, queue, queues, storage, code, functionProps }: TaskQueueProps) {
    super(scope, id);
    const timeout = Duration.seconds(timeLimits(config, queue).hard);
    if (queue.memory > NEW_ACCOUNT_MEMORY) {
      Annotations.of(this).addWarningV2(
        "sluice:memory",
        `Queue ${queue.name} asks for ${queue.memory} MB. An account that allows its functions ${NEW_ACCOUNT_MEMORY} MB, as new ones do, ` +
          "rolls the stack back: lower the tasks' memory, or ask AWS for more first.",
      );
    }

    this.deadLetters = new SecureQueue(this, "DeadLetters", {
      config,
      name: deadLetterName(queue.name),
      retentionPeriod: Duration.seconds(DEAD_LETTER_RETENTION),
      redriveAllowPolicy: { redrivePermission: RedrivePermission.BY_QUEUE, sourceQueues: this.#sources(config, queue) },
    });
    this.lanes = new Map(
      queue.lanes.map((lane) => [
        lane,
        new SecureQueue(this, pascalCase(lane), {
          config,
          name: laneName(queue.name, lane),
          visibilityTimeout: Duration.seconds(visibilityTimeout(timeout.toSeconds())),
          deadLetterQueue: {
            queue: this.deadLetters,
            maxReceiveCount: maxReceiveCount(queue.retry, config.settings.TASK_MAX_RETRIES),
          },
        }),
      ]),
    );
    this.urlPrefix = queueUrlPrefix(this.deadLetters.queueUrl, deadLetterName(queue.name));

    this.worker = new NodeFunction(this, "Worker", {
      memorySize: queue.memory,
      description: `Runs the tasks of queue ${queue.name}.`,
      ...functionProps,
      config,
      name: queue.name,
      code,
      callsModels: queue.uses.has("llm") || queue.uses.has("embeddings"),
      timeout,
      environment: {
        ...resourceEnvironment(config, storage, this.urlPrefix),
        ...queueEnvironment(config, queue),
        ...functionProps?.environment,
      },
    });
    const { function: worker } = this.worker;
    for (const lane of this.lanes.values()) {
      worker.addEventSource(
        new SqsEventSource(lane, {
          batchSize: batchSize(queue),
          maxConcurrency: concurrencyOf(config.settings, queue),
          reportBatchItemFailures: true,
        }),
      );
    }
    grantJobs(worker, storage, { deletes: true, subjects: subjectsOf(queue) });
    if (runsAdminTasks(queue)) grantSigning(worker, storage, "verify");
    grantFiles(worker, storage, { blobs: ["read", "write"] });
    grantUses(worker, queue, { scope: this, config, storage, queues });
  }

  /** By name, because the lanes refer to the dead-letter queue and a reference back would be a cycle. */
  #sources(config: StageConfig, queue: QueueDefinition): IQueue[] {
    return queue.lanes.map((lane) =>
      Queue.fromQueueArn(this, `${pascalCase(lane)}Source`, queueArn(this, config, laneName(queue.name, lane))),
    );
  }
}

/** `project-embedding` to `ProjectEmbedding`: construct ids. */
export const pascalCase = (name: string): string =>
  name.replace(/(?:^|[-_])([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
