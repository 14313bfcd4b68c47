/**
 * The signing secrets of a tenant: one SecureString parameter of SSM each, below the stage's own prefix, encrypted by KMS.
 * While a rotation overlaps, two secrets are valid and both sign.
 *
 * @module
 */

import type { SSMClient } from "@aws-sdk/client-ssm";
import { z } from "zod";
import { webhookSecretParameter } from "../../../contracts/resources.ts";
import { ParameterStore } from "../../lib/parameter-store.ts";

const storedSchema = z.array(
  z.object({
    secret_id: z.string(),
    secret: z.string(),
    /** Milliseconds since the epoch. */
    created_at: z.number(),
    /** Not valid from then on; left out while it is the newest. */
    expires_at: z.number().optional(),
  }),
);

/** A signing secret as it is stored. Times are milliseconds since the epoch. */
export type WebhookSecret = z.infer<typeof storedSchema>[number];

/** How long a process continues signing with what it has read, in milliseconds. */
const CACHE_MS = 60_000;

/** What the store needs. */
export interface WebhookSecretServices {
  /** Given in tests; by default a client is made when it is first used. */
  readonly ssm?: SSMClient;
  readonly stage: string;
  readonly now: () => number;
}

/** Reads signing secrets. */
export class WebhookSecretReader {
  protected readonly services: WebhookSecretServices;
  protected readonly parameters: ParameterStore;
  protected readonly cached = new Map<string, { readonly secrets: WebhookSecret[]; readonly readAt: number }>();

  constructor(services: WebhookSecretServices) {
    this.services = services;
    this.parameters = new ParameterStore(services.ssm);
  }

  /** The secrets of a tenant that are valid now, newest first; empty when it has none. One call of SSM. */
  async list(tenant: string): Promise<WebhookSecret[]> {
    const now = this.services.now();
    const value = (await this.parameters.read(this.nameOf(tenant))) ?? "[]";
    const secrets = storedSchema.parse(JSON.parse(value));
    this.cached.set(tenant, { secrets, readAt: now });
    return secrets.filter(({ expires_at: end }) => end === undefined || end > now);
  }

  /** {@link list}, from this process's memory for up to a minute. An empty answer is not remembered. */
  async valid(tenant: string): Promise<WebhookSecret[]> {
    const now = this.services.now();
    const known = this.cached.get(tenant);
    if (!known || known.secrets.length === 0 || now - known.readAt > CACHE_MS) return this.list(tenant);
    return known.secrets.filter(({ expires_at: end }) => end === undefined || end > now);
  }

  /** The name of a tenant's parameter. */
  protected nameOf(tenant: string): string {
    return webhookSecretParameter(this.services.stage, tenant);
  }
}
