import { expect, it } from "vitest";
import { startEmulator } from "../../../local/services/emulator.ts";
import { dropExpired } from "../../../local/services/retention.ts";

it("drops messages that are older than their queue keeps them", async () => {
  const { queues, close } = await startEmulator({ region: "us-east-1" });
  const queueOf = (name: string, MessageRetentionPeriod: string) =>
    queues.createQueue(name, `http://127.0.0.1/${name}`, `arn:aws:sqs:us-east-1:000000000000:${name}`, {
      MessageRetentionPeriod,
    });
  const short = queueOf("short", "60");
  const long = queueOf("long", "3600");
  for (const queue of [short, long]) {
    queue.enqueue({
      messageId: queue.name,
      body: "hello",
      md5OfBody: "",
      messageAttributes: {},
      md5OfMessageAttributes: "",
      sentTimestamp: Date.now(),
      approximateReceiveCount: 0,
    });
  }
  const inTwoMinutes = Date.now() + 120_000;

  expect(dropExpired(queues)).toBe(0);
  expect(dropExpired(queues, inTwoMinutes)).toBe(1);

  expect([short.messages.length, long.messages.length]).toEqual([0, 1]);
  await close();
});
