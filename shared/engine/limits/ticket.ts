/**
 * What the limiter is asked, and what it answers.
 *
 * @module
 */

import type { LimitedKey } from "../../../contracts/keys/key-limits.ts";
import type { Refusal } from "./schedule.ts";

/** Whose call it is. */
export interface Party {
  readonly tenant: string;
  /** The key that it came with, where that has limits of its own. */
  readonly key?: LimitedKey | undefined;
}

/** A run that wants to call the backend. */
export interface Asked extends Party {
  /** The job that it is of; undefined for a call without one. */
  readonly taskId?: string | undefined;
  /** Its lease, or that of a call without a job: who holds it, and for how long from now. */
  readonly lease: { readonly token: string; readonly ms: number };
  /** When it is to ask again, if it was put off. */
  readonly plannedFor?: number | undefined;
  /** False for a caller that is answered at once, and will not ask again. @default true */
  readonly comesBack?: boolean;
}

/** The right to call the backend. */
export interface Ticket extends Party {
  readonly token: string;
  /** When it was given. */
  readonly at: number;
  /** Tokens that were counted for it in advance. */
  readonly tokens: number;
}

/** Not now: ask again at that time. */
export interface PutOff {
  readonly reason: Refusal;
  /** Milliseconds since the epoch. */
  readonly until: number;
}
