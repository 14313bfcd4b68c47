/**
 * The last answers, so that going back shows a page at once, before it is asked for again.
 *
 * @module
 */

import { onSignOut } from "../api/session.ts";

const KEPT = 30;
const answers = new Map<string, unknown>();

onSignOut(() => answers.clear());

/** The last answer kept under a key. */
export const cached = (key: string): unknown => answers.get(key);

/** Keeps an answer for the next time a screen opens. */
export function keep(key: string, answer: unknown): void {
  answers.delete(key);
  answers.set(key, answer);
  const [oldest] = answers.keys();
  if (answers.size > KEPT && oldest !== undefined) answers.delete(oldest);
}
