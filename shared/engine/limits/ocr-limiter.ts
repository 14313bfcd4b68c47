/**
 * The limiter of the recognition of scans. It is asked in the run, once a document turns out to need recognition: those
 * that have a text of their own are not counted.
 *
 * @module
 */

import { recognitionBounds } from "../../../contracts/settings/ocr.ts";
import { parseSettings } from "../../../contracts/settings/parse-settings.ts";
import { DAY, inSeconds } from "../../lib/time.ts";
import type { JobServices } from "../jobs/services.ts";
import type { Table } from "../table/table.ts";
import type { DayCounts } from "./day-counts.ts";
import { Limiter, type LimiterOptions } from "./limiter.ts";
import { dayOf } from "./usage.ts";

/** What recognition took. */
export interface Recognized {
  readonly pages: number;
  readonly seconds: number;
}

/** A day's count is examined on that day alone. */
const KEPT_DAYS = 3;

const keyOf = (tenant: string, now: number) => ({ pk: `RECOGNIZED#${tenant}`, sk: dayOf(now) });

const pagesAndSeconds: DayCounts = {
  kinds: ["recognized_pages_per_day", "recognition_seconds_per_day"],
  read: async (table, { tenant }, now) => {
    const { pages, seconds } = await recognizedToday(table, { tenant, now });
    return {
      recognized_pages_per_day: { own: pages, all: 0 },
      recognition_seconds_per_day: { own: seconds, all: 0 },
    };
  },
};

/** What was recognized for a project today. @param now milliseconds since the epoch */
export async function recognizedToday(
  table: Table,
  { tenant, now }: { readonly tenant: string; readonly now: number },
): Promise<Recognized> {
  const { pages = 0, seconds = 0 } = (await table.get(keyOf(tenant, now))) ?? {};
  return { pages: Number(pages), seconds: Number(seconds) };
}

/**
 * The limiter of recognition, as the environment sets it.
 * @throws Error that names every setting that does not fit
 */
export function ocrLimiter(
  { store, now }: Pick<JobServices, "store" | "now">,
  env: Readonly<Record<string, string | undefined>> = process.env,
  { wait }: Pick<LimiterOptions, "wait"> = {},
): Limiter {
  const settings = parseSettings(recognitionBounds, env);
  const own = {
    concurrent_calls: settings.OCR_PROJECT_CONCURRENT_DOCUMENTS,
    recognized_pages_per_day: settings.OCR_PROJECT_PAGES_PER_DAY,
    recognition_seconds_per_day: settings.OCR_PROJECT_SECONDS_PER_DAY,
  };
  return new Limiter({
    table: store.table,
    backend: "ocr",
    limits: {},
    limitsOf: () => own,
    now,
    days: pagesAndSeconds,
    // Recognition takes minutes: a thousand scans would each keep a worker waiting for five seconds.
    waitsBehindOwn: false,
    ...(wait && { wait }),
  });
}

/** Books what was recognized for a project: one write. @param now milliseconds since the epoch */
export async function bookRecognition(
  table: Table,
  { tenant, now }: { readonly tenant: string; readonly now: number },
  { pages, seconds }: Recognized,
): Promise<void> {
  await table.update(keyOf(tenant, now), {
    add: { pages, seconds },
    set: { ttl: inSeconds(now) + KEPT_DAYS * DAY },
  });
}
