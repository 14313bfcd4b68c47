import { describe, expect, test } from "vitest";
import { z } from "zod";
import { keyTable, table } from "../../contracts/resources.ts";
import { readConfig } from "../../infra/config.ts";
import { importFiles } from "../../infra/import-template.ts";
import { blobLifetimeDays } from "../../infra/stacks/storage-stack.ts";
import { synthesize } from "../helpers/synthesized.ts";

const stacks = synthesize();
const [jobs, keys] = stacks.ofType("AWS::DynamoDB::Table");
const [files] = stacks.ofType("AWS::S3::Bucket");

test("the table has the keys, indexes and expiry that the job store uses", () => {
  expect(jobs?.properties).toMatchObject({
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [
      { AttributeName: table.partitionKey, KeyType: "HASH" },
      { AttributeName: table.sortKey, KeyType: "RANGE" },
    ],
    TimeToLiveSpecification: { AttributeName: table.ttl, Enabled: true },
    GlobalSecondaryIndexes: [table.listIndex, table.workIndex, table.queuedIndex, table.openIndex].map((index) => ({
      IndexName: index.name,
      KeySchema: [
        { AttributeName: index.partitionKey, KeyType: "HASH" },
        { AttributeName: index.sortKey, KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: [...index.projection] },
    })),
  });
});

test("keys have a table of their own, which DynamoDB removes when they have expired", () => {
  expect(keys?.properties).toMatchObject({
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: keyTable.partitionKey, KeyType: "HASH" }],
    GlobalSecondaryIndexes: [
      {
        IndexName: keyTable.listIndex.name,
        KeySchema: [
          { AttributeName: keyTable.listIndex.partitionKey, KeyType: "HASH" },
          { AttributeName: keyTable.listIndex.sortKey, KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "ALL" },
      },
    ],
  });
});

test("the work index sorts by number, all other keys are strings", () => {
  const numbers = new Set<string>([table.workIndex.sortKey]);
  expect(jobs?.properties.AttributeDefinitions).toEqual(
    [
      table.partitionKey,
      table.sortKey,
      table.listIndex.partitionKey,
      table.listIndex.sortKey,
      table.workIndex.partitionKey,
      table.workIndex.sortKey,
      table.queuedIndex.partitionKey,
      table.openIndex.partitionKey,
    ].map((name) => ({ AttributeName: name, AttributeType: numbers.has(name) ? "N" : "S" })),
  );
});

test("the bucket is private, encrypted and reached by TLS alone", () => {
  expect(files?.properties).toMatchObject({
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
    },
  });
  const policies = JSON.stringify(stacks.ofType("AWS::S3::BucketPolicy").map((policy) => policy.properties));
  expect(policies).toMatch(/"aws:SecureTransport":"false"/);
  expect(policies).toMatch(/"s3:TlsVersion":1\.2/);
});

test("what is deleted from the bucket is kept for a week where data is retained, and no function deletes versions", () => {
  const prod = synthesize({ SLUICE_STAGE: "prod" });
  const [bucket] = prod.ofType("AWS::S3::Bucket");
  expect(bucket?.properties).toMatchObject({
    VersioningConfiguration: { Status: "Enabled" },
    LifecycleConfiguration: {
      Rules: expect.arrayContaining([
        {
          Id: "ExpireVersions",
          Status: "Enabled",
          NoncurrentVersionExpiration: { NoncurrentDays: 7 },
          ExpiredObjectDeleteMarker: true,
        },
      ]),
    },
  });
  expect(files?.properties).not.toHaveProperty("VersioningConfiguration");
  const policies = [...prod.ofType("AWS::IAM::Policy"), ...prod.ofType("AWS::IAM::ManagedPolicy")];
  expect(policies.length).toBeGreaterThan(0);
  expect(JSON.stringify(policies.map(({ properties }) => properties))).not.toMatch(
    /s3:(DeleteObjectVersion|PutBucketVersioning|PutLifecycleConfiguration)/,
  );
});

test("large inputs and results outlive every record that can refer to them, and go", () => {
  expect(files?.properties.LifecycleConfiguration).toMatchObject({
    Rules: expect.arrayContaining([
      expect.objectContaining({ Prefix: "blobs/", ExpirationInDays: blobLifetimeDays(readConfig({})) }),
      expect.objectContaining({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }),
    ]),
  });
  const year = 365;
  expect(blobLifetimeDays(readConfig({ RESULT_EXPIRES: String(year * 86_400) }))).toBeGreaterThan(year);
});

