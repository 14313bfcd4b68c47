import { createStore } from "../store.ts";
import { callWith } from "./call.ts";
import { ApiError } from "./errors.ts";
import type { AnswerOf } from "./routes.ts";
import { onSignOut, signIn } from "./session.ts";

/** What the signed-in key may do. */
export type Identity = AnswerOf<"GET /api/v1/keys/own">;

const OWN_KEY = "GET /api/v1/keys/own";

/** Whose key the console uses: project and scopes. */
export const identity = createStore<Identity | undefined>(undefined);
onSignOut(() => identity.set(undefined));

/** Whether the key has the scope `admin`. */
export const isAdmin = (who: Identity | undefined): boolean => who?.scopes.includes("admin") ?? false;
/** Whether the key may submit, revoke and retry. */
export const maySubmit = (who: Identity | undefined): boolean =>
  isAdmin(who) || (who?.scopes.includes("submit") ?? false);

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
