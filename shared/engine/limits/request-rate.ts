/**
 * How many requests a second a project's keys make, over all instances of the API's function: a bucket of tokens for each
 * project, in one item, from which an instance takes as many as it is about to need (docs/decisions/0385-requests-are-leased.md).
 *
 * @module
 */

import { z } from "zod";
import { isThrottling } from "../../lib/http/aws-error.ts";
import { DAY, inSeconds } from "../../lib/time.ts";
import { parseItem, type Table } from "../table/table.ts";

/** A bucket that is empty is full again after so long, whatever its rate; what was taken and is not used lapses after as long. */
const FULL_MS = 1_000;
/** Who found no room asks again after so long at the earliest: a flood is refused from memory. */
const REFUSED_MS = 100;
/** Who finds the table throttled refuses for so long, so that a flood does not keep it so. */
const THROTTLED_MS = 1_000;
/** A bucket that is full only so much later was written by a wrong clock: it must not shut the project for as long. */
const FAR_MS = 2 * FULL_MS;
/** An instance takes what it counted in a second, divided by this: four writes a second, and little that others miss. */
const LEASES_A_SECOND = 4;
/** Changes by others between a read and a write, after which there is no room. */
const MAX_CONFLICTS = 3;
/** Projects that are remembered; beyond, those that have been still for a while are forgotten. */
const MOST_REMEMBERED = 1_000;

/** What an instance knows of one project. */
interface Held {
  /** Taken, and not used yet. */
  tokens: number;
  /** When they lapse. */
  until: number;
  /** Before this there is no room, as far as is known. */
  roomAt: number;
  /** When the bucket is full again, as far as this instance knows of it. */
  fullAt: number;
  /** The same of what this instance alone has taken: no clock of another one lets it take more than the rate. */
  ownFullAt: number;
  /** Whether it was full when this instance last took from it. */
  wasFull: boolean;
  /** A second by its number, the requests that were counted in it, and in the one before. */
  second: number;
  counted: number;
  before: number;
}

/** Of a project that has not asked yet. */
const unknown: Held = {
  ...{ tokens: 0, until: 0, roomAt: 0, fullAt: 0, ownFullAt: 0, wasFull: true },
  ...{ second: 0, counted: 0, before: 0 },
};

const bucketSchema = z.object({ full_at: z.number() });

const keyOf = (tenant: string) => ({ pk: `REQUESTS#${tenant}`, sk: "state" });
/** What one request takes, in milliseconds of filling; rounded down, so that a whole rate fits into a second. */
const costOf = (rate: number): number => Math.floor((FULL_MS * 1_000) / rate) / 1_000;

/** Requests for which a bucket has room. */
const roomIn = (fullAt: number, now: number, cost: number): number =>
  Math.floor((FULL_MS - Math.max(0, fullAt - now)) / cost);

/** The requests of each project, as one instance of the function takes part in counting them. */
export class RequestRate {
  readonly #table: Table;
  readonly #now: () => number;
  readonly #held = new Map<string, Held>();

  /** @param now milliseconds since the epoch */
  constructor(table: Table, now: () => number) {
    this.#table = table;
    this.#now = now;
  }

  /**
   * Counts a request: without a call while the instance has tokens left, and while it knows that there is no room.
   * @param rate requests a second; as many may come at once
   * @returns seconds until there is room for it; 0: it was counted
   */
  async secondsUntilRoom(tenant: string, rate: number): Promise<number> {
    const held = this.#of(tenant);
    const now = this.#now();
    if (held.until <= now) held.tokens = 0;
    if (held.tokens < 1 && held.roomAt <= now) await this.#leaseOrRefuse(tenant, rate, held);
    if (held.tokens < 1) return Math.max(1, held.roomAt - now) / 1_000;
    held.tokens -= 1;
    held.counted += 1;
    return 0;
  }

