/**
 * A receiver of webhooks: an HTTP server that keeps what it is sent and answers as a test asks it to.
 *
 * @module
 */

import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type BatchWebhookPayload,
  batchWebhookPayloadSchema,
  type WebhookPayload,
  webhookPayloadSchema,
} from "../../contracts/webhooks/webhooks.ts";

/** A webhook as it was received. */
export interface ReceivedWebhook {
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly payload: WebhookPayload;
}

/** A running receiver. */
export interface WebhookReceiver extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly ReceivedWebhook[];
  /** Webhooks about batches. */
  readonly batches: readonly (Omit<ReceivedWebhook, "payload"> & { readonly payload: BatchWebhookPayload })[];
  /** Webhooks about one job. */
  about(taskId: string): readonly ReceivedWebhook[];
  /** Answers with these statuses, one after the other, then with 204. */
  answer(...statuses: number[]): void;
}

const plain = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

/** Starts a receiver on the loopback interface. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const batches: (Omit<ReceivedWebhook, "payload"> & { readonly payload: BatchWebhookPayload })[] = [];
  let statuses: number[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const headers = plain(request.headers);
    const batch = batchWebhookPayloadSchema.safeParse(JSON.parse(body));
    if (batch.success) batches.push({ headers, body, payload: batch.data });
    else received.push({ headers, body, payload: webhookPayloadSchema.parse(JSON.parse(body)) });
    response.writeHead(statuses.shift() ?? 204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    batches,
    about: (taskId) => received.filter(({ payload }) => payload.data.data.task_id === taskId),
    answer: (...given) => {
      statuses = given;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
