import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { Lacks } from "./suite/lacks.ts";

/** Finds out by trying what an emulator cannot do, so that its tests are skipped by name and not by hope. */
export async function probe(endpoint: string): Promise<Lacks> {
  const deadLettering = await probeDeadLettering(endpoint);
  return { ...(deadLettering !== undefined && { deadLettering }) };
}

/** Is a message that was received maxReceiveCount times moved? @returns why not, or undefined */
async function probeDeadLettering(endpoint: string): Promise<string | undefined> {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const sqs = new SQSClient({ endpoint, region: "us-east-1", credentials });
  const created: string[] = [];
  const create = async (name: string, attributes?: Record<string, string>): Promise<string> => {
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
    created.push(QueueUrl);
    return QueueUrl;
  };
  const attribute = async (QueueUrl: string, name: "QueueArn" | "ApproximateNumberOfMessages") =>
    (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name] }))).Attributes?.[name];
  try {
    const id = crypto.randomUUID();
    const dead = await create(`probe-${id}-dlq`);
    const redrive = { deadLetterTargetArn: await attribute(dead, "QueueArn"), maxReceiveCount: 1 };
    const source = await create(`probe-${id}`, { RedrivePolicy: JSON.stringify(redrive) });
    await sqs.send(new SendMessageCommand({ QueueUrl: source, MessageBody: "probe" }));
    for (let receive = 0; receive < 3; receive += 1) {
      await sqs.send(new ReceiveMessageCommand({ QueueUrl: source, VisibilityTimeout: 0 }));
    }
    return Number(await attribute(dead, "ApproximateNumberOfMessages")) === 1
      ? undefined
      : "this endpoint's SQS does not move messages after maxReceiveCount";
  } catch (error) {
    return `this endpoint's SQS has no redrive policies: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    for (const QueueUrl of created) await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    sqs.destroy();
  }
}
