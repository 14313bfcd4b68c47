import { queueHandler } from "../queue-handler.ts";
import * as deliverWebhook from "../tasks/deliver-webhook.ts";

export const handler = queueHandler("callbacks", { deliver_webhook: deliverWebhook });
