import { backendLimits, isLimited, limitSettings, projectLimits } from "../../../contracts/settings/limits.ts";
import { parseSettings } from "../../../contracts/settings/parse-settings.ts";
import type { JobServices } from "../jobs/services.ts";
import { Limiter } from "./limiter.ts";

/**
 * The limiter of the language model, as the environment sets it. Without a setting it limits what keys are limited to.
 * @throws Error that names every setting that does not fit
 */
export function llmLimiter(
  { store, now }: Pick<JobServices, "store" | "now">,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Limiter {
  const settings = parseSettings(limitSettings, env);
  const limitsOf = projectLimits(settings);
  const [limits, isSet] = [backendLimits(settings), isLimited(settings)];
  return new Limiter({ table: store.table, backend: "llm", limits, limitsOf, isSet, now });
}
