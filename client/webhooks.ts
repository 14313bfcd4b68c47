/**
 * Checking that a webhook comes from Sluice, by the Standard Webhooks specification (standardwebhooks.com).
 *
 * @module
 */

import type { WebhookPayload } from "./api-types.ts";
import { WebhookVerificationError } from "./errors.ts";

/** A timestamp may differ so much from this machine's clock. */
const TOLERANCE_SECONDS = 5 * 60;

/** The headers of a request, as `Headers` or as Node and its frameworks give them. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Checks the signature and the time of a webhook, and reads it.
 * @param body exactly what was received, before any parsing
 * @param headers those of the request, in any case
 * @param secret `whsec_...` of `sluice webhooks rotate`
 * @returns what happened; drop repeats by the header `webhook-id`
 * @throws WebhookVerificationError when the webhook is not to be trusted
 * @throws TypeError when the secret is none
 */
export async function verifyWebhook(
  body: string | Uint8Array,
  headers: WebhookHeaders,
  secret: string,
): Promise<WebhookPayload> {
  const [id, timestamp, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => {
    const value = headerOf(headers, name);
    if (value === undefined) throw new WebhookVerificationError(`The header ${name} is missing.`);
    return value;
  }) as [string, string, string];
  const away = Math.abs(Date.now() / 1_000 - Number(timestamp));
  if (!/^\d{1,12}$/.test(timestamp) || away > TOLERANCE_SECONDS) {
    throw new WebhookVerificationError(`The timestamp is more than ${TOLERANCE_SECONDS / 60} minutes off.`);
  }
  const content = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const signed = joined(new TextEncoder().encode(`${id}.${timestamp}.`), content);
  const key = await importKey(secret);
  for (const signature of signatures.split(" ")) {
    const [version, value = ""] = signature.split(",");
    const bytes = version === "v1" ? fromBase64(value) : undefined;
    // In constant time, as the platform compares.
    if (bytes && (await crypto.subtle.verify("HMAC", key, bytes, signed))) {
      return JSON.parse(new TextDecoder().decode(content)) as WebhookPayload;
    }
  }
  throw new WebhookVerificationError("No signature fits the body and this secret.");
}

function headerOf(headers: WebhookHeaders, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const value = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === "string" ? value : value?.[0];
}

async function importKey(secret: string) {
  const bytes = fromBase64(secret.replace(/^whsec_/, ""));
  if (!bytes || bytes.length === 0) throw new TypeError("The secret is not whsec_ and base64.");
  return await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** @returns undefined when the text is not base64 */
function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}
