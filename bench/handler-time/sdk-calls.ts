/**
 * In a thread: the processor time of one call of DynamoDB in microseconds, by the SDK as functions make it, by a lean client that signs
 * alone, and by Node's HTTP client with a signature made before: what no client could be below.
 *
 * @module
 */

import { Agent, request } from "node:http";
import { parentPort, workerData } from "node:worker_threads";
import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import aws4 from "aws4";

/** Samples of one way to call, in microseconds of the thread's processor time. */
export interface CallSamples {
  readonly sdk: readonly number[];
  readonly lean: readonly number[];
  readonly http: readonly number[];
}

const { config, get, count } = workerData as {
  readonly config: DynamoDBClientConfig & {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly get: { readonly TableName: string; readonly Key: Readonly<Record<string, string>> };
  readonly count: number;
};
const client = DynamoDBDocumentClient.from(new DynamoDBClient(config));
const agent = new Agent({ keepAlive: true });
const { hostname, port, host } = new URL(config.endpoint);
/** Converted for each call, as the SDK does. */
const body = () =>
  JSON.stringify({
    TableName: get.TableName,
    Key: Object.fromEntries(Object.entries(get.Key).map(([name, S]) => [name, { S }])),
  });
const signed = (text: string) =>
  aws4.sign(
    {
      service: "dynamodb",
      region: config.region,
      method: "POST",
      path: "/",
      headers: { host, "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.GetItem" },
      body: text,
    },
    config.credentials,
  ).headers;
const post = (headers: Readonly<Record<string, string>>, text: string) =>
  new Promise<unknown>((resolve, reject) => {
    const sent = request({ hostname, port, method: "POST", path: "/", headers, agent }, async (response) => {
      const chunks = await response.toArray();
      const answer = Buffer.concat(chunks).toString();
      if (response.statusCode === 200) resolve(JSON.parse(answer));
      else reject(new Error(`${response.statusCode} ${answer}`));
    });
    sent.on("error", reject).end(text);
  });

const once = { text: body(), headers: signed(body()) };
const ways = {
  sdk: () => client.send(new GetCommand(get)),
  lean: () => {
    const text = body();
    return post(signed(text), text);
  },
  http: () => post(once.headers, once.text),
};
const samples: Record<keyof CallSamples, number[]> = { sdk: [], lean: [], http: [] };
for (let call = 0; call < count; call++) {
  // In turns, so that what else the machine does hits all alike.
  for (const [way, ask] of Object.entries(ways)) {
    const before = process.threadCpuUsage();
    await ask();
    const { user, system } = process.threadCpuUsage(before);
    samples[way as keyof CallSamples].push(user + system);
  }
}
client.destroy();
agent.destroy();
parentPort?.postMessage(samples satisfies CallSamples);
