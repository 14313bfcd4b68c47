import { expect, test } from "vitest";
import { z } from "zod";
import { catalog } from "../../contracts/catalog.ts";
import { readConfig } from "../../infra/config.ts";
import { type Resource, synthesize } from "../helpers/synthesized.ts";

const SUBNET = "subnet-0a1b2c3d4e5f60718";
const GROUP = "sg-0a1b2c3d4e5f60718";
const KEY = "arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d-1111-4222-8333-444455556666";

const nameOf = (resource: Resource) => z.string().parse(resource.properties.FunctionName).replace("sluice-dev-", "");

test("only functions that call models are attached to the network", () => {
  const stacks = synthesize({ SLUICE_VPC_SUBNETS: SUBNET, SLUICE_VPC_SECURITY_GROUPS: GROUP });
  const functions = stacks.ofType("AWS::Lambda::Function");
  const attached = functions.filter(({ properties }) => properties.VpcConfig !== undefined);
  const callers = catalog.queues
    .filter(({ uses }) => uses.has("llm") || uses.has("embeddings"))
    .map(({ name }) => name);

  expect(attached.map(nameOf).toSorted()).toEqual([...callers, "api"].toSorted());
  expect(attached.map(nameOf)).not.toContain("callbacks");
  for (const { properties } of attached) {
    expect(properties.VpcConfig).toEqual({ SubnetIds: [SUBNET], SecurityGroupIds: [GROUP] });
  }
});

test("one of subnets and security groups alone is refused, and so is what is no id", () => {
  expect(() => readConfig({ SLUICE_VPC_SUBNETS: SUBNET })).toThrow(/set together/);
  expect(() => readConfig({ SLUICE_VPC_SUBNETS: "vpc-1", SLUICE_VPC_SECURITY_GROUPS: GROUP })).toThrow(
    /SLUICE_VPC_SUBNETS.*must be ids such as subnet-/,
  );
});

test("traces are sent when they are asked for", () => {
  const modes = (env: Record<string, string>) =>
    synthesize(env)
      .ofType("AWS::Lambda::Function")
      .map(({ properties }) => z.object({ Mode: z.string() }).optional().parse(properties.TracingConfig)?.Mode);
  expect(new Set(modes({}))).toEqual(new Set([undefined]));
  expect(new Set(modes({ SLUICE_TRACING: "xray" }))).toEqual(new Set(["Active"]));
});

test("a key of one's own encrypts every queue, table and bucket, and functions use it through these services alone", () => {
  const stacks = synthesize({ SLUICE_KMS_KEY: KEY });
  for (const { properties } of stacks.ofType("AWS::SQS::Queue")) expect(properties.KmsMasterKeyId).toBe(KEY);
  for (const { properties } of stacks.ofType("AWS::DynamoDB::Table"))
    expect(properties.SSESpecification).toEqual({ KMSMasterKeyId: KEY, SSEEnabled: true, SSEType: "KMS" });
  for (const { properties } of stacks.ofType("AWS::S3::Bucket")) expect(JSON.stringify(properties)).toContain(KEY);

  const statementSchema = z.object({
    Action: z.union([z.string(), z.array(z.string())]),
    Resource: z.unknown(),
    Condition: z.record(z.string(), z.unknown()).optional(),
  });
  const policySchema = z.object({ Statement: z.array(statementSchema) });
  const policies = ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"].flatMap((type) => stacks.ofType(type));
  const uses = policies
    .flatMap(({ properties }) => policySchema.parse(properties.PolicyDocument).Statement)
    .filter(({ Resource }) => Resource === KEY);
  const own = uses.filter(({ Condition }) => Condition !== undefined);
  expect(own).toHaveLength(stacks.ofType("AWS::Lambda::Function").length);
  for (const { Condition } of own) expect(JSON.stringify(Condition)).toMatch(/kms:ViaService.*sqs.*dynamodb.*s3/);
  // CDK's own, of a function that a queue feeds: Lambda's poller decrypts in its name.
  for (const { Action } of uses.filter((use) => !own.includes(use))) expect(Action).toBe("kms:Decrypt");
});
