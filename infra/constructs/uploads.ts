import { Duration, Stack } from "aws-cdk-lib";
import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Code } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { type Bucket, CfnBucket } from "aws-cdk-lib/aws-s3";
import type { IQueue, Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { deadLetterName } from "../../contracts/jobs/lanes.ts";
import { DEAD_LETTER_RETENTION } from "../../contracts/jobs/retention.ts";
import { visibilityTimeout } from "../../contracts/queues.ts";
import { bucketPrefix } from "../../contracts/resources.ts";
import { UPLOADS_CONCURRENCY } from "../../contracts/settings/invocations.ts";
import { taskSettings } from "../../contracts/settings/tasks.ts";
import type { StageConfig } from "../config.ts";
import { resourceEnvironment, settingsEnvironment } from "../environment.ts";
import type { singleFunctions } from "../functions.ts";
import type { Storage } from "../storage.ts";
import { grantFiles, grantQueues } from "./access.ts";
import { NodeFunction } from "./node-function.ts";
import { SecureQueue } from "./secure-queue.ts";
import { grantJobs } from "./table-access.ts";

/** The name of the queue of upload events. */
const UPLOADS_QUEUE = "uploads";
const TIMEOUT = Duration.seconds(30);
/** Twenty times six half minutes: an overwritten document is given an hour to be done with its old file. */
const MAX_RECEIVES = 20;

/** S3's events of uploaded documents, kept in a queue until they are handled. It is beside the bucket. */
export class UploadEvents extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { config, bucket }: { config: StageConfig; bucket: Bucket }) {
    super(scope, id);
    this.queue = new SecureQueue(this, "Queue", {
      config,
      name: UPLOADS_QUEUE,
      visibilityTimeout: Duration.seconds(visibilityTimeout(TIMEOUT.toSeconds())),
      deadLetterQueue: {
        queue: new SecureQueue(this, "DeadLetters", {
          config,
          name: deadLetterName(UPLOADS_QUEUE),
          retentionPeriod: Duration.seconds(DEAD_LETTER_RETENTION),
        }),
        maxReceiveCount: MAX_RECEIVES,
      },
    });
    // By account, not by bucket: the bucket needs the policy first, and cannot be named in it before it exists.
    const policy = this.queue.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal("s3.amazonaws.com")],
        actions: ["sqs:SendMessage"],
        resources: [this.queue.queueArn],
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
    );
    // As a property, because CDK's own way is a custom resource with a function of its own.
    const { defaultChild } = bucket.node;
    if (!(defaultChild instanceof CfnBucket)) throw new Error("The bucket is not a CfnBucket.");
    defaultChild.notificationConfiguration = {
      queueConfigurations: [
        {
          event: "s3:ObjectCreated:*",
          queue: this.queue.queueArn,
          filter: { s3Key: { rules: [{ name: "prefix", value: bucketPrefix.documents }] } },
        },
      ],
    };
    if (policy.policyDependable) defaultChild.node.addDependency(policy.policyDependable);
  }
}

/** Properties of the upload events. */
export interface UploadsProps {
  readonly config: StageConfig;
  readonly storage: Storage;
  /** The queue of {@link UploadEvents}. */
  readonly events: IQueue;
  readonly code: Code;
  readonly urlPrefix: string;
  /** Lanes of the queue that processes documents. */
  readonly lanes: readonly string[];
}

/** The function that starts a document's job when its file has arrived. */
export class Uploads extends Construct {
  readonly worker: NodeFunction;

  constructor(scope: Construct, id: string, { config, storage, events, code, urlPrefix, lanes }: UploadsProps) {
    super(scope, id);
    this.worker = new NodeFunction(this, "Worker", {
      config,
      name: "uploads" satisfies keyof typeof singleFunctions,
      code,
      description: "Starts the jobs of uploaded documents.",
      timeout: TIMEOUT,
      environment: {
        ...resourceEnvironment(config, storage, urlPrefix),
        ...settingsEnvironment(config, Object.keys(taskSettings.shape)),
      },
    });
    const { function: worker } = this.worker;
    worker.addEventSource(
      new SqsEventSource(events, { batchSize: 10, maxConcurrency: UPLOADS_CONCURRENCY, reportBatchItemFailures: true }),
    );
    grantJobs(worker, storage, { deletes: true, subjects: ["documents"] });
    grantFiles(worker, storage, { documents: ["delete"] });
    grantQueues(worker, { scope: this, config }, { names: lanes, purposes: ["send"] });
  }
}
