import { describe, expect, test } from "vitest";
import { z } from "zod";
import { catalog } from "../../contracts/catalog.ts";
import { laneName } from "../../contracts/jobs/lanes.ts";
import { maxAttempts, RECEIVE_MARGIN } from "../../contracts/jobs/retry.ts";
import { type Resource, synthesize } from "../helpers/synthesized.ts";

const { queues } = catalog;

const stacks = synthesize();
const functions = stacks.ofType("AWS::Lambda::Function");
const allQueues = stacks.ofType("AWS::SQS::Queue");
const mappings = stacks.ofType("AWS::Lambda::EventSourceMapping");

const queueSchema = z.object({
  QueueName: z.string(),
  MessageRetentionPeriod: z.number(),
  SqsManagedSseEnabled: z.literal(true),
  VisibilityTimeout: z.number().optional(),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.unknown(), maxReceiveCount: z.number() }).optional(),
  RedriveAllowPolicy: z.object({ redrivePermission: z.string(), sourceQueueArns: z.array(z.unknown()) }).optional(),
});
const mappingSchema = z.object({
  BatchSize: z.number(),
  EventSourceArn: z.unknown(),
  FunctionName: z.unknown(),
  FunctionResponseTypes: z.array(z.string()),
  ScalingConfig: z.object({ MaximumConcurrency: z.number().min(2) }),
  MaximumBatchingWindowInSeconds: z.number().optional(),
});

const read = (queue: Resource) => queueSchema.parse(queue.properties);
const named = (name: string): Resource => {
  const found = allQueues.find((queue) => read(queue).QueueName === `sluice-dev-${name}`);
  if (!found) throw new Error(`There is no queue ${name}.`);
  return found;
};
const mappingsOf = (queue: Resource) =>
  mappings.filter((mapping) => stacks.target(mapping, mapping.properties.EventSourceArn) === queue);

describe.each(queues)("queue $name", (queue) => {
  const deadLetters = named(`${queue.name}-dlq`);

  test.each(queue.lanes)("lane %s outlasts six runs of its function and is read by that function alone", (lane) => {
    const source = named(laneName(queue.name, lane));
    const [mapping, ...others] = mappingsOf(source);
    expect(others).toEqual([]);
    if (!mapping) throw new Error("The lane has no event source mapping.");
    const worker = stacks.target(mapping, mapping.properties.FunctionName);
    expect(worker.properties.FunctionName).toBe(`sluice-dev-${queue.name}`);
    expect(read(source).VisibilityTimeout).toBeGreaterThanOrEqual(6 * z.number().parse(worker.properties.Timeout));
  });

  test.each(queue.lanes)("lane %s reports partial failures and bounds its concurrency", (lane) => {
    const [mapping] = mappingsOf(named(laneName(queue.name, lane)));
    const { FunctionResponseTypes, BatchSize, MaximumBatchingWindowInSeconds } = mappingSchema.parse(
      mapping?.properties,
    );
    expect(FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
    const runsAlone = (["llm", "embeddings", "documents", "fonts", "batches"] as const).some((capability) =>
      queue.uses.has(capability),
    );
    expect(BatchSize).toBe(runsAlone || queue.retry === "critical" ? 1 : 10);
    expect(MaximumBatchingWindowInSeconds ?? 0).toBe(0);
  });

  test.each(queue.lanes)("lane %s dead-letters after the class's attempts and a margin", (lane) => {
    const source = named(laneName(queue.name, lane));
    const redrive = read(source).RedrivePolicy;
    expect(stacks.target(source, redrive?.deadLetterTargetArn)).toBe(deadLetters);
    expect(redrive?.maxReceiveCount).toBe(maxAttempts(queue.retry) + RECEIVE_MARGIN);
    expect(read(deadLetters).MessageRetentionPeriod).toBeGreaterThan(read(source).MessageRetentionPeriod);
  });

  test("its dead-letter queue takes messages of its own lanes alone", () => {
    const allow = read(deadLetters).RedriveAllowPolicy;
    expect(allow?.redrivePermission).toBe("byQueue");
    expect(allow?.sourceQueueArns.map((arn) => /sluice-dev-[\w-]+/.exec(JSON.stringify(arn))?.[0])).toEqual(
      queue.lanes.map((lane) => `sluice-dev-${laneName(queue.name, lane)}`),
    );
  });
});

test("every queue is encrypted and refuses connections without TLS", () => {
  const policies = stacks.ofType("AWS::SQS::QueuePolicy");
  for (const queue of allQueues) {
    expect(read(queue).SqsManagedSseEnabled).toBe(true);
    const own = policies.filter((policy) =>
      z
        .array(z.unknown())
        .parse(policy.properties.Queues)
        .some((reference) => stacks.target(policy, reference) === queue),
    );
    expect(JSON.stringify(own.map((policy) => policy.properties)), read(queue).QueueName).toMatch(
      /"Bool":\{"aws:SecureTransport":"false"\}\},"Effect":"Deny"/,
    );
  }
});

test("TASK_MAX_RETRIES moves the receive count of standard queues", () => {
  const changed = synthesize({ TASK_MAX_RETRIES: "7" }).ofType("AWS::SQS::Queue");
  const lane = changed.map(read).find((queue) => queue.QueueName === "sluice-dev-summarize-high");
  expect(lane?.RedrivePolicy?.maxReceiveCount).toBe(8 + RECEIVE_MARGIN);
});

test("no function's soft time limit reaches its hard one", () => {
  for (const queue of queues) {
    const worker = functions.find((candidate) => candidate.properties.FunctionName === `sluice-dev-${queue.name}`);
    expect(worker?.properties.Timeout).toBeGreaterThan(queue.timeLimit.soft);
  }
});

test("WORKER_CONCURRENCY is each lane's own", () => {
  const changed = synthesize({ WORKER_CONCURRENCY: "9" });
  const lanes = new Set(
    queues.flatMap(({ name, lanes: of }) => of.map((lane) => `sluice-dev-${laneName(name, lane)}`)),
  );
  const concurrency = changed
    .ofType("AWS::Lambda::EventSourceMapping")
    .filter((mapping) => lanes.has(read(changed.target(mapping, mapping.properties.EventSourceArn)).QueueName))
    .map((mapping) => mappingSchema.parse(mapping.properties).ScalingConfig.MaximumConcurrency);
  expect(concurrency).toEqual([...lanes].map(() => 9));
});

test("WORKER_CONCURRENCY_BY_QUEUE is that of the lanes of the queues that it names", () => {
  const changed = synthesize({ WORKER_CONCURRENCY: "3", WORKER_CONCURRENCY_BY_QUEUE: "summarize=20,llm-call=7" });
  const byLane = new Map(
    changed
      .ofType("AWS::Lambda::EventSourceMapping")
      .map((mapping) => [
        read(changed.target(mapping, mapping.properties.EventSourceArn)).QueueName,
        mappingSchema.safeParse(mapping.properties).data?.ScalingConfig.MaximumConcurrency,
      ]),
  );
  const of = (lane: string) => byLane.get(`sluice-dev-${lane}`);
  expect([of("summarize-high"), of("summarize-low"), of("llm-call-high"), of("keywords-high")]).toEqual([20, 20, 7, 3]);
});
