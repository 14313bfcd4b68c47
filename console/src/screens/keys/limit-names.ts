import type { LimitKind } from "../../../../contracts/settings/limits.ts";

/** What may be limited for the jobs of a key, in words. */
export const limitNames = {
  concurrent_calls: "Calls at a time",
  requests_per_minute: "Requests a minute",
  tokens_per_minute: "Tokens a minute",
  tokens_per_day: "Tokens a day (UTC)",
} as const satisfies Readonly<Record<LimitKind, string>>;
