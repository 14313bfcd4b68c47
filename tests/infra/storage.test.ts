import { describe, expect, test } from "vitest";
import { keyTable, table } from "../../contracts/resources.ts";
import { readConfig } from "../../infra/config.ts";
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
    GlobalSecondaryIndexes: [table.listIndex, table.workIndex, table.queuedIndex].map((index) => ({
      IndexName: index.name,
      KeySchema: [
        { AttributeName: index.partitionKey, KeyType: "HASH" },
        { AttributeName: index.sortKey, KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: [...index.projection] },
    })),
  });
});

test("keys have a table of their own, that nothing expires from", () => {
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
  expect(keys?.properties).not.toHaveProperty("TimeToLiveSpecification");
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
