import { Duration } from "aws-cdk-lib";
import type { Code } from "aws-cdk-lib/aws-lambda";
import { Schedule, ScheduleExpression } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import { Construct } from "constructs";
import { deadLetterName } from "../../contracts/jobs/lanes.ts";
import { DEAD_LETTER_RETENTION } from "../../contracts/jobs/retention.ts";
import type { QueueDefinition } from "../../contracts/queues.ts";
import { physicalName } from "../../contracts/resources.ts";
import { taskSettings } from "../../contracts/settings/tasks.ts";
import type { StageConfig } from "../config.ts";
import { laneNames, resourceEnvironment, settingsEnvironment } from "../environment.ts";
import type { Storage } from "../storage.ts";
import { grantFiles, grantPublish, grantQueues } from "./access.ts";
import { noticeEnvironment } from "./dead-letter-topic.ts";
import { NodeFunction } from "./node-function.ts";
import { SecureQueue } from "./secure-queue.ts";
import { grantSigning } from "./signing.ts";
import { grantJobs, grantWorkAtOnce } from "./table-access.ts";

/** How often the sweeper runs. */
const SWEEP_INTERVAL = Duration.minutes(1);

/** Properties of the sweeper. */
export interface SweeperProps {
  readonly config: StageConfig;
  readonly queues: readonly QueueDefinition[];
  readonly storage: Storage;
  readonly code: Code;
  readonly urlPrefix: string;
  /** Told of dead letters. */
  readonly topicArn: string | undefined;
}

/** The function that, every minute, puts right what messages alone cannot: due ETAs, lost workers, lost messages. */
export class Sweeper extends Construct {
  readonly worker: NodeFunction;

  constructor(scope: Construct, id: string, { config, queues, storage, code, urlPrefix, topicArn }: SweeperProps) {
    super(scope, id);
    const deadLetters = new SecureQueue(this, "DeadLetters", {
      config,
      name: deadLetterName("sweeper"),
      retentionPeriod: Duration.seconds(DEAD_LETTER_RETENTION),
    });
    this.worker = new NodeFunction(this, "Worker", {
      config,
      name: "sweeper",
      code,
      description: "Releases due jobs and rescues those whose worker or message is lost.",
      timeout: Duration.seconds(60),
      memorySize: 512,
      environment: {
        ...resourceEnvironment(config, storage, urlPrefix),
        ...settingsEnvironment(config, Object.keys(taskSettings.shape)),
        ...(topicArn === undefined ? {} : noticeEnvironment(config, topicArn)),
      },
      deadLetterQueue: deadLetters,
      // The next minute's run does the same work: trying again would only add to the load.
      retryAttempts: 0,
      maxEventAge: SWEEP_INTERVAL,
    });
    grantJobs(this.worker.function, storage, { deletes: false, subjects: ["schedules", "samples", "notices"] });
    grantWorkAtOnce(this.worker.function, storage);
    // It submits callbacks: jobs, whose input could be large.
    grantFiles(this.worker.function, storage, { blobs: ["write"] });
    grantSigning(this.worker.function, storage, "verify");
    const lanes = queues.flatMap(laneNames);
    grantQueues(
      this.worker.function,
      { scope: this, config },
      { names: lanes, purposes: ["send", "release", "measure"] },
    );
    const letters = queues.map(({ name }) => deadLetterName(name));
    grantQueues(this.worker.function, { scope: this, config }, { names: letters, purposes: ["measure"] });
    if (topicArn !== undefined) grantPublish(this.worker.function, topicArn);

    new Schedule(this, "EveryMinute", {
      scheduleName: physicalName(config.stage, "sweeper"),
      schedule: ScheduleExpression.rate(SWEEP_INTERVAL),
      target: new LambdaInvoke(this.worker.function, {
        deadLetterQueue: deadLetters,
        retryAttempts: 0,
        maxEventAge: SWEEP_INTERVAL,
      }),
    });
  }
}
