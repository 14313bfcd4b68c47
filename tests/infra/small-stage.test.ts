/**
 * A stage of size `small` fits into an account that is new: 10 invocations at once and 3,008 MB, in any region.
 */

import { expect, test } from "vitest";
import { z } from "zod";
import { catalog } from "../../contracts/catalog.ts";
import { NEW_ACCOUNT_MEMORY } from "../../contracts/define-task.ts";
import { deadLetterName, laneName } from "../../contracts/jobs/lanes.ts";
import { maxReceiveCount } from "../../contracts/jobs/retry.ts";
import { readConfig } from "../../infra/config.ts";
import { type Synthesized, synthesize } from "../helpers/synthesized.ts";

/** A new account's. */
const QUOTA = 10;
const stageOf = (env: Record<string, string> = {}) => synthesize({ SLUICE_SIZE: "small", SLUICE_FAMILIES: "", ...env });
const small = stageOf();
const smallCatalog = catalog.withSize("small");

const mappingSchema = z.object({ ScalingConfig: z.object({ MaximumConcurrency: z.number() }) });
const concurrencies = (stage: Synthesized) =>
  stage
    .ofType("AWS::Lambda::EventSourceMapping")
    .map(({ properties }) => mappingSchema.parse(properties).ScalingConfig.MaximumConcurrency);
const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
const functionNames = (stage: Synthesized) =>
  stage.ofType("AWS::Lambda::Function").map(({ properties }) => String(properties.FunctionName));
const environmentOf = (stage: Synthesized, name: string) =>
  z
    .object({ Variables: z.record(z.string(), z.unknown()) })
    .parse(
      stage.ofType("AWS::Lambda::Function").find(({ properties }) => properties.FunctionName === `sluice-dev-${name}`)
        ?.properties.Environment,
    ).Variables;

test("all its mappings together leave room for the API, its authorizer, the sweeper and the schedules", () => {
  expect(concurrencies(small)).toEqual([2, 2, 2]);
  const singles = functionNames(small).filter((name) => /-(api|authorizer|sweeper|scheduled)$/.test(name));
  expect(singles).toHaveLength(4);
  expect(sum(concurrencies(small)) + singles.length).toBeLessThanOrEqual(QUOTA);
});

test("it has core and language, one lane for each queue, and says what it is to every function", () => {
  const queues = small.ofType("AWS::SQS::Queue").map(({ properties }) => properties.QueueName);
  expect(queues.toSorted()).toEqual(
    [
      ...["callbacks", "housekeeping", "language"].flatMap((name) => [`${name}-low`, deadLetterName(name)]),
      ...["sweeper-dlq", "scheduled-dlq", "uploads", "uploads-dlq"],
    ]
      .map((name) => `sluice-dev-${name}`)
      .toSorted(),
  );
  for (const name of ["api", "sweeper", "scheduled", "language", "housekeeping", "callbacks"]) {
    expect(environmentOf(small, name), name).toMatchObject({ SLUICE_SIZE: "small", SLUICE_FAMILIES: "core,language" });
  }
});

test("every task of core and language is on one of its queues, with a receive count of its own class", () => {
  const here = catalog.queues.filter(({ family }) => family === "core" || family === "language");
  const merged = smallCatalog.queues.filter(({ name }) => ["language", "housekeeping", "callbacks"].includes(name));
  expect(merged.flatMap(({ tasks }) => tasks.map(({ name }) => name)).toSorted()).toEqual(
    here.flatMap(({ tasks }) => tasks.map(({ name }) => name)).toSorted(),
  );
  for (const queue of merged) {
    const [found] = small
      .ofType("AWS::SQS::Queue")
      .filter(({ properties }) => properties.QueueName === `sluice-dev-${queue.name}-low`);
    expect(found?.properties).toMatchObject({
      VisibilityTimeout: 6 * queue.timeLimit.hard,
      RedrivePolicy: { maxReceiveCount: maxReceiveCount(queue.retry) },
    });
    for (const task of queue.tasks) expect(task.retry, task.name).toBe(queue.retry);
  }
});

test("no task changes but for its queue; health_check, which does nothing, may be repeated as the others of its queue", () => {
  for (const [name, task] of Object.entries(smallCatalog.tasks)) {
    const { queue: _queue, retry, ...rest } = task;
    const { queue: _own, retry: ownRetry, ...own } = catalog.findTask(name) ?? task;
    expect(rest).toEqual(own);
    expect(retry, name).toBe(name === "health_check" ? "idempotent" : ownRetry);
  }
});

test("no function of it, with any family, is larger than a new account allows, or reserves any of its concurrency", () => {
  const stage = stageOf({ SLUICE_FAMILIES: "all", SLUICE_ACCOUNT_CONCURRENCY: "100" });
  expect(functionNames(stage)).toContain("sluice-dev-document");
  for (const { properties } of stage.ofType("AWS::Lambda::Function")) {
    expect(properties.MemorySize, String(properties.FunctionName)).toBeLessThanOrEqual(NEW_ACCOUNT_MEMORY);
    expect(properties.ReservedConcurrentExecutions).toBeUndefined();
  }
});

test("it needs no S3 Vectors, unless it has searches", () => {
  expect(JSON.stringify(small.resources)).not.toMatch(/s3vectors|VectorBucket/i);
  expect(readConfig({ SLUICE_SIZE: "small" }).settings.VECTOR_STORE).toBe("none");
  const searching = readConfig({ SLUICE_SIZE: "small", SLUICE_FAMILIES: "core,search" });
  expect(searching.settings.VECTOR_STORE).toBe("s3vectors");
  expect([...searching.families]).toEqual(["core", "search"]);
});

