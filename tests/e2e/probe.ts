import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  InvokeCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from "@aws-sdk/client-lambda";
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { zip } from "../helpers/make-zip.ts";
import type { Lacks } from "./suite/lacks.ts";

const credentials = { accessKeyId: "test", secretAccessKey: "test" };

/** Finds out by trying what an emulator cannot do, so that its tests are skipped by name and not by hope. */
export async function probe(endpoint: string): Promise<Lacks> {
  const [deadLettering, loopback] = await Promise.all([probeDeadLettering(endpoint), probeLoopback(endpoint)]);
  return { ...(deadLettering !== undefined && { deadLettering }), ...(loopback !== undefined && { loopback }) };
}

/** Is a message that was received maxReceiveCount times moved? @returns why not, or undefined */
async function probeDeadLettering(endpoint: string): Promise<string | undefined> {
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

/** Does a function reach a server of this machine, as the receiver of a webhook is? @returns why not, or undefined */
async function probeLoopback(endpoint: string): Promise<string | undefined> {
  const lambda = new LambdaClient({ endpoint, region: "us-east-1", credentials });
  const server = createServer((_request, response) => response.end("reached"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const code = "export const handler = async ({ url }) => await (await fetch(url)).text();";
  const FunctionName = `probe-${crypto.randomUUID()}`;
  try {
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: "arn:aws:iam::000000000000:role/probe",
        Code: { ZipFile: zip({ "index.mjs": code }) },
      }),
    );
    await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 60 }, { FunctionName });
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify({ url }) }));
    const answer = Buffer.from(Payload ?? []).toString();
    return answer === '"reached"' ? undefined : `this endpoint's functions do not reach this machine: ${answer}`;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return `this endpoint's functions could not be asked whether they reach this machine: ${message}`;
  } finally {
    await lambda.send(new DeleteFunctionCommand({ FunctionName })).catch(() => undefined);
    server.close();
    lambda.destroy();
  }
}
