/**
 * Reads which AWS calls a function's code can make, and compares them with its role, both ways: a permission that is
 * missing shows here, not at 3 a.m., and so does one that only who takes the function over would use.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { catalog } from "../../contracts/catalog.ts";
import { subjectPartitions } from "../../infra/constructs/table-access.ts";
import { entryPoints } from "../../infra/functions.ts";
import { root } from "../../infra/source-files.ts";
import { Table } from "../../shared/engine/table/table.ts";
import { type Synthesized, synthesize } from "../helpers/synthesized.ts";

/** The action of a command where its name is not simply the command's: batches need the permission of their parts. */
const actionOf: Readonly<Record<string, string>> = {
  GetCommand: "dynamodb:GetItem",
  PutCommand: "dynamodb:PutItem",
  UpdateCommand: "dynamodb:UpdateItem",
  DeleteCommand: "dynamodb:DeleteItem",
  QueryCommand: "dynamodb:Query",
  BatchGetCommand: "dynamodb:BatchGetItem",
  BatchWriteCommand: "dynamodb:BatchWriteItem",
  DeleteMessageBatchCommand: "sqs:DeleteMessage",
  SendMessageBatchCommand: "sqs:SendMessage",
  PublishBatchCommand: "sns:Publish",
  ChangeMessageVisibilityBatchCommand: "sqs:ChangeMessageVisibility",
  ListObjectsV2Command: "s3:ListBucket",
  HeadObjectCommand: "s3:GetObject",
  DeleteObjectsCommand: "s3:DeleteObject",
};
const serviceOf: Readonly<Record<string, string>> = { "secrets-manager": "secretsmanager" };

/** What the methods of the table layer call: a file that says `table.putIf(` puts. */
const tableActions: Readonly<Record<string, string>> = {
  get: "dynamodb:GetItem",
  getMany: "dynamodb:BatchGetItem",
  put: "dynamodb:PutItem",
  putIf: "dynamodb:PutItem",
  update: "dynamodb:UpdateItem",
  updateIf: "dynamodb:UpdateItem",
  markIf: "dynamodb:UpdateItem",
  delete: "dynamodb:DeleteItem",
  deleteIf: "dynamodb:DeleteItem",
  page: "dynamodb:Query",
  pages: "dynamodb:Query",
  count: "dynamodb:Query",
  whole: "dynamodb:Scan",
};
const TABLE_LAYER = "shared/engine/table/table.ts";

/** A task's code may read secrets of its own; no task of these queues declares one. */
const ownSecrets = ["secretsmanager:GetSecretValue", "ssm:GetParameter"];

/** Calls that the code holds and the function never makes. */
const neverMade: Readonly<Record<string, readonly string[]>> = {
  // Of the key store it uses find() and noteUse().
  authorizer: ["dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:Query", "dynamodb:BatchGetItem"],
  // It searches vectors; writing them is for jobs.
  api: ["CreateIndex", "DeleteIndex", "DeleteVectors", "ListVectors", "PutVectors"].map((name) => `s3vectors:${name}`),
  // Events name the file; what is in it is the job's business.
  uploads: ["s3:GetObject", "s3:PutObject"],
  // It reads the texts that are indexed.
  embedding: ["s3:DeleteObject"],
  extraction: ["s3:DeleteObject"],
  // Inputs and results are read by those who run and show jobs.
  // Schedules are deleted by the API.
  sweeper: ["s3:GetObject", "dynamodb:DeleteItem"],
  scheduled: ["s3:GetObject"],
  document: ownSecrets,
  default: ownSecrets,
  validation: ownSecrets,
  export: ownSecrets,
  monitoring: ownSecrets,
  callbacks: ["secretsmanager:GetSecretValue"],
  batches: ownSecrets,
  escalation: ["secretsmanager:GetSecretValue"],
  evaluation: ownSecrets,
  housekeeping: ownSecrets,
};

/** Whoever submits or runs jobs holds both calls of the signer; who may make which is in permissions.test.ts. */
const isSigning = (action: string): boolean => /^kms:\w+Mac$/.test(action);

/** Settings with which, together, every optional permission is granted. */
const stages = [
  {
    LLM_API_KEY_SECRET: "model-key",
    EMBEDDING_API_KEY_SECRET: "embedding-key",
    OCR_ENGINE: "textract",
    SLUICE_DEAD_LETTER_TOPIC: "own",
    SLUICE_ESCALATION_TOPIC: "own",
  },
  { LLM_API_KEY_SECRET: "/models/key", EMBEDDING_API_KEY_SECRET: "/embeddings/key" },
];
const fullStages = stages.map((env) => synthesize(env));
const smallStages = stages.map((env) =>
  synthesize({ ...env, SLUICE_SIZE: "small", SLUICE_ACCOUNT_CONCURRENCY: "1000" }),
);

const full = entryPoints(catalog.queues);
/** Functions that a small stage alone has. */
const small = Object.entries(entryPoints(catalog.withSize("small").queues)).filter(([name]) => !(name in full));
const stagesWith = (name: string) => (name in full ? fullStages : smallStages);

