/**
 * Secrets where they are kept: Secrets Manager or SSM.
 *
 * @module
 */

import { AuthenticationError } from "../../contracts/errors.ts";
import { isParameter } from "../../contracts/settings/key-reference.ts";

const isClientFault = (error: unknown): boolean =>
  error instanceof Error &&
  "$fault" in error &&
  error.$fault === "client" &&
  !("$retryable" in error && error.$retryable);

/** One attempt: what fails is tried again with the job. */
const options = { maxAttempts: 1 };

async function fromSecretsManager(SecretId: string): Promise<string | undefined> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManagerClient(options);
  return (await client.send(new GetSecretValueCommand({ SecretId })).finally(() => client.destroy())).SecretString;
}

async function fromParameter(Name: string): Promise<string | undefined> {
  const { GetParameterCommand, SSMClient } = await import("@aws-sdk/client-ssm");
  const client = new SSMClient(options);
  const command = new GetParameterCommand({ Name, WithDecryption: true });
  return (await client.send(command).finally(() => client.destroy())).Parameter?.Value;
}

/**
 * Reads a secret: one call.
 * @param reference a secret's name or ARN, or an SSM parameter's
 * @param what for messages, such as `the model server's key`
 * @throws AuthenticationError when there is no such secret, it may not be read or holds no text
 */
export async function readSecret(reference: string, what: string): Promise<string> {
  try {
    const text = await (isParameter(reference) ? fromParameter(reference) : fromSecretsManager(reference));
    if (!text) throw new AuthenticationError(`The secret of ${what} holds no text.`);
    return text;
  } catch (cause) {
    if (!isClientFault(cause)) throw cause;
    throw new AuthenticationError(`The secret of ${what} cannot be read.`, { cause });
  }
}
