/**
 * One attempt to deliver a webhook.
 *
 * @module
 */

import type { EscalationNotice } from "../../../contracts/escalations/escalations.ts";
import type { WebhookSettings } from "../../../contracts/settings/webhooks.ts";
import {
  answered,
  CallbackUrlError,
  WebhookDeliveryError,
  WebhookGoneError,
} from "../../../contracts/webhooks/errors.ts";
import type { BatchWebhookPayload, WebhookPayload } from "../../../contracts/webhooks/webhooks.ts";
import { ForbiddenUrlError, type GuardedAnswer, guardedPost, type Resolve } from "../../lib/http/guarded-post.ts";
import { retryAfterSeconds } from "../../lib/http/retry-after.ts";
import { webhookHeaders } from "./sign.ts";
import { webhookPolicy } from "./url-policy.ts";

/** How long a receiver has to answer. */
const TIMEOUT_MS = 10_000;
const GONE = 410;

/** What is delivered, and where. */
export interface Delivery {
  readonly url: string;
  /** `webhook-id`: the same for every attempt. */
  readonly id: string;
  readonly payload: WebhookPayload | BatchWebhookPayload | EscalationNotice;
  readonly secrets: readonly string[];
  readonly settings: WebhookSettings;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly resolve?: Resolve;
}

/** An attempt that the receiver accepted. */
export interface Delivered {
  readonly status: number;
  readonly durationMs: number;
}

/**
 * Posts a webhook once.
 * @throws WebhookDeliveryError when the receiver did not answer 2xx; carries its `Retry-After`
 * @throws WebhookGoneError when it answered 410
 * @throws CallbackUrlError when the URL is not allowed
 */
export async function deliverWebhook(delivery: Delivery): Promise<Delivered> {
  const { url, id, payload, secrets, settings, now } = delivery;
  const body = JSON.stringify(payload);
  const begun = now();
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const answer = await guardedPost({
    url,
    policy: webhookPolicy(settings),
    headers: {
      "content-type": "application/json",
      "user-agent": "Sluice-Webhooks/1",
      ...webhookHeaders(secrets, { id, timestamp: Math.floor(begun / 1_000), body }),
    },
    body,
    signal: AbortSignal.any([delivery.signal, timeout]),
    ...(delivery.resolve ? { resolve: delivery.resolve } : {}),
  }).catch((error: unknown) => {
    if (error instanceof ForbiddenUrlError) throw new CallbackUrlError(error.message, { cause: error });
    delivery.signal.throwIfAborted();
    throw new WebhookDeliveryError(unreachable(error, timeout), { cause: error });
  });
  refuseOthersThanSuccess(answer, now());
  return { status: answer.status, durationMs: Math.max(0, now() - begun) };
}

function refuseOthersThanSuccess({ status, retryAfter }: GuardedAnswer, now: number): void {
  if (status >= 200 && status < 300) return;
  if (status === GONE) throw new WebhookGoneError(answered(GONE, " Gone: it accepts no further webhooks."));
  const isRedirect = status >= 300 && status < 400;
  throw new WebhookDeliveryError(answered(status, isRedirect ? "; redirects are not followed." : "."), {
    retryAfterSeconds: retryAfterSeconds(retryAfter, now),
  });
}

function unreachable(error: unknown, timeout: AbortSignal): string {
  if (timeout.aborted) return `The receiver did not answer within ${TIMEOUT_MS / 1_000} seconds.`;
  const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
  return `The receiver could not be reached${code}.`;
}