  /** Requests of the last second, with those that instances have taken and not used: one read. */
  async used(tenant: string, rate: number): Promise<number> {
    const fullAt = await this.#fullAt(tenant);
    return Math.min(rate, Math.max(0, Math.ceil((fullAt - this.#now()) / costOf(rate))));
  }

  async #leaseOrRefuse(tenant: string, rate: number, held: Held): Promise<void> {
    try {
      await this.#lease(tenant, rate, held);
    } catch (error) {
      if (!isThrottling(error)) throw error;
      held.roomAt = this.#now() + THROTTLED_MS;
    }
  }

  /** Takes tokens: one write where there is room for all that are wanted. */
  async #lease(tenant: string, rate: number, held: Held): Promise<void> {
    const cost = costOf(rate);
    const own = roomIn(held.ownFullAt, this.#now(), cost);
    if (own < 1) {
      held.roomAt = held.ownFullAt + cost - FULL_MS;
      return;
    }
    const counted = Math.max(held.before, held.counted);
    let wanted = Math.max(1, Math.min(own, Math.floor(counted / LEASES_A_SECOND)));
    // A guess, which saves a read: where no other instance takes part, it is right.
    let isFull = held.fullAt <= this.#now() && (held.wasFull || held.before + held.counted === 0);
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      const now = this.#now();
      if (await this.#take(tenant, { now, isFull, ms: wanted * cost })) {
        held.tokens += wanted;
        held.until = now + FULL_MS;
        held.fullAt = Math.max(held.fullAt, now) + wanted * cost;
        held.ownFullAt = Math.max(held.ownFullAt, now) + wanted * cost;
        held.wasFull = isFull;
        return;
      }
      const fullAt = await this.#fullAt(tenant);
      held.fullAt = fullAt;
      isFull = fullAt <= now;
      const room = roomIn(fullAt, now, cost);
      if (room < 1) {
        held.roomAt = Math.max(fullAt + cost - FULL_MS, now + REFUSED_MS);
        return;
      }
      wanted = Math.min(wanted, room);
    }
    held.roomAt = this.#now() + REFUSED_MS;
  }

  /** One write, under the condition that there is room. A bucket that is full stays so, however long it is left alone. */
  #take(tenant: string, { now, isFull, ms }: { now: number; isFull: boolean; ms: number }): Promise<boolean> {
    const ttl = inSeconds(now) + DAY;
    return isFull
      ? this.#table.markIf(
          keyOf(tenant),
          { set: { full_at: now + ms, ttl } },
          {
            condition: "attribute_not_exists(#full_at) OR #full_at <= :now OR #full_at > :far",
            values: { ":now": now, ":far": now + FAR_MS },
          },
        )
      : this.#table.markIf(
          keyOf(tenant),
          { add: { full_at: ms }, set: { ttl } },
          {
            condition: "#full_at > :now AND #full_at <= :bound",
            values: { ":now": now, ":bound": now + FULL_MS - ms },
          },
        );
  }

  /** 0 where nothing was taken yet, or a wrong clock says when. */
  async #fullAt(tenant: string): Promise<number> {
    const item = await this.#table.get(keyOf(tenant));
    const { full_at: fullAt } = item ? parseItem(bucketSchema, item) : { full_at: 0 };
    return fullAt > this.#now() + FAR_MS ? 0 : fullAt;
  }

  #of(tenant: string): Held {
    const now = this.#now();
    const second = Math.floor(now / FULL_MS);
    if (!this.#held.has(tenant) && this.#held.size >= MOST_REMEMBERED) this.#forget(second);
    const known = this.#held.get(tenant) ?? { ...unknown, second };
    this.#held.set(tenant, known);
    if (known.second !== second) {
      known.before = known.second === second - 1 ? known.counted : 0;
      known.counted = 0;
      known.second = second;
    }
    return known;
  }

  /** What is older than a lease says nothing any more. */
  #forget(second: number): void {
    for (const [tenant, held] of this.#held) if (held.second < second - 1) this.#held.delete(tenant);
  }
}
