/**
 * The signed-in key. It lives in this tab alone: another tab, or this one after it was closed, asks again.
 *
 * @module
 */

import { createStore } from "../store.ts";

/** The key that the console uses, and why the last one was signed out. */
export interface Session {
  readonly key: string;
}

const STORED = "sluice.key";

const stored = sessionStorage.getItem(STORED);
/** The present session; undefined while nobody is signed in. */
export const session = createStore<Session | undefined>(stored === null ? undefined : { key: stored });

/** Why the person has to sign in again; shown once on the sign-in page. */
export const signOutReason = createStore<string | undefined>(undefined);

/** Called when the key goes, to forget what was loaded with it. */
const forgetters = new Set<() => void>();
/** Registers what is to be cleared on sign-out. */
export const onSignOut = (forget: () => void): void => {
  forgetters.add(forget);
};

/** Starts a session with a key. */
export function signIn(key: string): void {
  sessionStorage.setItem(STORED, key);
  signOutReason.set(undefined);
  session.set({ key });
}

/** Ends the session. The reason is shown on the sign-in page. */
export function signOut(reason?: string): void {
  sessionStorage.removeItem(STORED);
  signOutReason.set(reason);
  session.set(undefined);
  for (const forget of forgetters) forget();
}
