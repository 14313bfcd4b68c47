/**
 * Signatures of webhooks, as Standard Webhooks defines them: `v1,` and the base64 of the HMAC-SHA256 of
 * `id.timestamp.body`. With two valid secrets there are two signatures, separated by a space.
 *
 * @module
 */

import { createHmac, randomBytes } from "node:crypto";

const PREFIX = "whsec_";
/** Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;

/** A new random signing secret: `whsec_` and base64. */
export const newWebhookSecret = (): string => PREFIX + randomBytes(SECRET_BYTES).toString("base64");

/** What is signed. */
export interface SignedMessage {
  /** The same for every attempt, so that a receiver can drop repeats. */
  readonly id: string;
  /** Seconds since the epoch, of this attempt. */
  readonly timestamp: number;
  readonly body: string;
}

/**
 * The headers `webhook-id`, `webhook-timestamp` and `webhook-signature`.
 * @param secrets each begins with `whsec_`; every one adds a signature
 */
export function webhookHeaders(secrets: readonly string[], { id, timestamp, body }: SignedMessage) {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
  });
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures.join(" "),
  };
}
