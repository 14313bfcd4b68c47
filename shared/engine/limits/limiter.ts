/**
 * The one limiter: it admits a run before the run calls a limited backend, and counts it when it has ended. Its state is in
 * one item, which every change replaces under the condition that nobody else has changed it
 * (docs/decisions/0144-one-limiter-in-one-item.md).
 *
 * @module
 */

import { setTimeout as sleep } from "node:timers/promises";
import type { Limits } from "../../../contracts/settings/limits.ts";
import type { Table } from "../table/table.ts";
import { type DayCounts, tokenCounts } from "./day-counts.ts";
import { LimitStore } from "./limit-store.ts";
import { type Reached, reachedLimit } from "./rolling.ts";
import {
  type Asking,
  type Clock,
  countsStarts,
  hasMinuteLimit,
  hasSlots,
  isPlanned,
  type Limited,
  limitsMoment,
  meansOf,
  plan,
  refusalOf,
  scopesOf,
  started,
  withCalls,
} from "./schedule.ts";
import { type Slot, slotAttribute, startItem } from "./state.ts";
import type { Asked, Party, PutOff, Ticket } from "./ticket.ts";
import { bookForAll, bookForKey, nextDay } from "./usage.ts";

/** Who has room within 5 s waits for it: putting a job off costs up to a minute. As a share of a minute. */
const PATIENCE = 5 / 60;
/** How often a worker checks whether a slot has become free: every half second, as a share of a minute. */
const POLL = 1 / 120;
/** Jobs that wait for a new day come within so long of its beginning. */
const NEW_DAY_MS = 10 * 60_000;
/** Changes by others, one after the other, after which a job is put off. */
const MAX_CONFLICTS = 40;
const CONFLICT_MS = 20;

/** What a limiter is made of. */
export interface LimiterOptions {
  readonly table: Table;
  /** Names what is limited, such as `llm`. */
  readonly backend: string;
  /** Of all projects together. */
  readonly limits: Limits;
  readonly limitsOf: (tenant: string) => Limits;
  /** False when the two above limit nothing. @default true */
  readonly isSet?: boolean;
  readonly now: () => number;
  /** How long who has room soon waits for it where it is, as a share of a minute. @default that of 5 s */
  readonly patience?: number;
  /**
   * Whether a job waits where it is although others of its project were put off. False where runs take long: a flood would
   * keep workers waiting, one job after the other. @default true
   */
  readonly waitsBehindOwn?: boolean;
  /** @default tokens of the language model */
  readonly days?: DayCounts;
  /** Length of a minute in milliseconds, for tests. @default 60,000 */
  readonly minuteMs?: number;
  /** For tests, whose clock stands still. */
  readonly wait?: (milliseconds: number, signal?: AbortSignal) => Promise<unknown>;
}

/** Limits who calls a backend, and when. */
export class Limiter {
  readonly #options: Required<Omit<LimiterOptions, "isSet">>;
  readonly #store: LimitStore;
  /** Whether anything is limited beside what keys are limited to. */
  readonly isSet: boolean;

