import { z } from "zod";
import { AuthenticationError } from "../../contracts/errors.ts";

/** The model server's key, read from Secrets Manager once per process. */

const keyJson = z.object({ api_key: z.string().min(1) });

/** A secret is the key itself or `{"api_key": "..."}`. */
export function keyFromSecret(secret: string): string {
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

async function readSecret(secretId: string): Promise<string> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManagerClient({ maxAttempts: 1 });
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    if (!SecretString) throw new AuthenticationError("The secret of the model server's key holds no text.");
    return keyFromSecret(SecretString);
  } catch (cause) {
    if (!isClientFault(cause)) throw cause;
    throw new AuthenticationError("The secret of the model server's key cannot be read.", { cause });
  } finally {
    client.destroy();
  }
}

const keys = new Map<string, Promise<string>>();

/**
 * The API key in a secret, cached for the life of the process.
 * @throws AuthenticationError when there is no such secret, it may not be read or holds no key
 */
export function apiKey(secretId: string): Promise<string> {
  const known = keys.get(secretId);
  if (known) return known;
  const read = readSecret(secretId);
  keys.set(secretId, read);
  // A failure is not remembered: the next attempt reads anew.
  read.catch(() => keys.delete(secretId));
  return read;
}

/** Forgets a key that the server refused, so that a rotated one is read. */
export const forgetApiKey = (secretId: string): boolean => keys.delete(secretId);
