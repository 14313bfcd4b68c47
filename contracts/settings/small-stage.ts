import { familiesIn } from "../families.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** What a small stage is left to serve its API, its sweeper and its schedules with: at least one invocation of two of them. */
const HEADROOM = 2;

/** What settings are in a small stage that is told nothing else: a new account's quota, and what fits into it. */
const ofSmallStages = {
  SLUICE_FAMILIES: "core,language",
  SLUICE_ACCOUNT_CONCURRENCY: "10",
  SLUICE_CONCURRENCY_HEADROOM: String(HEADROOM),
  WORKER_CONCURRENCY: "2",
  // A request that waits holds one of the few invocations that are left.
  API_WAITS_AT_ONCE: "1",
  // One project's scans leave the other half of a lane of two.
  OCR_PROJECT_CONCURRENT_DOCUMENTS: "1",
};

/** Names of settings that a small stage has defaults of its own for. */
export const smallStageSettings: readonly string[] = Object.keys(ofSmallStages);

/**
 * An environment with the defaults of its stage's size, where it says nothing: those of a small stage, when SLUICE_SIZE
 * says so. A setting that is set to nothing is not set.
 */
export function withSizeDefaults<Given extends Env>(env: Given): Env {
  if (env.SLUICE_SIZE !== "small") return env;
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const { SLUICE_FAMILIES: families } = { ...ofSmallStages, ...given };
  // A bucket for vectors is made where there are searches alone: not every region has such buckets.
  const vectors = familiesIn(families).has("search") ? {} : { VECTOR_STORE: "none" };
  return { ...ofSmallStages, ...vectors, ...given };
}