  constructor(options: LimiterOptions) {
    this.isSet = options.isSet ?? true;
    this.#options = {
      minuteMs: 60_000,
      patience: PATIENCE,
      waitsBehindOwn: true,
      wait: (ms, signal) => sleep(ms, undefined, { signal }),
      days: tokenCounts,
      ...options,
    };
    this.#store = new LimitStore({
      table: options.table,
      keyOf: (tenant) => (limitsMoment(options.limits) ? options.backend : `${options.backend}#${tenant}`),
      clock: () => this.#clock(),
    });
  }

  /** A project's own limits. */
  limitsOf(tenant: string): Limits {
    return this.#options.limitsOf(tenant);
  }

  /** Runs of a project that hold a slot now: one read. */
  async running(tenant: string): Promise<number> {
    const { slots } = await this.#store.read(tenant);
    return [...slots.values()].filter((slot) => slot.tenant === tenant).length;
  }

  /**
   * The limit of a day that a call would exceed: of its key, of its project, or of all together.
   * @returns undefined when it has not, or no such limit is set; without one, nothing is read
   */
  async overBudget(party: Party): Promise<(Reached & { readonly roomAt: number }) | undefined> {
    const { table, now, days } = this.#options;
    const scopes = scopesOf(this.#limitsOf(party), party.tenant);
    const kinds = days.kinds.filter((kind) => scopes.some(({ limits }) => limits[kind] !== undefined));
    if (kinds.length === 0) return undefined;
    const spent = await days.read(table, party, now());
    const roomAt = nextDay(now());
    for (const kind of kinds) {
      const used = spent[kind] ?? { own: 0, all: 0 };
      for (const { limits, tenant, key } of scopes.toReversed()) {
        const most = limits[kind] ?? Infinity;
        const usedUp = key !== undefined ? (used.key ?? 0) : tenant === undefined ? used.all : used.own;
        if (usedUp >= most) return { kind, most, tenant, key, roomAt };
      }
    }
    return undefined;
  }

  /** Asks for a run. One that is admitted must come to {@link ended}, or its lease ends it. */
  async ask(asked: Asked): Promise<Ticket | PutOff> {
    const { now, wait, patience, waitsBehindOwn } = this.#options;
    const { tenant, key } = asked;
    const spent = await this.overBudget(asked);
    if (spent) return { reason: spent, until: spent.roomAt + NEW_DAY_MS * Math.random() };
    const { comesBack = true } = asked;
    const patientUntil = now() + (comesBack ? patience * this.#options.minuteMs : 0);
    const limits = this.#limitsOf(asked);
    const token = asked.lease.token.replaceAll("-", "");
    if (!this.#countsMoment(asked)) return { tenant, key, token, at: now(), tokens: 0 };
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; ) {
      const state = await this.#store.read(tenant);
      const clock = this.#clock();
      const slot: Slot = { tenant, key: key?.id, taskId: asked.taskId, until: clock.now + asked.lease.ms };
      const asking: Asking = { tenant, token, slot, plannedFor: asked.plannedFor };
      const ticket: Ticket = { tenant, key, token, at: clock.now, tokens: meansOf(state).tokens };
      // What was written and whose answer was lost is there.
      if (state.slots.has(token)) return ticket;
      const reason = refusalOf(state, asking, { limits, clock });
      if (!reason) {
        if (await this.#store.write(tenant, started(state, asking, { limits, clock }))) return ticket;
        await wait(CONFLICT_MS * Math.random() * ++conflicts);
        continue;
      }
      const roomAt = reason.kind === "turn" ? undefined : (reason.roomAt ?? clock.now + POLL * clock.minuteMs);
      const isPatient = waitsBehindOwn || asked.plannedFor !== undefined || !isPlanned(state, tenant);
      if (roomAt !== undefined && roomAt <= patientUntil && isPatient) {
        await wait(Math.max(1, roomAt - clock.now));
        continue;
      }
      if (!comesBack) return { reason, until: roomAt ?? clock.now + clock.minuteMs };
      const { until, state: next } = plan(state, asking, { limits, clock });
      if (await this.#store.write(tenant, next)) return { reason, until };
      await wait(CONFLICT_MS * Math.random() * ++conflicts);
    }
    return { reason: { kind: "turn" }, until: now() + this.#options.minuteMs * Math.random() };
  }

  /**
   * Waits until one more call of a run that was admitted may be made.
   * @throws the signal's reason once it is aborted
   */
  async more({ tenant, key }: Ticket, signal: AbortSignal): Promise<void> {
    const { wait } = this.#options;
    const scopes = scopesOf(this.#limitsOf({ tenant, key }), tenant);
    if (!scopes.some(({ limits }) => hasMinuteLimit(limits))) return;
    for (let conflicts = 0; ; ) {
      signal.throwIfAborted();
      const state = await this.#store.read(tenant);
      const clock = this.#clock();
      const wanted = { calls: 1, tokens: 0, isRun: false };
      const at = { wanted, at: clock.now, minuteMs: clock.minuteMs };
      const reached = scopes.map((scope) => reachedLimit(state, scope, at)).find((each) => each !== undefined);
      const pause = reached
        ? Math.max(1, (reached.roomAt ?? 0) - clock.now)
        : CONFLICT_MS * Math.random() * Math.min(MAX_CONFLICTS, ++conflicts);
      if (!reached && (await this.#store.write(tenant, withCalls(state, { tenant, key: key?.id, tokens: 0 }, clock))))
        return;
      await wait(pause, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        throw error;
      });
    }
  }

  /**
   * Gives the slot back and books what the run took in fact. Repeating it changes nothing where there is a slot.
   * @param ran what the run used; undefined: there was none, and the ticket is returned
   */
  async ended(ticket: Ticket, ran: { readonly tokens: number } | undefined): Promise<void> {
    const { table, now } = this.#options;
    const { tenant, key } = ticket;
    if (ran && this.#options.limits.tokens_per_day !== undefined) {
      await bookForAll(table, ran.tokens, { now: now(), used: this.#options.days.used ?? "llm" });
    }
    if (ran && key?.limits.tokens_per_day !== undefined) {
      const used = this.#options.days.used ?? "llm";
      await bookForKey(table, { tenant, key: key.id }, { tokens: ran.tokens, now: now(), used });
    }
    if (!this.#countsMoment(ticket)) return;
    const limits = this.#limitsOf(ticket);
    const isSlotted = hasSlots(limits);
    const slot = slotAttribute(ticket.token);
    await table.updateIf(
      this.#store.key(tenant),
      {
        remove: isSlotted ? [slot] : [],
        add: {
          version: 1,
          ...(ran && { runs: 1, run_ms: Math.max(1, now() - ticket.at), run_tokens: ran.tokens }),
        },
        append: { started: countsStarts(limits) ? this.#correction(ticket, ran) : [] },
      },
      { condition: isSlotted ? `attribute_exists(#${slot})` : "attribute_exists(#version)" },
    );
  }

  /** What was counted in advance is put right: more counts from now, less from when it was counted. */
  #correction({ tenant, key, at, tokens: counted }: Ticket, ran: { readonly tokens: number } | undefined) {
    const whose = { tenant, key: key?.id };
    if (!ran) return [startItem({ ...whose, at, calls: -1, tokens: -counted })];
    const difference = ran.tokens - counted;
    if (difference === 0) return [];
    return [startItem({ ...whose, at: difference > 0 ? this.#options.now() : at, calls: 0, tokens: difference })];
  }

  /** Whether anything but days is limited. */
  #countsMoment(party: Party): boolean {
    return scopesOf(this.#limitsOf(party), party.tenant).some(({ limits }) => limitsMoment(limits));
  }

  #limitsOf({ tenant, key }: Party): Limited {
    return { all: this.#options.limits, own: this.#options.limitsOf(tenant), key };
  }

  #clock(): Clock {
    return { now: this.#options.now(), minuteMs: this.#options.minuteMs };
  }
}
