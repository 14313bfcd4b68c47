/**
 * The model server's key, read from Secrets Manager or SSM once per process.
 *
 * @module
 */

import { z } from "zod";
import { AuthenticationError } from "../../../contracts/errors.ts";
import { Remembered } from "../../lib/remembered.ts";
import { readSecret } from "../../lib/secret.ts";

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

const readKey = async (reference: string): Promise<string> =>
  keyFromSecret(await readSecret(reference, "the model server's key"));

const keys = new Remembered<string>();

/**
 * The API key in a secret or a parameter, cached for the life of the process.
 * @param reference a secret's name or ARN, or an SSM parameter's
 * @throws AuthenticationError when there is no such secret, it may not be read or holds no key
 */
export const apiKey = (reference: string): Promise<string> => keys.get(reference, () => readKey(reference));

/** Forgets a key that the server refused, so that a rotated one is read. */
export const forgetApiKey = (reference: string): boolean => keys.forget(reference);
