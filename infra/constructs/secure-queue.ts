import { Duration } from "aws-cdk-lib";
import { Queue, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { physicalName } from "../../contracts/resources.ts";
import type { StageConfig } from "../config.ts";

/** How long a message waits in a lane. */
export const LANE_RETENTION = Duration.days(4);
/** Longer than a lane's, because a message keeps its age when SQS moves it to the dead-letter queue. */
export const DEAD_LETTER_RETENTION = Duration.days(14);

/** Properties of an encrypted queue that accepts TLS alone. */
export interface SecureQueueProps extends Omit<QueueProps, "queueName" | "encryption" | "enforceSSL"> {
  readonly config: StageConfig;
  /** Name without the stage. */
  readonly name: string;
}

/** A queue that is encrypted at rest and in transit. */
export class SecureQueue extends Queue {
  constructor(scope: Construct, id: string, { config, name, ...props }: SecureQueueProps) {
    super(scope, id, {
      retentionPeriod: LANE_RETENTION,
      ...props,
      queueName: physicalName(config.stage, name),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
  }
}
