/**
 * The signed-in key. It lives in this tab alone: another tab, or this one after it was closed, asks again.
 *
 * @module
 */

import { createStore } from "../store.ts";

export interface Session {
  readonly key: string;
}

const STORED = "sluice.key";

const stored = sessionStorage.getItem(STORED);
export const session = createStore<Session | undefined>(stored === null ? undefined : { key: stored });

/** Why the person has to sign in again; shown once on the sign-in page. */
export const signOutReason = createStore<string | undefined>(undefined);

/** Called when the key goes, to forget what was loaded with it. */
const forgetters = new Set<() => void>();
export const onSignOut = (forget: () => void): void => {
  forgetters.add(forget);
};

export function signIn(key: string): void {
  sessionStorage.setItem(STORED, key);
  signOutReason.set(undefined);
  session.set({ key });
}

export function signOut(reason?: string): void {
  sessionStorage.removeItem(STORED);
  signOutReason.set(reason);
  session.set(undefined);
  for (const forget of forgetters) forget();
}
