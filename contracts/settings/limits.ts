/**
 * Limits of what projects may ask of a backend that is scarce. A kind of limit is an entry of {@link limitKinds}; its
 * settings, words and refusals follow from it.
 *
 * @module
 */

import { z } from "zod";
import { projectIdSchema } from "../keys/project-id.ts";
import { blankIsUnset } from "./blank-is-unset.ts";
import { parseOverrides, withOverrides } from "./project-overrides.ts";

/** What each kind counts, and over what: the runs of the moment, the last 60 seconds, or the day in UTC. */
export const limitKinds = {
  concurrent_calls: { over: "run", words: "calls at a time" },
  requests_per_minute: { over: "minute", words: "requests a minute" },
  tokens_per_minute: { over: "minute", words: "tokens a minute" },
  tokens_per_day: { over: "day", words: "tokens a day (UTC)" },
} as const;

/** What is counted of a project's jobs in one lane (job-limits.ts). */
export const laneLimitKinds = {
  running_jobs: { over: "run", words: "jobs running at a time in a lane" },
  queued_jobs: { over: "queue", words: "jobs waiting in a lane" },
} as const;

/** What is counted of a project's jobs over all lanes (job-limits.ts). */
export const openLimitKinds = {
  open_jobs: { over: "queue", words: "open jobs over all lanes" },
} as const;

/** What the recognition of scans counts for each project. */
export const recognitionLimitKinds = {
  recognized_pages_per_day: { over: "day", words: "recognized pages a day (UTC)" },
  recognition_seconds_per_day: { over: "day", words: "seconds of recognition a day (UTC)" },
} as const;

/** What one project may ask of the API itself (quotas.ts). */
export const quotaKinds = {
  requests_per_second: { over: "second", words: "requests a second" },
  documents_per_day: { over: "day", words: "documents a day (UTC)" },
  upload_bytes_per_day: { over: "day", words: "uploaded bytes a day (UTC)" },
} as const;

/** The kinds of limit of a backend. */
export type LimitKind = keyof typeof limitKinds;
/** All kinds that there are. */
export type AnyLimitKind =
  | LimitKind
  | keyof typeof laneLimitKinds
  | keyof typeof openLimitKinds
  | keyof typeof recognitionLimitKinds
  | keyof typeof quotaKinds;
/** Limits of one project, or of a whole backend; what is left out is not limited. */
export type Limits = { readonly [Kind in AnyLimitKind]?: number | undefined };

/** The highest number of any kind of limit. */
export const MOST_OF_A_KIND = 1_000_000_000;
/** A run of the moment has its place in one item, so there is a bound to them. */
export const MOST_AT_ONCE = 200;

const limit = (words: string, most = MOST_OF_A_KIND) =>
  blankIsUnset(z.coerce.number().int().min(1).max(most).optional()).describe(words);

const overrideSchema = z.record(
  projectIdSchema,
  z.partialRecord(z.enum(Object.keys(limitKinds) as [LimitKind, ...LimitKind[]]), z.int().min(1).nullable()),
);

/** Settings of the language model's limits. */
export const limitSettings = z.object({
  LLM_CONCURRENT_CALLS: limit(
    "Maximum number of runs that call the language model at the same time, for all tenants.",
    MOST_AT_ONCE,
  ),
  LLM_REQUESTS_PER_MINUTE: limit(
    "Maximum number of requests to the language model within 60 seconds, for all tenants.",
  ),
  LLM_TOKENS_PER_MINUTE: limit("Maximum number of tokens of the language model within 60 seconds, for all tenants."),
  LLM_TOKENS_PER_DAY: limit("Maximum number of tokens of the language model per day (UTC), for all tenants."),
  LLM_PROJECT_CONCURRENT_CALLS: limit(
    "Maximum number of a tenant's runs that call the language model at the same time.",
    MOST_AT_ONCE,
  ),
  LLM_PROJECT_REQUESTS_PER_MINUTE: limit(
    "Maximum number of a tenant's requests to the language model within 60 seconds.",
  ),
  LLM_PROJECT_TOKENS_PER_MINUTE: limit("Maximum number of a tenant's tokens of the language model within 60 seconds."),
  LLM_PROJECT_TOKENS_PER_DAY: limit(
    "Maximum number of a tenant's tokens of the language model per day (UTC); further submissions are rejected.",
  ),
  LLM_PROJECT_LIMITS: blankIsUnset(
    z
      .string()
      .max(2_000)
      .refine((json) => parseOverrides(overrideSchema, json) !== undefined, {
        error: `must be JSON such as {"acme":{"tokens_per_day":50000}}, of ${Object.keys(limitKinds).join(", ")}; null: not limited`,
      })
      .optional(),
  ).describe('Limits of single tenants that replace LLM_PROJECT_*, as JSON: {"acme": {"tokens_per_day": 50000}}.'),
});

