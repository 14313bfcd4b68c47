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
    "Allow callback URLs that begin with http://. Such requests are not encrypted.",
  ),
  WEBHOOK_ALLOW_LOOPBACK: blankIsUnset(z.stringbool().default(false)).describe(
    "Allow callback URLs of the machine itself, such as http://127.0.0.1:8080/hook. Only for local development.",
  ),
});

/** What infra/ passes to the function that sends webhooks. */
export const webhookEnv = webhookSettings.extend({ SLUICE_PUBLIC_URL: blankIsUnset(z.url().optional()) });

/** What {@link webhookSettings} parses to. */
export type WebhookSettings = z.infer<typeof webhookSettings>;
