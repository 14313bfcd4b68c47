import type { WebhookSettings } from "../../../contracts/settings/webhooks.ts";
import type { UrlPolicy } from "../../lib/http/guarded-post.ts";

/** Where the stage lets webhooks go. */
export const webhookPolicy = (settings: WebhookSettings): UrlPolicy => ({
  allowHttp: settings.WEBHOOK_ALLOW_HTTP,
  allowLoopback: settings.WEBHOOK_ALLOW_LOOPBACK,
});
