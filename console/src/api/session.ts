/**
 * The signed-in key. It lives in this tab alone, unless the person asks to have it remembered: then in this browser,
 * until someone signs out in any of its tabs.
 *
 * @module
 */

import { createStore } from "../store.ts";

/** The key that the console uses, and why the last one was signed out. */
export interface Session {
  readonly key: string;
}

const STORED = "sluice.key";

const stored = sessionStorage.getItem(STORED) ?? localStorage.getItem(STORED);
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

/** Starts a session with a key. @param remember for other tabs and later visits, too */
export function signIn(key: string, remember: boolean): void {
  if (remember) localStorage.setItem(STORED, key);
  else sessionStorage.setItem(STORED, key);
  signOutReason.set(undefined);
  session.set({ key });
}

/** Ends the session. The reason is shown on the sign-in page. */
export function signOut(reason?: string): void {
  const key = session.get()?.key;
  sessionStorage.removeItem(STORED);
  // Another key that another tab has remembered is not this one's to forget.
  if (localStorage.getItem(STORED) === key) localStorage.removeItem(STORED);
  signOutReason.set(reason);
  session.set(undefined);
  for (const forget of forgetters) forget();
}

// Other tabs follow: a key that was remembered is forgotten everywhere.
addEventListener("storage", ({ key, oldValue, newValue }) => {
  if (key === STORED && newValue === null && session.get()?.key === oldValue) signOut("You signed out in another tab.");
});
