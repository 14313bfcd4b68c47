/**
 * Tells queues and functions what happens in buckets, as S3 does and the emulator does not.
 *
 * @module
 */

import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { FunctionPool } from "../lambda/pool.ts";
import type { StackLog } from "../log.ts";
import type { Emulator } from "../services/emulator.ts";
import type { Queue } from "../services/queues.ts";
import { bucketOf } from "./guard.ts";
import { matches, type NotificationRule, type ObjectEvent, testEvent, toNotification } from "./notification-rule.ts";

/** Where S3 notifications can be delivered. */
export interface NotificationTargets {
  readonly rules: readonly NotificationRule[];
  readonly functions: ReadonlyMap<string, FunctionPool>;
  readonly queues: readonly Queue[];
  readonly client: SQSClient;
  readonly region: string;
  readonly log: StackLog;
}

/** Events as the emulator's spy names them. */
const actions = new Map([
  ["uploaded", "ObjectCreated"],
  ["copied", "ObjectCreated"],
  ["renamed", "ObjectCreated"],
  ["deleted", "ObjectRemoved"],
]);

/**
 * Listens to the emulator. What a request did is collected while its handler runs, which is synchronous, and sent after
 * the response.
 * @param emit gets each event of a successful request, once
 */
export function watchObjects({ app, objects }: Emulator, emit: (event: ObjectEvent) => void): void {
  let current: Map<string, ObjectEvent> | undefined;
  let how = "";
  const byRequest = new WeakMap<object, Map<string, ObjectEvent>>();
  const spy = {
    addMessage(message: { service: string; bucket?: string; key?: string; status: string }) {
      const action = actions.get(message.status);
      const { bucket, key } = message;
      if (action === undefined || bucket === undefined || key === undefined) return;
      const name = `${action}:${action === "ObjectRemoved" ? "Delete" : how}`;
      // The emulator reports a form upload twice.
      current?.set(`${bucket}/${key}`, { bucket, key, name });
    },
  };
  Object.assign(objects, { spy });
  app.addHook("preHandler", (request, _reply, done) => {
    current = undefined;
    if (bucketOf(request) !== undefined) {
      current = new Map();
      byRequest.set(request, current);
      how = kindOf(request);
    }
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    if (reply.statusCode < 400) {
      for (const event of byRequest.get(request)?.values() ?? []) emit(withSize(event));
    }
    done();
  });

  function withSize(event: ObjectEvent): ObjectEvent {
    try {
      const { contentLength, etag } = objects.headObject(event.bucket, event.key);
      return { ...event, size: contentLength, etag };
    } catch {
      // It was deleted, by this request or since.
      return event;
    }
  }
}

function kindOf({ method, headers, url }: { method: string; headers: object; url: string }): string {
  if ("x-amz-copy-source" in headers) return "Copy";
  if (method === "POST") return url.includes("uploadId=") ? "CompleteMultipartUpload" : "Post";
  return "Put";
}

/** Delivers an event to every rule it matches. Never rejects. */
export async function deliver(event: ObjectEvent, targets: NotificationTargets): Promise<void> {
  const matching = targets.rules.filter((rule) => matches(rule, event));
  await Promise.all(matching.map((rule) => send(rule, toNotification(event, rule, targets.region), targets)));
}

/** Sends the test event that a queue gets when it is configured. Never rejects. */
export async function announce(targets: NotificationTargets): Promise<void> {
  const toQueues = targets.rules.filter((rule) => rule.targetArn.startsWith("arn:aws:sqs:"));
  await Promise.all(toQueues.map((rule) => send(rule, testEvent(rule.bucket), targets)));
}

async function send(rule: NotificationRule, body: object, targets: NotificationTargets): Promise<void> {
  const { functions, queues, client, log } = targets;
  const text = JSON.stringify(body);
  const queue = queues.find(({ arn }) => arn === rule.targetArn);
  try {
    if (queue) {
      await client.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: text }));
      return;
    }
    const outcome = await functions.get(rule.targetArn)?.invoke(text);
    if (outcome?.ok) return;
    log.warn(`Notification ${rule.id}: ${outcome ? outcome.error.errorMessage : `no target ${rule.targetArn}`}`);
  } catch (error) {
    log.warn(`Notification ${rule.id} was not delivered: ${String(error)}`);
  }
}
