/**
 * What counts against a limit at a moment: the runs that have not ended, and what was started within the last minute.
 *
 * @module
 */

import {
  type AnyLimitKind,
  type Limits,
  laneLimitKinds,
  limitKinds,
  openLimitKinds,
  quotaKinds,
  recognitionLimitKinds,
} from "../../../contracts/settings/limits.ts";
import type { LimitState, Start } from "./state.ts";

/** A limit that is reached. */
export interface Reached {
  readonly kind: AnyLimitKind;
  /** The limit itself. */
  readonly most: number;
  /** Whose limit it is; undefined: that of all projects together. */
  readonly tenant?: string | undefined;
  /** The key whose limit it is; undefined: not that of a key. */
  readonly key?: string | undefined;
  /** When there will be room, as far as that is known; milliseconds since the epoch. */
  readonly roomAt?: number | undefined;
}

/** Limits with whose they are. */
export interface Scope {
  readonly limits: Limits;
  readonly tenant?: string | undefined;
  readonly key?: string | undefined;
}

/** What is asked for. */
export interface Wanted {
  readonly calls: number;
  readonly tokens: number;
  /** Whether it is a run of its own, or one more call of a run. */
  readonly isRun: boolean;
}

/** What bounds the runs of the moment: a backend's calls, or a project's jobs in a lane. */
export function slotLimit({ concurrent_calls: calls, running_jobs: jobs }: Limits) {
  if (calls !== undefined) return { kind: "concurrent_calls", most: calls } as const;
  return jobs === undefined ? undefined : ({ kind: "running_jobs", most: jobs } as const);
}

/** How a minute's limit is counted. */
const amounts = {
  requests_per_minute: ({ calls }: Pick<Start, "calls" | "tokens">) => calls,
  tokens_per_minute: ({ tokens }: Pick<Start, "calls" | "tokens">) => tokens,
} as const;

/**
 * The limit that forbids what is wanted at a time, whichever leaves room last.
 * @param minuteMs how long a minute is
 */
export function reachedLimit(
  { slots, started }: Pick<LimitState, "slots" | "started">,
  { limits, tenant, key }: Scope,
  { wanted, at, minuteMs }: { readonly wanted: Wanted; readonly at: number; readonly minuteMs: number },
): Reached | undefined {
  const isOwn = (each: Pick<Start, "tenant" | "key">) =>
    (tenant === undefined || each.tenant === tenant) && (key === undefined || each.key === key);
  const ofMoment = wanted.isRun ? slotLimit(limits) : undefined;
  if (ofMoment && [...slots.values()].filter(isOwn).length >= ofMoment.most) return { ...ofMoment, tenant, key };
  const recent = started.filter((start) => isOwn(start) && start.at > at - minuteMs);
  let latest: Reached | undefined;
  for (const [kind, amountOf] of Object.entries(amounts) as [
    keyof typeof amounts,
    (typeof amounts)[keyof typeof amounts],
  ][]) {
    const most = limits[kind];
    if (most === undefined) continue;
    const roomAt = whenRoom(recent, { amountOf, most, wanted: amountOf(wanted) }, minuteMs);
    if (roomAt > at && roomAt > (latest?.roomAt ?? 0)) latest = { kind, most, tenant, key, roomAt };
  }
  return latest;
}

/** When there is room for an amount; 0: at once. What exceeds a whole minute's limit has it when nothing else counts. */
function whenRoom(
  recent: readonly Start[],
  { amountOf, most, wanted }: { amountOf: (start: Start) => number; most: number; wanted: number },
  minuteMs: number,
): number {
  const bound = most - Math.min(wanted, most);
  let sum = recent.reduce((total, start) => total + amountOf(start), 0);
  if (sum <= bound) return 0;
  for (const start of [...recent].sort((one, other) => one.at - other.at)) {
    sum -= amountOf(start);
    if (sum <= bound) return start.at + minuteMs;
  }
  return 0;
}

/** Whose limit it is, in words, such as "Project acme has". */
export const limitOwner = ({ key, tenant }: Pick<Reached, "key" | "tenant">): string => {
  if (tenant === undefined) return "All projects together have";
  return key === undefined ? `Project ${tenant} has` : `Key ${key} of project ${tenant} has`;
};

/** A limit in words, such as "10 requests a minute". */
export const limitInWords = ({ kind, most }: Pick<Reached, "kind" | "most">): string =>
  `${most} ${{ ...limitKinds, ...laneLimitKinds, ...openLimitKinds, ...recognitionLimitKinds, ...quotaKinds }[kind].words}`;
