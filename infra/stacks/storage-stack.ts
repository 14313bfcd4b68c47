import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import { Key, KeySpec, KeyUsage } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, HttpMethods } from "aws-cdk-lib/aws-s3";
import { CfnVectorBucket } from "aws-cdk-lib/aws-s3vectors";
import type { Construct } from "constructs";
import { FAILED_JOB_RETENTION } from "../../contracts/jobs/retention.ts";
import { MAX_DELAY_SECONDS } from "../../contracts/jobs/submit.ts";
import { bucketPrefix, keyTable, table } from "../../contracts/resources.ts";
import type { StageConfig } from "../config.ts";
import { UploadEvents } from "../constructs/uploads.ts";
import { vectorBucketName } from "../environment.ts";

const SECONDS_PER_DAY = 86_400;
/** How long a browser remembers what the bucket allows. */
const CORS_MAX_AGE_SECONDS = 3_600;
/** Days that a deleted or overwritten object can be had back, where data is retained; then it is gone. */
const VERSION_DAYS = 7;

/** Properties of the storage stack. */
export interface StorageStackProps extends StackProps {
  readonly config: StageConfig;
}

/** What outlives everything else: the tables of jobs and of API keys, and the bucket of what is too large for it. */
export class StorageStack extends Stack {
  readonly table: Table;
  /** API keys, apart from the jobs: no function that runs tasks has any access to it. */
  readonly keyTable: Table;
  readonly bucket: Bucket;
  /** Signs jobs of tasks that need an admin key. Without it they are not run, so it may go with the stage. */
  readonly signingKey: Key;
  readonly uploads: UploadEvents;

  constructor(scope: Construct, id: string, { config, ...props }: StorageStackProps) {
    super(scope, id, props);
    const removalPolicy = config.retainData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;

    const ownKey = config.kmsKey === undefined ? undefined : Key.fromKeyArn(this, "Key", config.kmsKey);
    const tableKey = ownKey && { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: ownKey };

    this.table = new Table(this, "Jobs", {
      ...tableKey,
      partitionKey: { name: table.partitionKey, type: AttributeType.STRING },
      sortKey: { name: table.sortKey, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: table.ttl,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: config.retainData },
      deletionProtection: config.protectData,
      removalPolicy,
    });
    const { listIndex, workIndex, queuedIndex, openIndex } = table;
    for (const index of [listIndex, workIndex, queuedIndex, openIndex]) {
      this.table.addGlobalSecondaryIndex({
        indexName: index.name,
        partitionKey: { name: index.partitionKey, type: AttributeType.STRING },
        sortKey: { name: index.sortKey, type: index === workIndex ? AttributeType.NUMBER : AttributeType.STRING },
        projectionType: ProjectionType.INCLUDE,
        nonKeyAttributes: [...index.projection],
      });
    }

    this.keyTable = new Table(this, "Keys", {
      ...tableKey,
      partitionKey: { name: keyTable.partitionKey, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: keyTable.ttl,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: config.retainData },
      deletionProtection: config.protectData,
      removalPolicy,
    });
    this.keyTable.addGlobalSecondaryIndex({
      indexName: keyTable.listIndex.name,
      partitionKey: { name: keyTable.listIndex.partitionKey, type: AttributeType.STRING },
      sortKey: { name: keyTable.listIndex.sortKey, type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });

    this.signingKey = new Key(this, "SigningKey", {
      description: "Signs the jobs of tasks that need an admin key.",
      keySpec: KeySpec.HMAC_256,
      keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
      pendingWindow: Duration.days(7),
      removalPolicy: RemovalPolicy.DESTROY,
    });

    this.bucket = new Bucket(this, "Files", {
      // With the bucket's own keys, the KMS key is called far less often than once for each object.
      ...(ownKey
        ? { encryption: BucketEncryption.KMS, encryptionKey: ownKey, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      removalPolicy,
      // What is deleted or overwritten can be had back for some days; functions cannot delete versions.
      versioned: config.retainData,
      // Uploads by form, and links to texts and files. Without a signature the bucket gives nothing, whatever the origin.
      ...(config.corsOrigins.length > 0 && {
        cors: [
          {
            allowedOrigins: [...config.corsOrigins],
            allowedMethods: [HttpMethods.GET, HttpMethods.POST],
            allowedHeaders: ["*"],
            maxAge: CORS_MAX_AGE_SECONDS,
          },
        ],
      }),
      lifecycleRules: [
        { id: "AbortIncompleteUploads", abortIncompleteMultipartUploadAfter: Duration.days(1) },
        ...(config.retainData
          ? [
              {
                id: "ExpireVersions",
                noncurrentVersionExpiration: Duration.days(VERSION_DAYS),
                expiredObjectDeleteMarker: true,
              },
            ]
          : []),
        { id: "ExpireFiles", prefix: bucketPrefix.files, expiration: Duration.days(blobLifetimeDays(config)) },
        { id: "ExpireBatches", prefix: bucketPrefix.batches, expiration: Duration.days(1) },
        { id: "ExpireBlobs", prefix: bucketPrefix.blobs, expiration: Duration.days(blobLifetimeDays(config)) },
      ],
    });

    const vectorBucket = vectorBucketName(config);
    if (vectorBucket !== undefined && config.settings.VECTOR_BUCKET === undefined) {
      const vectors = new CfnVectorBucket(this, "Vectors", {
        // Named here, because what refers to it gives its ARN, and its clients take its name.
        vectorBucketName: vectorBucket,
        encryptionConfiguration: { sseType: "AES256" },
      });
      vectors.applyRemovalPolicy(removalPolicy);
    }

    this.uploads = new UploadEvents(this, "Uploads", { config, bucket: this.bucket });
    // Kept where no function reads documents: a stage that loses them imports this until its next stack is updated.
    this.exportValue(this.uploads.queue.queueArn);

    new CfnOutput(this, "TableName", { value: this.table.tableName });
    new CfnOutput(this, "KeyTableName", { value: this.keyTable.tableName });
    new CfnOutput(this, "BucketName", { value: this.bucket.bucketName });
  }
}

/**
 * Days after which no record can still refer to a blob: the longest delay, then the time that a job is kept, twice,
 * because a redrive starts its retention again, and a week for DynamoDB's own lag.
 */
export function blobLifetimeDays(config: StageConfig): number {
  const kept = Math.ceil(Math.max(FAILED_JOB_RETENTION, config.settings.RESULT_EXPIRES) / SECONDS_PER_DAY);
  return MAX_DELAY_SECONDS / SECONDS_PER_DAY + 2 * kept + 7;
}
