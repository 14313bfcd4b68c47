import { backendLimits, isLimited, limitSettings, projectLimits } from "../../../contracts/settings/limits.ts";
import { parseSettings } from "../../../contracts/settings/settings.ts";
import type { JobServices } from "../jobs/services.ts";
import { Limiter } from "./limiter.ts";

/**
 * The limiter of the language model, as the environment sets it.
 * @returns undefined when nothing is limited
 * @throws Error that names every setting that does not fit
 */
export function llmLimiter(
  { store, now }: Pick<JobServices, "store" | "now">,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Limiter | undefined {
  const settings = parseSettings(limitSettings, env);
  if (!isLimited(settings)) return undefined;
  const limitsOf = projectLimits(settings);
  return new Limiter({ table: store.table, backend: "llm", limits: backendLimits(settings), limitsOf, now });
}
