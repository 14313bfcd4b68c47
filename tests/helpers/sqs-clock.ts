/**
 * Lets an SQS that is not ours follow the clock of a test (`Date.now`), which our own emulator does by itself: a message whose
 * visibility timeout has ended by that clock is made visible, a delayed one is sent when it is due, and a queue is emptied
 * by deleting its messages, as SQS purges one only once a minute. Who receives what, how often, and what goes to the dead
 * letters is decided by that SQS.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type SQSClientConfig,
} from "@aws-sdk/client-sqs";
import { z } from "zod";

/** Seconds that a queue without an own timeout has. */
const USUAL_TIMEOUT = 30;

interface InFlight {
  readonly url: string;
  /** Milliseconds since the epoch, by the test's clock. */
  readonly until: number;
}

interface Held {
  readonly input: SendInput;
  readonly dueAt: number;
}

const sendSchema = z.looseObject({
  QueueUrl: z.string(),
  MessageBody: z.string(),
  DelaySeconds: z.number().optional(),
});
type SendInput = z.infer<typeof sendSchema>;
const handleSchema = z.object({
  QueueUrl: z.string(),
  ReceiptHandle: z.string(),
  VisibilityTimeout: z.number().optional(),
});
const queueSchema = z.object({ QueueUrl: z.string() });
const receiveSchema = z.looseObject({ QueueUrl: z.string(), VisibilityTimeout: z.number().optional() });
const receivedSchema = z.object({
  Messages: z
    .array(
      z.looseObject({
        MessageId: z.string(),
        ReceiptHandle: z.string(),
        Attributes: z.record(z.string(), z.string()).optional(),
      }),
    )
    .optional(),
});
const sentSchema = z.object({ MessageId: z.string() });
const countsSchema = z.object({ Attributes: z.record(z.string(), z.string()).optional() });

/** What lies in an SQS, as a test's clock sees it. */
class SqsClock {
  readonly #raw: SQSClient;
  readonly #inFlight = new Map<string, InFlight>();
  readonly #sentAt = new Map<string, number>();
  readonly #timeouts = new Map<string, number>();
  #held: Held[] = [];

  constructor(raw: SQSClient) {
    this.#raw = raw;
  }

  async receive(input: unknown, next: () => Promise<unknown>): Promise<unknown> {
    const { QueueUrl: url, VisibilityTimeout: asked } = receiveSchema.parse(input);
    await this.#catchUp(url);
    const answer = receivedSchema.parse(await next());
    const seconds = asked ?? (await this.#timeoutOf(url));
    for (const message of answer.Messages ?? []) {
      this.#inFlight.set(message.ReceiptHandle, { url, until: Date.now() + seconds * 1_000 });
      const sentAt = this.#sentAt.get(message.MessageId);
      if (sentAt !== undefined) message.Attributes = { ...message.Attributes, SentTimestamp: String(sentAt) };
    }
    return answer;
  }

  async send(input: unknown, next: () => Promise<unknown>): Promise<unknown> {
    const sending = sendSchema.parse(input);
    const { DelaySeconds: delay = 0 } = sending;
    if (delay > 0) {
      this.#held.push({ input: sending, dueAt: Date.now() + delay * 1_000 });
      return { MessageId: randomUUID() };
    }
    const answer = await next();
    this.#sentAt.set(sentSchema.parse(answer).MessageId, Date.now());
    return answer;
  }

  async change(input: unknown, next: () => Promise<unknown>): Promise<unknown> {
    const { QueueUrl: url, ReceiptHandle: handle, VisibilityTimeout: seconds = 0 } = handleSchema.parse(input);
    const answer = await next();
    if (seconds === 0) this.#inFlight.delete(handle);
    else this.#inFlight.set(handle, { url, until: Date.now() + seconds * 1_000 });
    return answer;
  }

  async delete(input: unknown, next: () => Promise<unknown>): Promise<unknown> {
    const answer = await next();
    this.#inFlight.delete(handleSchema.parse(input).ReceiptHandle);
    return answer;
  }

  async count(input: unknown, next: () => Promise<unknown>): Promise<unknown> {
    const { QueueUrl: url } = queueSchema.parse(input);
    const answer = countsSchema.parse(await next());
    const name = "ApproximateNumberOfMessagesDelayed";
    const held = this.#held.filter((each) => each.input.QueueUrl === url).length;
    const delayed = Number(answer.Attributes?.[name] ?? 0) + held;
    return { ...answer, Attributes: { ...answer.Attributes, [name]: String(delayed) } };
  }

  async purge(input: unknown): Promise<unknown> {
    const { QueueUrl: url } = queueSchema.parse(input);
    this.#held = this.#held.filter((each) => each.input.QueueUrl !== url);
    await this.#show(url, () => true);
    for (;;) {
      const { Messages: found = [] } = await this.#raw.send(
        new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }),
      );
      if (found.length === 0) return {};
      for (const { ReceiptHandle } of found) {
        await this.#raw.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
      }
    }
  }

  /** What the test's clock has brought. */
  async #catchUp(url: string): Promise<void> {
    const now = Date.now();
    const due = this.#held.filter(({ input, dueAt }) => input.QueueUrl === url && dueAt <= now);
    this.#held = this.#held.filter((each) => !due.includes(each));
    for (const { input, dueAt } of due) {
      const { DelaySeconds: _, ...sending } = input;
      const { MessageId: id = "" } = await this.#raw.send(new SendMessageCommand(sending));
      this.#sentAt.set(id, dueAt);
    }
    await this.#show(url, ({ until }) => until <= now);
  }

  async #show(url: string, isWanted: (message: InFlight) => boolean): Promise<void> {
    for (const [handle, message] of this.#inFlight) {
      if (message.url !== url || !isWanted(message)) continue;
      this.#inFlight.delete(handle);
      // Another one may have been received or deleted since.
      await this.#raw
        .send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: handle, VisibilityTimeout: 0 }))
        .catch(() => undefined);
    }
  }

  async #timeoutOf(url: string): Promise<number> {
    const known = this.#timeouts.get(url);
    if (known !== undefined) return known;
    const { Attributes: attributes } = await this.#raw.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["VisibilityTimeout"] }),
    );
    const seconds = Number(attributes?.VisibilityTimeout ?? USUAL_TIMEOUT);
    this.#timeouts.set(url, seconds);
    return seconds;
  }
}

/** Has a client's SQS follow the clock of the test. */
export function followClock(client: SQSClient, settings: SQSClientConfig): void {
  const clock = new SqsClock(new SQSClient(settings));
  client.middlewareStack.add(
    (next, context) => async (args) => {
      let response: unknown;
      const reach = async (): Promise<unknown> => {
        const ended = await next(args);
        response = ended.response;
        return ended.output;
      };
      const answer = () => {
        switch (context.commandName) {
          case "ReceiveMessageCommand":
            return clock.receive(args.input, reach);
          case "SendMessageCommand":
            return clock.send(args.input, reach);
          case "ChangeMessageVisibilityCommand":
            return clock.change(args.input, reach);
          case "DeleteMessageCommand":
            return clock.delete(args.input, reach);
          case "GetQueueAttributesCommand":
            return clock.count(args.input, reach);
          case "PurgeQueueCommand":
            return clock.purge(args.input);
          default:
            return reach();
        }
      };
      const output = (await answer()) as Awaited<ReturnType<typeof next>>["output"];
      return { output: { ...output, $metadata: { ...output.$metadata } }, response };
    },
    { step: "initialize", priority: "high", name: "followClock" },
  );
}