/** Actions of the commands that a part of the code makes; each command is looked up in the clients that its file names. */
async function actionsIn(file: string, code: string): Promise<string[]> {
  const source = await readFile(join(root, file), "utf8");
  const clients = await Promise.all(
    [...new Set(source.match(/@aws-sdk\/(client-[\w-]+|lib-dynamodb)/g))].map(async (client) => {
      const service = client.includes("client-") ? client.replace("@aws-sdk/client-", "") : "dynamodb";
      const exported: Record<string, unknown> = await import(client);
      return { service: serviceOf[service] ?? service, exported };
    }),
  );
  const ofTable = [...source.matchAll(/[tT]able\s*\.(\w+)\(/g)].flatMap(
    ([, method = ""]) => tableActions[method] ?? [],
  );
  // Its methods count where they are called.
  if (file === TABLE_LAYER) return [];
  const commands = [
    // A bundler makes names unique by a number at their end.
    ...[...code.matchAll(/new (?:\w+\.)?(\w+?)Command\d*\(/g)].map(([, name = ""]) => name),
    ...[...code.matchAll(/paginate([A-Za-z]+)\d*\(/g)].map(([, name = ""]) => name),
  ];
  const ofClients = commands.flatMap((name) => {
    const client = clients.find(({ exported }) => `${name}Command` in exported);
    return client ? [actionOf[`${name}Command`] ?? `${client.service}:${name}`] : [];
  });
  return [...ofTable, ...ofClients];
}

/** What is left of a function's sources when all that it cannot reach is shaken out. */
async function codeOf(entry: string): Promise<string> {
  const options = { bundle: true, write: false, platform: "node", format: "esm", packages: "external" } as const;
  const { outputFiles } = await build({ ...options, absWorkingDir: root, entryPoints: [entry] });
  return outputFiles[0]?.text ?? "";
}

/** The calls in it, file by file. */
async function callsOf(entry: string): Promise<string[]> {
  // esbuild names the file before the code that comes from it.
  const [, ...parts] = (await codeOf(entry)).split(/^\/\/ (?=\S+\.ts$)/m);
  const actions = await Promise.all(
    parts.map((part) => actionsIn(part.slice(0, part.indexOf("\n")), part.slice(part.indexOf("\n")))),
  );
  return [...new Set(actions.flat())].toSorted();
}

const policySchema = z.object({
  PolicyDocument: z.object({
    Statement: z.array(
      z.object({
        Effect: z.string(),
        Action: z.union([z.string().transform((one) => [one]), z.array(z.string())]),
        Condition: z
          .object({
            "ForAnyValue:StringLike": z.object({ "dynamodb:LeadingKeys": z.array(z.string()) }).optional(),
          })
          .optional(),
      }),
    ),
  }),
});
/** Lambda's pollers take a function's messages with its role: CDK's own grant, of which code needs no part. */
const isPolling = (actions: readonly string[]): boolean => actions.includes("sqs:GetQueueUrl");
/** The runtime's, not the code's. */
const byLambda = new Set(["logs:CreateLogStream", "logs:PutLogEvents"]);

/** The actions that a function's role allows, statement by statement. */
const allowedFor = (name: string): string[][] =>
  stagesWith(name)
    .flatMap((stacks) => statementsIn(stacks, name))
    .filter(({ Effect }) => Effect === "Allow")
    .map(({ Action }) => Action);

/** The partitions of the table that a function's role is denied. */
const deniedPartitions = (name: string): string[] =>
  stagesWith(name).flatMap((stacks) =>
    statementsIn(stacks, name).flatMap(
      ({ Condition }) => Condition?.["ForAnyValue:StringLike"]?.["dynamodb:LeadingKeys"] ?? [],
    ),
  );

function statementsIn(stacks: Synthesized, name: string) {
  const resource = stacks
    .ofType("AWS::Lambda::Function")
    .find((candidate) => candidate.properties.FunctionName === `sluice-dev-${name}`);
  if (!resource) throw new Error(`There is no function ${name}.`);
  const role = stacks.target(resource, resource.properties.Role);
  // CDK puts what is too long for a role's own policy, with many queues, into managed ones of that role.
  const policies = [...stacks.ofType("AWS::IAM::Policy"), ...stacks.ofType("AWS::IAM::ManagedPolicy")].filter(
    (policy) => policy.stack === role.stack && JSON.stringify(policy.properties.Roles).includes(`"${role.id}"`),
  );
  return policies.flatMap((policy) => policySchema.parse(policy.properties).PolicyDocument.Statement);
}

test("every method of the table layer is known", () => {
  const methods = Object.getOwnPropertyNames(Table.prototype).filter((name) => name !== "constructor");
  expect(methods.toSorted()).toEqual(Object.keys(tableActions).toSorted());
});

test("a small stage has two functions of its own", () => {
  expect(small.map(([name]) => name).toSorted()).toEqual(["housekeeping", "language"]);
});

describe.each([...Object.entries(full), ...small])("function %s", (name, entry) => {
  const callsMade = async () => (await callsOf(entry)).filter((action) => !neverMade[name]?.includes(action));

  test("may make every AWS call that its code holds", async () => {
    const calls = await callsMade();

    expect(calls).not.toEqual([]);
    const allowed = allowedFor(name).flat();
    expect(calls.filter((action) => !allowed.includes(action) && !isSigning(action))).toEqual([]);
  });

  test("may touch those subjects of the table that its code names, and no others", async () => {
    const code = await codeOf(entry);
    // A prefix is the beginning of a string in the code.
    const isNamed = (partition: string) => new RegExp(`[\`"']${partition.replace("*", "")}`).test(code);

    const denied = deniedPartitions(name);
    const wrong = Object.values(subjectPartitions)
      .map((partitions) => [...partitions])
      .filter((partitions) => partitions.some(isNamed) === partitions.some((each) => denied.includes(each)));
    // The API and the authorizer are held by what they are allowed alone.
    expect(name === "api" || name === "authorizer" ? denied : wrong).toEqual([]);
  });

  test("may make no AWS call that its code does not hold", async () => {
    const calls = await callsMade();

    const granted = allowedFor(name).filter((actions) => !isPolling(actions));
    const unused = granted.flat().filter((action) => !calls.includes(action) && !byLambda.has(action));
    expect([...new Set(unused)].toSorted()).toEqual([]);
  });
});
