/**
 * Fair queues of the SQS emulator, by its API.
 *
 * @module
 */

import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../../local/services/emulator.ts";
import { credentials } from "../../helpers/emulated-services.ts";

let emulator: Emulator;
let client: SQSClient;
let QueueUrl: string;
beforeEach(async () => {
  emulator = await startEmulator({ region: "us-east-1" });
  await emulator.app.listen({ host: "127.0.0.1", port: 0 });
  client = new SQSClient({ endpoint: emulator.url, region: "us-east-1", credentials });
  ({ QueueUrl = "" } = await client.send(new CreateQueueCommand({ QueueName: "fair" })));
});
afterEach(async () => {
  client.destroy();
  await emulator.close();
});

const flood = async (batches: number) => {
  for (let batch = 0; batch < batches; batch++) {
    const Entries = Array.from({ length: 10 }, (_, index) => {
      const name = `noisy ${batch * 10 + index}`;
      return { Id: `${index}`, MessageBody: name, MessageGroupId: "noisy" };
    });
    await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
};
const send = (body: string, group?: string) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody: body, ...(group && { MessageGroupId: group }) }));
const receive = async (MaxNumberOfMessages = 1) =>
  (await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages }))).Messages ?? [];
const bodies = (messages: readonly { readonly Body?: string | undefined }[]) => messages.map(({ Body }) => Body);

it("delivers a quiet group's messages before those of a flood, and none of either is lost or comes twice", async () => {
  await flood(5);
  const held = [...(await receive(10)), ...(await receive(10)), ...(await receive(10))];
  await send("quiet 1", "quiet");
  await send("alone");
  await send("quiet 2", "quiet");

  const next = await receive(10);

  expect(bodies(next).slice(0, 3)).toEqual(["quiet 1", "alone", "quiet 2"]);
  const rest = [...(await receive(10)), ...(await receive(10))];
  const all = bodies([...held, ...next, ...rest]);
  expect(new Set(all).size).toBe(53);
  expect(all).toHaveLength(53);
});

it("has the flood's messages again once nothing else waits, those given back too", async () => {
  await flood(4);
  const held = [...(await receive(10)), ...(await receive(10)), ...(await receive(10))];
  const [given, ...others] = held;
  for (const { ReceiptHandle } of others) await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  const { ReceiptHandle } = given ?? {};
  await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  await send("quiet 1", "quiet");

  const left = [...(await receive(10)), ...(await receive(10))];

  expect(bodies(left)).toHaveLength(12);
  expect(bodies(left)).toContain(given?.Body);
  expect(bodies(left)).toContain("quiet 1");
});

it("keeps the order of arrival within one group, and where nothing has a group", async () => {
  for (let index = 0; index < 5; index++) await send(`plain ${index}`);
  await flood(1);

  expect(bodies(await receive(5))).toEqual(Array.from({ length: 5 }, (_, index) => `plain ${index}`));
  expect(bodies(await receive(10))).toEqual(Array.from({ length: 10 }, (_, index) => `noisy ${index}`));
});
