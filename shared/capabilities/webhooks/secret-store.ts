/**
 * Makes and rotates the signing secrets of tenants. Apart from reading them, so that the function that sends webhooks holds
 * no code that writes.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import { type WebhookSecret, WebhookSecretReader } from "./secret-reader.ts";
import { newWebhookSecret } from "./sign.ts";

/** Reads and writes signing secrets. */
export class WebhookSecretStore extends WebhookSecretReader {
  /** Makes sure that a tenant has a secret, so that its first webhook is signed. */
  async ensure(tenant: string): Promise<void> {
    if ((await this.valid(tenant)).length > 0) return;
    await this.#put(tenant, [this.#newSecret()], false).catch((error: unknown) => {
      // Another request was first: its secret stands.
      if (!(error instanceof Error && error.name === "ParameterAlreadyExists")) throw error;
    });
  }

  /**
   * Makes a new secret. The one before it stays valid for the overlap; older ones end at once.
   * @param overlapSeconds how long both sign
   */
  async rotate(tenant: string, overlapSeconds: number): Promise<WebhookSecret> {
    const now = this.services.now();
    const [previous] = await this.list(tenant);
    const created = this.#newSecret();
    const ending = previous && { ...previous, expires_at: now + overlapSeconds * 1_000 };
    await this.#put(tenant, ending && overlapSeconds > 0 ? [created, ending] : [created], true);
    return created;
  }

  #newSecret(): WebhookSecret {
    return { secret_id: randomUUID(), secret: newWebhookSecret(), created_at: this.services.now() };
  }

  async #put(tenant: string, secrets: readonly WebhookSecret[], overwrite: boolean): Promise<void> {
    const { PutParameterCommand } = await import("@aws-sdk/client-ssm");
    const ssm = await this.parameters.client();
    await ssm.send(
      new PutParameterCommand({
        Name: this.nameOf(tenant),
        Type: "SecureString",
        Value: JSON.stringify(secrets),
        Overwrite: overwrite,
      }),
    );
    this.cached.delete(tenant);
  }
}
