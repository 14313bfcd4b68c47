/**
 * The whole stack before a model server that misbehaves, over real HTTP. Backoffs of 60, 120, 240 s run 60 times as fast.
 *
 * @module
 */

import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Stack, startStack } from "../../local/stack.ts";
import { eventually } from "../helpers/eventually.ts";
import { getJob, outcomeOf, submit } from "../helpers/job-client.ts";
import { type LlmServer, startLlmServer } from "../helpers/llm-server.ts";

const TIME_SCALE = 60;
const input = { text: "The river rose in the night. By noon the lower town stood under water.", max_length: 20 };

let model: LlmServer;
let stack: Stack;
let sqs: SQSClient;

beforeAll(async () => {
  model = await startLlmServer();
  stack = await startStack({
    timeScale: TIME_SCALE,
    env: model.settings,
  });
  sqs = new SQSClient(stack.endpoints.sqs);
});
afterAll(async () => {
  sqs?.destroy();
  await stack?.stop(0);
  await model?.close();
});

const queue = (name: string) =>
  String(stack.resources("AWS::SQS::Queue").find((each) => String(each.ref).endsWith(name))?.ref);

async function deadLetters(): Promise<string[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queue("summarize-dlq"), MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
  );
  return Messages.map((message) => JSON.parse(message.Body ?? "{}").task_id);
}

describe("a model server", () => {
  it("that works gives the result, and its tokens are on the job", async () => {
    model.always({ kind: "answer", content: "A flood." });
    const job = await outcomeOf(stack, await submit(stack, "summarize", { input }));
    expect(job).toMatchObject({ status: "SUCCESS", attempts: 1, result: { summary: "A flood.", summary_length: 2 } });
    expect(job.usage?.total_tokens).toBeGreaterThan(0);
  });

  it("that answers 500 is asked four times with growing waits; then the job fails and SQS dead-letters its message", async () => {
    model.always({ kind: "status", status: 500 });
    const asked = model.requests.length;
    const taskId = await submit(stack, "summarize", { input });

    const job = await outcomeOf(stack, taskId, 60);

    expect(job).toMatchObject({ status: "FAILURE", attempts: 4, error: { type: "LLMServerError", retryable: true } });
    const times = model.requests.slice(asked).map((request) => request.at);
    expect(times).toHaveLength(4);
    for (const [index, nominal] of [60, 120, 240].entries()) {
      const waited = ((times[index + 1] ?? 0) - (times[index] ?? 0)) / 1_000;
      // How long at most is a unit test's: here it depends on the machine.
      expect(waited).toBeGreaterThanOrEqual((nominal * 0.75) / TIME_SCALE);
    }
    await eventually("the message is dead-lettered", async () => (await deadLetters()).includes(taskId));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queue("summarize-high"), AttributeNames: ["All"] }),
    );
    expect(JSON.parse(Attributes?.RedrivePolicy ?? "{}").maxReceiveCount).toSatisfy((count) => Number(count) === 7);
    expect(Number(Attributes?.ApproximateNumberOfMessages)).toBe(0);
  });

  it.each([
    [400, "LLMClientError"],
    [401, "AuthenticationError"],
  ])("that answers %i is not asked again", async (status, type) => {
    model.always({ kind: "status", status });
    const job = await outcomeOf(stack, await submit(stack, "summarize", { input }));
    expect(job).toMatchObject({ status: "FAILURE", attempts: 1, error: { type, retryable: false } });
  });

  it("that answers 429 with Retry-After is left alone that long", async () => {
    model.always({ kind: "answer", content: "A flood." });
    model.next({ kind: "status", status: 429, headers: { "retry-after": "4" } });
    const asked = model.requests.length;
    const taskId = await submit(stack, "summarize", { input });
    await eventually("the job waits", async () => (await getJob(stack, taskId)).status === "RETRY");
    expect((await getJob(stack, taskId)).error?.type).toBe("RateLimitError");

    const job = await outcomeOf(stack, taskId);

    expect(job).toMatchObject({ status: "SUCCESS", attempts: 2 });
    const [first, second] = model.requests.slice(asked);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(4_000);
  });

  it("that cuts the connection is asked again", async () => {
    model.always({ kind: "answer", content: "A flood." });
    model.next({ kind: "reset" });
    const job = await outcomeOf(stack, await submit(stack, "summarize", { input }));
    expect(job).toMatchObject({ status: "SUCCESS", attempts: 2 });
  });
});
