/**
 * Settings of webhooks; part of `settings`.
 *
 * @module
 */

import { z } from "zod";
import { blankIsUnset } from "./blank-is-unset.ts";

/** Settings of webhooks. */
export const webhookSettings = z.object({
  WEBHOOK_ALLOW_HTTP: blankIsUnset(z.stringbool().default(false)).describe(
    "Accept callback URLs that begin with http://. Requests are then readable on their way.",
  ),
  WEBHOOK_ALLOW_LOOPBACK: blankIsUnset(z.stringbool().default(false)).describe(
    "Accept callback URLs of this machine, such as http://127.0.0.1:8080/hook. For local development only.",
  ),
});

/** What infra/ passes to the function that sends webhooks. */
export const webhookEnv = webhookSettings.extend({ SLUICE_PUBLIC_URL: blankIsUnset(z.url().optional()) });

/** What {@link webhookSettings} parses to. */
export type WebhookSettings = z.infer<typeof webhookSettings>;
