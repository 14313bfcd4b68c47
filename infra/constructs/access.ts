/**
 * Permissions by purpose: the narrowest actions on the narrowest resources. Those of the table are in table-access.ts, those of models in
 * model-access.ts.
 *
 * @module
 */

import { type ArnComponents, ArnFormat, Stack } from "aws-cdk-lib";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { bucketPrefix, physicalName, webhookSecretPrefix } from "../../contracts/resources.ts";
import { isParameter } from "../../contracts/settings/key-reference.ts";
import type { StageConfig } from "../config.ts";
import { queueArn, vectorBucketName } from "../environment.ts";
import type { Storage } from "../storage.ts";

/** Allows actions on resources. */
export const allow = (to: IGrantable, actions: readonly string[], resources: readonly string[]): void => {
  to.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
};

/** Where a grant is made: the names of what it grants follow from the stage. */
export interface GrantPlace {
  readonly scope: Construct;
  readonly config: StageConfig;
}

const keysOf = <Key extends string>(record: Readonly<Partial<Record<Key, unknown>>>) => Object.keys(record) as Key[];

const fileActions = { read: "s3:GetObject", write: "s3:PutObject", delete: "s3:DeleteObject" } as const;

/** Reads, writes or deletes what is under prefixes of the bucket, each by its own statement. */
export function grantFiles(
  to: IGrantable,
  storage: Storage,
  purposes: Readonly<Partial<Record<keyof typeof bucketPrefix, readonly (keyof typeof fileActions)[]>>>,
): void {
  for (const prefix of keysOf(purposes)) {
    const actions = (purposes[prefix] ?? []).map((purpose) => fileActions[purpose]);
    allow(to, actions, [storage.bucket.arnForObjects(`${bucketPrefix[prefix]}*`)]);
  }
}

/** Lists what is under one prefix of the bucket. */
export function grantFileList(to: IGrantable, storage: Storage, prefix: keyof typeof bucketPrefix): void {
  to.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ["s3:ListBucket"],
      resources: [storage.bucket.bucketArn],
      conditions: { StringLike: { "s3:prefix": `${bucketPrefix[prefix]}*` } },
    }),
  );
}

/** What may be done with queues, by name. */
export const queueActions = {
  send: ["sqs:SendMessage"],
  measure: ["sqs:GetQueueAttributes"],
  /** Gives a message back, by its receipt handle. */
  release: ["sqs:ChangeMessageVisibility"],
  /** Takes messages out one by one, giving back what is not wanted. */
  clear: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"],
} as const;

/** Grants sending to queues, by the names that the catalog gives them. */
export function grantQueues(
  to: IGrantable,
  { scope, config }: GrantPlace,
  { names, purposes }: { readonly names: readonly string[]; readonly purposes: readonly (keyof typeof queueActions)[] },
): void {
  const actions = purposes.flatMap((purpose) => queueActions[purpose]);
  allow(
    to,
    actions,
    names.map((name) => queueArn(scope, config, name)),
  );
}

/** Publishes to one topic. */
export const grantPublish = (to: IGrantable, topicArn: string): void => allow(to, ["sns:Publish"], [topicArn]);

/** Finds the event source mappings of functions, and switches them on and off. */
export function grantMappings(to: IGrantable, { scope, config }: GrantPlace, functions: readonly string[]): void {
  const stack = Stack.of(scope);
  const arn = (resource: string, resourceName: string) =>
    stack.formatArn({ service: "lambda", resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  // The list has no resource to name.
  allow(to, ["lambda:ListEventSourceMappings"], ["*"]);
  // A mapping's id is Lambda's own; its function is ours.
  to.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ["lambda:UpdateEventSourceMapping"],
      resources: [arn("event-source-mapping", "*")],
      conditions: {
        ArnEquals: { "lambda:FunctionArn": functions.map((name) => arn("function", physicalName(config.stage, name))) },
      },
    }),
  );
}

/** What may be done with the indexes of the S3 vector bucket. */
const vectorActions = {
  /** Filters and metadata need GetVectors beside QueryVectors. */
  search: ["s3vectors:GetIndex", "s3vectors:QueryVectors", "s3vectors:GetVectors"],
  write: [
    "s3vectors:CreateIndex",
    "s3vectors:DeleteIndex",
    "s3vectors:PutVectors",
    "s3vectors:DeleteVectors",
    "s3vectors:ListVectors",
  ],
} as const;

/** Searches the stage's vectors, or writes them too; with Qdrant, reads its key. */
export function grantVectors(
  to: IGrantable,
  { scope, config }: GrantPlace,
  purposes: readonly (keyof typeof vectorActions)[],
): void {
  const bucket = vectorBucketName(config);
  const { VECTOR_INDEX_PREFIX: prefix, QDRANT_API_KEY_SECRET: secret } = config.settings;
  if (secret !== undefined) grantSecret(to, scope, secret);
  if (bucket === undefined) return;
  // Indexes come and go with models and migrations.
  const resourceName = `${bucket}/index/${prefix}-*`;
  const indexes = Stack.of(scope).formatArn({ service: "s3vectors", resource: "bucket", resourceName });
  allow(
    to,
    purposes.flatMap((purpose) => vectorActions[purpose]),
    [indexes],
  );
}

/** Calls the recognition service that the settings name; Tesseract needs no permission. */
export function grantRecognition(to: IGrantable, { settings }: StageConfig): void {
  // Textract has no resources: the page is in the request.
  if (settings.OCR_ENGINE === "textract") allow(to, ["textract:DetectDocumentText"], ["*"]);
}

/**
 * Reads a secret or a parameter. AWS's own KMS keys allow everyone who may read it to decrypt it; a customer managed key has
 * to name the function's role in its policy.
 * @param reference a secret's name or ARN, or an SSM parameter's
 */
export function grantSecret(to: IGrantable, scope: Construct, reference: string): void {
  const arnOf = (parts: ArnComponents) => (reference.startsWith("arn:") ? reference : Stack.of(scope).formatArn(parts));
  if (isParameter(reference)) {
    const parameter = arnOf({ service: "ssm", resource: "parameter", resourceName: reference.slice(1) });
    allow(to, ["ssm:GetParameter"], [parameter]);
    return;
  }
  // Secrets Manager appends a hyphen and six characters to a secret's name.
  const arn = arnOf({
    service: "secretsmanager",
    resource: "secret",
    resourceName: `${reference}-??????`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  allow(to, ["secretsmanager:GetSecretValue"], [arn]);
}

const secretActions = { read: "ssm:GetParameter", write: "ssm:PutParameter" } as const;

/** Reads the secrets that sign webhooks, or writes them too. They are encrypted with AWS's own KMS key for SSM. */
export function grantWebhookSecrets(
  to: IGrantable,
  { scope, config }: GrantPlace,
  purposes: readonly (keyof typeof secretActions)[],
): void {
  const resourceName = `${webhookSecretPrefix(config.stage).slice(1)}*`;
  const parameters = Stack.of(scope).formatArn({ service: "ssm", resource: "parameter", resourceName });
  allow(
    to,
    purposes.map((purpose) => secretActions[purpose]),
    [parameters],
  );
}