test("another family takes two more, documents four with their uploads; what does not fit is refused by its sum", () => {
  expect(sum(concurrencies(stageOf({ SLUICE_FAMILIES: "core,language,export" })))).toBe(8);
  expect(sum(concurrencies(stageOf({ SLUICE_FAMILIES: "core,documents" })))).toBe(8);
  expect(() => stageOf({ SLUICE_FAMILIES: "core,language,documents" })).toThrow(
    "4 lanes and uploads with WORKER_CONCURRENCY 2 may run 10 invocations at once, " +
      "but SLUICE_ACCOUNT_CONCURRENCY 10 less SLUICE_CONCURRENCY_HEADROOM 2 leaves 8.",
  );
});

test("settings that are given win over those of the size", () => {
  const given = { WORKER_CONCURRENCY_BY_QUEUE: "language=4", SLUICE_FAMILIES: "core,language" };
  expect(concurrencies(stageOf(given)).toSorted()).toEqual([2, 2, 4]);
  expect(() => stageOf({ WORKER_CONCURRENCY_BY_QUEUE: "summarize=4" })).toThrow(
    "WORKER_CONCURRENCY_BY_QUEUE: there is no queue summarize. There are: language, callbacks, housekeeping.",
  );
  expect(readConfig({ SLUICE_SIZE: "small", WORKER_CONCURRENCY: "" }).settings.WORKER_CONCURRENCY).toBe(2);
});

const oneOrMany = z.unknown().transform((given) => (Array.isArray(given) ? given : [given]) as unknown[]);
const policySchema = z.object({
  PolicyDocument: z.object({
    Statement: z.array(z.object({ Effect: z.string(), Action: oneOrMany, Resource: oneOrMany })),
  }),
});

/** What a function's role allows: each action with each resource, as text. */
function permissionsOf(stage: Synthesized, name: string): Set<string> {
  const worker = stage
    .ofType("AWS::Lambda::Function")
    .find(({ properties }) => properties.FunctionName === `sluice-dev-${name}`);
  if (!worker) throw new Error(`There is no function ${name}.`);
  const role = stage.target(worker, worker.properties.Role);
  const policies = [...stage.ofType("AWS::IAM::Policy"), ...stage.ofType("AWS::IAM::ManagedPolicy")].filter((policy) =>
    JSON.stringify(policy.properties.Roles).includes(`"${role.id}"`),
  );
  const statements = policies.flatMap(({ properties }) => policySchema.parse(properties).PolicyDocument.Statement);
  return new Set(
    statements
      .filter(({ Effect }) => Effect === "Allow")
      .flatMap(({ Action, Resource }) =>
        Action.flatMap((action) => Resource.map((resource) => `${action} ${JSON.stringify(resource)}`)),
      ),
  );
}

/** The same text with the queues, lanes and log groups of a small stage. */
function asInSmall(text: string): string {
  return catalog.queues.reduce((renamed, queue) => {
    const [task] = queue.tasks;
    const to = smallCatalog.findTask(task?.name ?? "")?.queue ?? queue.name;
    const lanes = queue.lanes.map((lane) => [laneName(queue.name, lane), laneName(to, "low")] as const);
    return [...lanes, [deadLetterName(queue.name), deadLetterName(to)] as const].reduce(
      (each, [from, name]) => each.replaceAll(`sluice-dev-${from}"`, `sluice-dev-${name}"`),
      renamed,
    );
  }, text);
}

test.each([
  ["language", ["summarize", "keywords", "normalize", "llm-call"]],
  ["housekeeping", ["default", "monitoring", "batches"]],
  ["callbacks", ["callbacks"]],
])("%s may do what one of %o may do, and nothing else", (name, parts) => {
  const env = { SLUICE_FAMILIES: "core,language", LLM_API_KEY_SECRET: "model-key", VECTOR_STORE: "none" };
  const full = synthesize(env);
  const own = permissionsOf(stageOf(env), name);
  // Its own lane, by reference: it is polled from, as theirs are.
  const isPolling = (each: string) => /^sqs:\w+ \{"Fn::GetAtt":/.test(each);
  const isLogging = (each: string) => each.startsWith("logs:");
  const allowed = new Set(parts.flatMap((part) => [...permissionsOf(full, part)].map(asInSmall)));

  const more = [...own].filter((each) => !allowed.has(each) && !isPolling(each) && !isLogging(each));

  expect(own.size).toBeGreaterThan(8);
  expect(more).toEqual([]);
});

test("what sends webhooks has no model's key, and what asks models no secret of a webhook", () => {
  const stage = stageOf({ LLM_API_KEY_SECRET: "model-key" });
  const text = (name: string) => [...permissionsOf(stage, name)].join("\n");
  expect(text("language")).toContain("secret:model-key");
  expect(text("language")).not.toContain("/webhooks/");
  for (const name of ["callbacks", "housekeeping"]) expect(text(name), name).not.toMatch(/model-key|\/llm\//);
  expect(text("callbacks")).toContain("/webhooks/");
  expect(text("housekeeping")).not.toContain("/webhooks/");
});

test("with a network of one's own, the function of language is in it, and those that call no model are not", () => {
  const stage = stageOf({
    SLUICE_VPC_SUBNETS: "subnet-0a1b2c3d4e5f60718",
    SLUICE_VPC_SECURITY_GROUPS: "sg-0a1b2c3d4e5f60718",
  });
  const attached = stage.ofType("AWS::Lambda::Function").filter(({ properties }) => properties.VpcConfig);
  expect(attached.map(({ properties }) => properties.FunctionName).toSorted()).toEqual([
    "sluice-dev-api",
    "sluice-dev-language",
  ]);
});
