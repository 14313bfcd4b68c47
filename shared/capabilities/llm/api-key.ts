/**
 * The model server's key, read from Secrets Manager or SSM once per process.
 *
 * @module
 */

import { z } from "zod";
import { AuthenticationError } from "../../../contracts/errors.ts";
import { isParameter } from "../../../contracts/settings/key-reference.ts";

const keyJson = z.object({ api_key: z.string().min(1) });

/** A secret is the key itself or `{"api_key": "..."}`. */
function keyFromSecret(secret: string): string {
  const text = secret.trim();
  if (!text.startsWith("{")) return text;
  try {
    return keyJson.parse(JSON.parse(text)).api_key;
  } catch (cause) {
    throw new AuthenticationError('The secret of the model server\'s key is JSON without "api_key".', { cause });
  }
}

const isClientFault = (error: unknown): boolean =>
  error instanceof Error &&
  "$fault" in error &&
  error.$fault === "client" &&
  !("$retryable" in error && error.$retryable);

/** One attempt: what fails is tried again with the job. */
const options = { maxAttempts: 1 };

async function readSecret(SecretId: string): Promise<string | undefined> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManagerClient(options);
  return (await client.send(new GetSecretValueCommand({ SecretId })).finally(() => client.destroy())).SecretString;
}

async function readParameter(Name: string): Promise<string | undefined> {
  const { GetParameterCommand, SSMClient } = await import("@aws-sdk/client-ssm");
  const client = new SSMClient(options);
  const command = new GetParameterCommand({ Name, WithDecryption: true });
  return (await client.send(command).finally(() => client.destroy())).Parameter?.Value;
}

async function readKey(reference: string): Promise<string> {
  try {
    const text = await (isParameter(reference) ? readParameter(reference) : readSecret(reference));
    if (!text) throw new AuthenticationError("The secret of the model server's key holds no text.");
    return keyFromSecret(text);
  } catch (cause) {
    if (!isClientFault(cause)) throw cause;
    throw new AuthenticationError("The secret of the model server's key cannot be read.", { cause });
  }
}

const keys = new Map<string, Promise<string>>();

/**
 * The API key in a secret or a parameter, cached for the life of the process.
 * @param reference a secret's name or ARN, or an SSM parameter's
 * @throws AuthenticationError when there is no such secret, it may not be read or holds no key
 */
export function apiKey(reference: string): Promise<string> {
  const known = keys.get(reference);
  if (known) return known;
  const read = readKey(reference);
  keys.set(reference, read);
  // A failure is not remembered: the next attempt reads anew.
  read.catch(() => keys.delete(reference));
  return read;
}

/** Forgets a key that the server refused, so that a rotated one is read. */
export const forgetApiKey = (reference: string): boolean => keys.delete(reference);
