/**
 * Providers of language models, as an admin has defined them: one SecureString parameter of SSM each, below the stage's own
 * prefix. Address and key lie together, so that neither can be changed without the right to change the other.
 *
 * @module
 */

import type { SSMClient } from "@aws-sdk/client-ssm";
import { type StoredProvider, storedProviderSchema } from "../../../../contracts/llm/providers.ts";
import { llmProviderPrefix } from "../../../../contracts/resources.ts";
import { ParameterStore } from "../../../lib/parameter-store.ts";

/** How long a process continues with what it has read, in milliseconds. */
const CACHE_MS = 60_000;

/** What the reader needs. */
export interface ProviderServices {
  /** Given in tests; by default a client is made when it is first used. */
  readonly ssm?: SSMClient;
  readonly stage: string;
  readonly now: () => number;
}

/** Reads providers. */
export class ProviderReader {
  protected readonly services: ProviderServices;
  protected readonly parameters: ParameterStore;
  readonly #cached = new Map<string, { readonly provider: StoredProvider; readonly readAt: number }>();

  constructor(services: ProviderServices) {
    this.services = services;
    this.parameters = new ParameterStore(services.ssm);
  }

  /**
   * A provider by name, from this process's memory for up to a minute.
   * @returns undefined when there is none of that name, which is not remembered
   */
  async find(name: string): Promise<StoredProvider | undefined> {
    const now = this.services.now();
    const known = this.#cached.get(name);
    if (known && now - known.readAt <= CACHE_MS) return known.provider;
    this.forget(name);
    const value = await this.parameters.read(this.nameOf(name));
    if (value === undefined) return undefined;
    const provider = parseProvider(name, value);
    this.#cached.set(name, { provider, readAt: now });
    return provider;
  }

  /** Has the next {@link find} read again, such as after the provider refused its key. */
  forget(name: string): void {
    this.#cached.delete(name);
  }

  /** The name of a provider's parameter. */
  protected nameOf(name: string): string {
    return llmProviderPrefix(this.services.stage) + name;
  }
}

/** Reads a parameter's value. @throws Error without the value, which may hold a key */
export function parseProvider(name: string, value: string): StoredProvider {
  try {
    return storedProviderSchema.parse(JSON.parse(value));
  } catch {
    throw new Error(`The parameter of the provider ${name} cannot be read: define the provider again.`);
  }
}
