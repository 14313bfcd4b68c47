import type { WebhookSettings } from "../../contracts/settings/webhooks.ts";
import type { WebhookSecretStore } from "../../shared/capabilities/webhooks/secret-store.ts";
import { checkUrl, ForbiddenUrlError } from "../../shared/lib/http/guarded-post.ts";
import { invalid } from "../../shared/lib/http/problem.ts";

/** What checking a callback URL needs. */
export interface CallbackServices {
  readonly webhookSecrets: WebhookSecretStore;
  readonly webhookSettings: WebhookSettings;
}

/**
 * Checks the callback URL of a submit, and that its webhooks can be signed: the first one of a project makes its secret.
 * The address that the host resolves to is checked when the webhook is sent.
 * @returns the URL as it will be called, or undefined when there is none
 * @throws ProblemError 422 that says what is wrong with the URL
 */
export async function callbackUrlOf(
  given: string | undefined,
  tenant: string,
  { webhookSecrets, webhookSettings }: CallbackServices,
): Promise<string | undefined> {
  if (given === undefined) return undefined;
  try {
    const policy = {
      allowHttp: webhookSettings.WEBHOOK_ALLOW_HTTP,
      allowLoopback: webhookSettings.WEBHOOK_ALLOW_LOOPBACK,
    };
    const { href } = checkUrl(given, policy);
    await webhookSecrets.ensure(tenant);
    return href;
  } catch (error) {
    if (error instanceof ForbiddenUrlError) throw invalid([{ path: "/callback_url", message: error.message }]);
    throw error;
  }
}
