import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { clearDeadLetterQueue } from "../../../shared/engine/operations/clear-dead-letter-queue.ts";
import { Engine } from "../../helpers/engine.ts";

let engine: Engine;
beforeEach(async () => {
  engine = await Engine.start();
});
afterEach(() => engine.close());

/** Puts a copy of the job's next message where SQS would have put it after its last receive. */
async function deadLetter(): Promise<void> {
  const message = await engine.receive();
  await engine.services.sqs.send(
    new SendMessageCommand({ QueueUrl: engine.queueUrl("test-dlq"), MessageBody: message?.body ?? "" }),
  );
}

it("clearing a dead-letter queue keeps the message of a job that has no outcome: it may be the only one", async () => {
  await engine.submit();
  await deadLetter();

  expect((await clearDeadLetterQueue(engine.services, "test")).removed).toBe(0);
  expect((await engine.counts("test-dlq")).visible).toBe(1);
});

it("clearing a dead-letter queue removes the message of a job that has succeeded", async () => {
  await engine.submit();
  await engine.step();
  const job = await engine.submit();
  const message = await engine.receive();
  if (!message) throw new Error("no message");
  await engine.services.sqs.send(
    new SendMessageCommand({ QueueUrl: engine.queueUrl("test-dlq"), MessageBody: message.body }),
  );
  await engine.handle(message);
  expect((await engine.record(job.task_id)).status).toBe("SUCCESS");

  expect((await clearDeadLetterQueue(engine.services, "test")).removed).toBe(1);
});
