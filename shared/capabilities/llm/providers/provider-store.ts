/**
 * Defines providers. Apart from reading them, so that the functions that call models hold no code that writes.
 *
 * @module
 */

import type { z } from "zod";
import type { providerBodySchema, StoredProvider } from "../../../../contracts/llm/providers.ts";
import { llmProviderPrefix } from "../../../../contracts/resources.ts";
import { orMissing } from "../../../lib/parameter-store.ts";
import { ProviderReader, parseProvider } from "./provider-reader.ts";

/** A provider with its name. */
export type NamedProvider = StoredProvider & { readonly name: string };

/** Reads and writes providers. */
export class ProviderStore extends ProviderReader {
  /** All providers by name: one call of SSM for each ten. */
  async list(): Promise<NamedProvider[]> {
    const { GetParametersByPathCommand } = await import("@aws-sdk/client-ssm");
    const ssm = await this.parameters.client();
    const Path = llmProviderPrefix(this.services.stage);
    const found: NamedProvider[] = [];
    let NextToken: string | undefined;
    do {
      const page = await ssm.send(new GetParametersByPathCommand({ Path, WithDecryption: true, NextToken }));
      for (const { Name = "", Value = "" } of page.Parameters ?? []) {
        const name = Name.slice(Path.length);
        found.push({ ...parseProvider(name, Value), name });
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return found.sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** Defines a provider, or defines it again. Processes that have read it continue with what they have for up to a minute. */
  async put(name: string, body: z.output<typeof providerBodySchema>): Promise<NamedProvider> {
    const { PutParameterCommand } = await import("@aws-sdk/client-ssm");
    const ssm = await this.parameters.client();
    const provider: StoredProvider = { ...body, updated_at: this.services.now() };
    await ssm.send(
      new PutParameterCommand({
        Name: this.nameOf(name),
        Type: "SecureString",
        Value: JSON.stringify(provider),
        Overwrite: true,
      }),
    );
    this.forget(name);
    return { ...provider, name };
  }

  /** @returns false when there is no such provider */
  async delete(name: string): Promise<boolean> {
    const { DeleteParameterCommand } = await import("@aws-sdk/client-ssm");
    const ssm = await this.parameters.client();
    this.forget(name);
    const deleted = await orMissing(ssm.send(new DeleteParameterCommand({ Name: this.nameOf(name) })), undefined);
    return deleted !== undefined;
  }
}
