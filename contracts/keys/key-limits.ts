/**
 * What one API key may ask of the language model, and as much of the embedding server, beside what its project and all
 * together may. A job carries the limits of the key that it was submitted with.
 *
 * @module
 */

import { z } from "zod";
import { type LimitKind, limitKinds, MOST_AT_ONCE, MOST_OF_A_KIND } from "../settings/limits.ts";

const limit = (kind: LimitKind) =>
  z
    .int()
    .min(1)
    .max(kind === "concurrent_calls" ? MOST_AT_ONCE : MOST_OF_A_KIND)
    .optional()
    .describe(`Most ${limitKinds[kind].words}.`);

/** Limits of a key; what is left out is not limited by it. */
export const keyLimitsSchema = z.strictObject({
  concurrent_calls: limit("concurrent_calls"),
  requests_per_minute: limit("requests_per_minute"),
  tokens_per_minute: limit("tokens_per_minute"),
  tokens_per_day: limit("tokens_per_day"),
} satisfies Record<LimitKind, z.ZodType>);

/** The limits of a key, with whose they are. */
export const limitedKeySchema = z.object({ id: z.string(), limits: keyLimitsSchema });
/** What {@link limitedKeySchema} parses to. */
export type LimitedKey = z.infer<typeof limitedKeySchema>;

/** Whether limits limit anything. */
export const limitsAnything = (limits: z.infer<typeof keyLimitsSchema>): boolean =>
  Object.values(limits).some((value) => value !== undefined);

/** Limits as the authorizer passes them on: in one string. */
export const writeKeyLimits = (limits: z.infer<typeof keyLimitsSchema>): string => JSON.stringify(limits);
/** Reads what {@link writeKeyLimits} wrote. @throws Error when it is anything else */
export const readKeyLimits = (text: string): z.infer<typeof keyLimitsSchema> => keyLimitsSchema.parse(JSON.parse(text));
