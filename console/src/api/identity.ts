import { createStore } from "../store.ts";
import { callWith } from "./call.ts";
import { ApiError } from "./errors.ts";
import type { Identity } from "./permissions.ts";
import { onSignOut, signIn } from "./session.ts";

const OWN_KEY = "GET /api/v1/keys/own";

/** Whose key the console uses: project and scopes. */
export const identity = createStore<Identity | undefined>(undefined);
onSignOut(() => identity.set(undefined));

/**
 * Signs in with a key that works.
 * @throws Error that says what is wrong with the key
 */
export async function tryKey(given: string, remember: boolean): Promise<void> {
  const key = given.trim().replace(/^Bearer\s+/i, "");
  if (!/^[\x21-\x7e]+$/.test(key)) throw new Error("A key is one word of letters, digits and signs. Copy it again.");
  try {
    const who = await callWith(key, OWN_KEY);
    signIn(key, remember);
    identity.set(who);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.kind === "key") throw new Error("The API does not know this key. Check that it was copied in full.");
    if (error.status === 403)
      throw new Error("This key may submit jobs, but not read: the console needs the scope read.");
    throw error;
  }
}
