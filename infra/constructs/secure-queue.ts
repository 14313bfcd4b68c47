import { Duration } from "aws-cdk-lib";
import { Key } from "aws-cdk-lib/aws-kms";
import { Queue, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { LANE_RETENTION } from "../../contracts/jobs/retention.ts";
import { physicalName } from "../../contracts/resources.ts";
import type { StageConfig } from "../config.ts";

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
      retentionPeriod: Duration.seconds(LANE_RETENTION),
      ...props,
      queueName: physicalName(config.stage, name),
      ...(config.kmsKey === undefined
        ? { encryption: QueueEncryption.SQS_MANAGED }
        : { encryption: QueueEncryption.KMS, encryptionMasterKey: Key.fromKeyArn(scope, `${id}Key`, config.kmsKey) }),
      enforceSSL: true,
    });
  }
}
