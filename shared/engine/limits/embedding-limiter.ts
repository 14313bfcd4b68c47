import { embeddingLimitSettings, embeddingLimits, isLimited } from "../../../contracts/settings/limits.ts";
import { parseSettings } from "../../../contracts/settings/parse-settings.ts";
import type { JobServices } from "../jobs/services.ts";
import { embeddedCounts } from "./day-counts.ts";
import { Limiter } from "./limiter.ts";

/**
 * The limiter of embeddings, as the environment sets it. Without a setting it limits what keys are limited to.
 * @throws Error that names every setting that does not fit
 */
export function embeddingLimiter(
  { store, now }: Pick<JobServices, "store" | "now">,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Limiter {
  const settings = parseSettings(embeddingLimitSettings, env);
  const { all, own } = embeddingLimits(settings);
  return new Limiter({
    table: store.table,
    backend: "embeddings",
    limits: all,
    limitsOf: () => own,
    isSet: isLimited(settings),
    now,
    days: embeddedCounts,
  });
}
