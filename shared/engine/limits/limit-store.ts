/**
 * Where a limiter's state is kept: read with the leases of the jobs that hold slots, written when nobody else has.
 *
 * @module
 */

import { DAY, inSeconds } from "../../lib/time.ts";
import { headKey, taskIdOf } from "../table/addresses.ts";
import type { Table } from "../table/table.ts";
import { type Clock, current } from "./schedule.ts";
import { emptyState, type LimitState, readState, stateItem, unchanged } from "./state.ts";

/** What a store is made of. */
export interface LimitStoreOptions {
  readonly table: Table;
  /** Of the item that a project's calls are counted in: where nothing is limited for all together, one of its own. */
  readonly keyOf: (tenant: string) => string;
  readonly clock: () => Clock;
}

/** The states of one limiter. */
export class LimitStore {
  readonly #options: LimitStoreOptions;

  constructor(options: LimitStoreOptions) {
    this.#options = options;
  }

  /** The key of the item in which a project's calls are counted. */
  key(tenant: string) {
    return { pk: `LIMIT#${this.#options.keyOf(tenant)}`, sk: "state" };
  }

  /** The state as it is now. */
  async read(tenant: string): Promise<LimitState> {
    const { table, clock } = this.#options;
    const item = await table.get(this.key(tenant));
    return current(item ? await this.#withLeases(readState(item)) : emptyState, clock());
  }

  /** @returns false when somebody else has written since the state was read */
  write(tenant: string, state: LimitState): Promise<boolean> {
    const { table, clock } = this.#options;
    const ttl = inSeconds(clock().now) + DAY;
    return table.putIf({ ...this.key(tenant), ...stateItem(state), ttl }, unchanged(state));
  }

  /** A slot lasts as long as the lease of its job, which heartbeats prolong: looked up when it seems to be over. */
  async #withLeases(state: LimitState): Promise<LimitState> {
    const { table, clock } = this.#options;
    const { now } = clock();
    const ended = [...state.slots].filter(([, { taskId, until }]) => taskId !== undefined && until <= now);
    if (ended.length === 0) return state;
    const keys = ended.map(([, { taskId = "" }]) => headKey(taskId));
    const jobs = new Map((await table.getMany(keys, { consistent: true })).map((job) => [taskIdOf(job), job]));
    const slots = new Map(state.slots);
    for (const [token, slot] of ended) {
      const { lease_token: held = "", lease_until: until = 0 } = jobs.get(slot.taskId ?? "") ?? {};
      if (String(held).replaceAll("-", "") === token) slots.set(token, { ...slot, until: Number(until) });
    }
    return { ...state, slots };
  }
}