test("vectors have an encrypted bucket of their own, unless another store or bucket is named", () => {
  const bucketsOf = (env: Record<string, string> = {}) => synthesize(env).ofType("AWS::S3Vectors::VectorBucket");

  const [vectors, ...others] = bucketsOf();
  expect(others).toEqual([]);
  expect(vectors?.properties).toMatchObject({
    VectorBucketName: "sluice-dev-vectors",
    EncryptionConfiguration: { SseType: "AES256" },
  });
  expect(vectors?.deletionPolicy).toBe("Delete");
  expect(bucketsOf({ SLUICE_STAGE: "prod" })[0]?.deletionPolicy).toBe("RetainExceptOnCreate");
  expect(bucketsOf({ VECTOR_STORE: "qdrant", QDRANT_URL: "https://qdrant.test" })).toEqual([]);
  expect(bucketsOf({ VECTOR_BUCKET: "shared-vectors" })).toEqual([]);
});

test("functions that embed or search know the vector bucket", () => {
  const functions = stacks
    .ofType("AWS::Lambda::Function")
    .filter((each) => JSON.stringify(each).includes("VECTOR_BUCKET"));
  expect(functions.map((each) => each.properties.FunctionName)).toEqual(["sluice-dev-embedding", "sluice-dev-api"]);
  for (const each of functions) {
    expect(each.properties).toMatchObject({ Environment: { Variables: { VECTOR_BUCKET: "sluice-dev-vectors" } } });
  }
});

describe.each(["staging", "prod"])("a creation of stage %s that is rolled back", (SLUICE_STAGE) => {
  const { resources } = synthesize({ SLUICE_STAGE });
  const retained = resources.filter(({ deletionPolicy = "Delete" }) => deletionPolicy !== "Delete");

  test("leaves nothing behind whose name a second try would find taken", () => {
    // "Retain" alone also keeps what a rolled-back creation has made.
    expect(resources.filter((each) => each.deletionPolicy === "Retain")).toEqual([]);
    for (const { id, updateReplacePolicy } of retained) expect(updateReplacePolicy, id).toBe("Retain");
  });

  test("does not weaken what outlives its stack: tables, files and vectors, and nothing else", () => {
    const data = ["AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::S3Vectors::VectorBucket"];
    expect(retained).toEqual(resources.filter(({ type }) => data.includes(type)));
    expect(new Set(retained.map(({ type }) => type))).toEqual(new Set(data));
  });
});

describe("what a removed stage has left", () => {
  const names = { jobs: "old-jobs", keys: "old-keys", bucket: "old-files" };
  const arn = "arn:aws:s3vectors:us-east-1:000000000000:bucket/sluice-prod-vectors";
  const storageOf = (SLUICE_STAGE: string) => {
    const { resources } = synthesize({ SLUICE_STAGE });
    return {
      Resources: Object.fromEntries(
        resources.map(({ id, type: Type, properties: Properties, deletionPolicy: DeletionPolicy }) => [
          id,
          { Type, Properties, DeletionPolicy },
        ]),
      ),
    };
  };

  test.each(["staging", "prod"])("is imported into a new stage %s by what refers to nothing else", (stage) => {
    const storage = storageOf(stage);
    const { template, resourcesToImport } = importFiles(storage, { ...names, vectors: arn });

    expect(resourcesToImport).toMatchObject([
      { ResourceType: "AWS::DynamoDB::Table", ResourceIdentifier: { TableName: "old-jobs" } },
      { ResourceType: "AWS::DynamoDB::Table", ResourceIdentifier: { TableName: "old-keys" } },
      { ResourceType: "AWS::S3::Bucket", ResourceIdentifier: { BucketName: "old-files" } },
      { ResourceType: "AWS::S3Vectors::VectorBucket", ResourceIdentifier: { VectorBucketArn: arn } },
    ]);
    expect(Object.keys(template.Resources)).toEqual(resourcesToImport.map((each) => each.LogicalResourceId));
    expect(JSON.stringify(template)).not.toMatch(/"(Ref|Fn::)/);
    for (const [id, resource] of Object.entries(template.Resources)) {
      const { Properties: deployed = {}, ...policies } = storage.Resources[id] ?? {};
      // An import changes nothing, and what a deployment adds then is what a reference was in: no key or index of a table.
      expect(resource, id).toMatchObject(policies);
      const { Properties } = z.object({ Properties: z.record(z.string(), z.unknown()) }).parse(resource);
      const added = Object.keys(deployed).filter((property) => !(property in Properties));
      expect(added, id).toEqual(id.startsWith("Files") ? ["NotificationConfiguration"] : []);
    }
  });

  test("needs the names of tables and bucket, and is not for a stage that keeps nothing", () => {
    const storage = storageOf("prod");
    expect(() => importFiles(storage, { ...names, keys: undefined })).toThrow("Give --keys NAME.");
    expect(importFiles(storage, names).resourcesToImport).toHaveLength(3);
    expect(() => importFiles(storageOf("dev"), names)).toThrow("does not keep its data");
  });
});