/** Settings of the limits of embeddings, which have a server of their own. */
export const embeddingLimitSettings = z.object({
  EMBEDDING_CONCURRENT_CALLS: limit(
    "Maximum number of runs that call the embedding server at the same time, for all tenants.",
    MOST_AT_ONCE,
  ),
  EMBEDDING_REQUESTS_PER_MINUTE: limit(
    "Maximum number of requests of runs to the embedding server within 60 seconds, for all tenants.",
  ),
  EMBEDDING_TOKENS_PER_MINUTE: limit("Maximum number of tokens that runs embed within 60 seconds, for all tenants."),
  EMBEDDING_TOKENS_PER_DAY: limit("Maximum number of tokens that runs embed per day (UTC), for all tenants."),
  EMBEDDING_PROJECT_CONCURRENT_CALLS: limit(
    "Maximum number of a tenant's runs that call the embedding server at the same time.",
    MOST_AT_ONCE,
  ),
  EMBEDDING_PROJECT_REQUESTS_PER_MINUTE: limit(
    "Maximum number of requests of a tenant's runs to the embedding server within 60 seconds.",
  ),
  EMBEDDING_PROJECT_TOKENS_PER_MINUTE: limit("Maximum number of tokens that a tenant's runs embed within 60 seconds."),
  EMBEDDING_PROJECT_TOKENS_PER_DAY: limit(
    "Maximum number of tokens that a tenant's runs embed per day (UTC); further jobs wait.",
  ),
});

/** What {@link embeddingLimitSettings} parses to. */
type EmbeddingLimitSettings = z.infer<typeof embeddingLimitSettings>;

/** The limits of embeddings of all projects together, and of each project. */
export const embeddingLimits = (settings: EmbeddingLimitSettings): { readonly all: Limits; readonly own: Limits } => ({
  all: {
    concurrent_calls: settings.EMBEDDING_CONCURRENT_CALLS,
    requests_per_minute: settings.EMBEDDING_REQUESTS_PER_MINUTE,
    tokens_per_minute: settings.EMBEDDING_TOKENS_PER_MINUTE,
    tokens_per_day: settings.EMBEDDING_TOKENS_PER_DAY,
  },
  own: {
    concurrent_calls: settings.EMBEDDING_PROJECT_CONCURRENT_CALLS,
    requests_per_minute: settings.EMBEDDING_PROJECT_REQUESTS_PER_MINUTE,
    tokens_per_minute: settings.EMBEDDING_PROJECT_TOKENS_PER_MINUTE,
    tokens_per_day: settings.EMBEDDING_PROJECT_TOKENS_PER_DAY,
  },
});

/** What {@link limitSettings} parses to. */
export type LimitSettings = z.infer<typeof limitSettings>;

/** The limits of all projects together. */
export const backendLimits = (settings: LimitSettings): Limits => ({
  concurrent_calls: settings.LLM_CONCURRENT_CALLS,
  requests_per_minute: settings.LLM_REQUESTS_PER_MINUTE,
  tokens_per_minute: settings.LLM_TOKENS_PER_MINUTE,
  tokens_per_day: settings.LLM_TOKENS_PER_DAY,
});

/** The limits of each project: its own where LLM_PROJECT_LIMITS names them. */
export function projectLimits(settings: LimitSettings): (tenant: string) => Limits {
  const usual: Limits = {
    concurrent_calls: settings.LLM_PROJECT_CONCURRENT_CALLS,
    requests_per_minute: settings.LLM_PROJECT_REQUESTS_PER_MINUTE,
    tokens_per_minute: settings.LLM_PROJECT_TOKENS_PER_MINUTE,
    tokens_per_day: settings.LLM_PROJECT_TOKENS_PER_DAY,
  };
  return withOverrides(usual, parseOverrides(overrideSchema, settings.LLM_PROJECT_LIMITS ?? "{}"));
}

/** Whether any limit is set: without one, only jobs of keys with limits are counted. */
export const isLimited = (settings: LimitSettings | EmbeddingLimitSettings): boolean =>
  Object.values(settings).some((value) => value !== undefined);
