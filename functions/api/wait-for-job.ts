/**
 * Waiting for a job's outcome within one request, for a person at the other end. Each wait keeps an instance of the function
 * busy, so there is a bound: a wait takes one of a number of places in the table, each an item that ends by itself.
 *
 * @module
 */

import { setTimeout as sleep } from "node:timers/promises";
import { isReady } from "../../contracts/jobs/states.ts";
import type { JobRecord } from "../../shared/engine/jobs/record.ts";
import type { JobServices } from "../../shared/engine/jobs/services.ts";
import { inSeconds } from "../../shared/lib/time.ts";

/** The record is read at once, and then in growing steps. */
const FIRST_STEP_MS = 20;
const LONGEST_STEP_MS = 2_000;
/** Places that are tried: with half of them free, one of eight waits is turned away. */
const TRIES = 3;
/** After this a place is free again, should its request have died. */
const CLOSING_MS = 5_000;

/** What came of a wait. */
export interface Waited {
  readonly record: JobRecord;
  /** False when there was no place: the record is as it was. */
  readonly hasWaited: boolean;
}

/** What a wait needs. */
export interface WaitOptions {
  readonly jobs: JobServices;
  readonly seconds: number;
  readonly waitsAtOnce: number;
}

/** Waits until the job has an outcome or the time is over. @param record as it was read just now */
export async function waitForJob(record: JobRecord, { jobs, seconds, waitsAtOnce }: WaitOptions): Promise<Waited> {
  if (isReady(record.status)) return { record, hasWaited: true };
  const until = jobs.now() + seconds * 1_000;
  const place = await takePlace(jobs, waitsAtOnce, until + CLOSING_MS);
  if (!place) return { record, hasWaited: false };
  let latest = record;
  try {
    for (let step = FIRST_STEP_MS; jobs.now() < until; step = Math.min(step * 1.5, LONGEST_STEP_MS)) {
      await sleep(Math.min(step, until - jobs.now()));
      latest = (await jobs.store.get(record.task_id, jobs.now())) ?? latest;
      if (isReady(latest.status)) break;
    }
    return { record: latest, hasWaited: true };
  } finally {
    await place.leave();
  }
}

async function takePlace({ store, now }: JobServices, places: number, until: number) {
  for (let tries = 0; tries < Math.min(TRIES, places); tries++) {
    const key = { pk: `WAITS#${Math.floor(Math.random() * places)}`, sk: "place" };
    const taken = await store.table.updateIf(
      key,
      { set: { until, ttl: inSeconds(until) + 3_600 } },
      { condition: "attribute_not_exists(#until) OR #until <= :now", values: { ":now": now() } },
    );
    if (!taken) continue;
    return {
      // Another wait may have the place by now, when this one took longer than it said.
      leave: () => store.table.deleteIf(key, { condition: "#until = :until", values: { ":until": until } }),
    };
  }
  return undefined;
}
