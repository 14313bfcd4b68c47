/**
 * Parameters of SSM Parameter Store, read decrypted. The client is made when it is first used.
 *
 * @module
 */

import type { SSMClient } from "@aws-sdk/client-ssm";

/** Does something with a parameter. @returns what `missing` is when there is no such parameter */
export async function orMissing<Answer, Missing>(asked: Promise<Answer>, missing: Missing): Promise<Answer | Missing> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && error.name === "ParameterNotFound") return missing;
    throw error;
  }
}

/** Reads parameters. */
export class ParameterStore {
  #client: SSMClient | undefined;

  /** @param client given in tests */
  constructor(client?: SSMClient) {
    this.#client = client;
  }

  /** The client, for what else is done with parameters. */
  async client(): Promise<SSMClient> {
    const { SSMClient: Client } = await import("@aws-sdk/client-ssm");
    this.#client ??= new Client({});
    return this.#client;
  }

  /** A parameter's value: one call. @returns undefined when there is no such parameter */
  async read(name: string): Promise<string | undefined> {
    const { GetParameterCommand } = await import("@aws-sdk/client-ssm");
    const client = await this.client();
    const found = await orMissing(
      client.send(new GetParameterCommand({ Name: name, WithDecryption: true })),
      undefined,
    );
    return found?.Parameter?.Value;
  }
}
