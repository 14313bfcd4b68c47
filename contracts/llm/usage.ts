import { z } from "zod";
import { projectIdSchema } from "../keys/project-id.ts";
import { type LimitKind, limitKinds } from "../settings/limits.ts";

/** A day in UTC. */
const dateSchema = z.iso.date();
/** Days that are answered at once. */
const MOST_DAYS = 400;

const tokensShape = {
  runs: z.int().describe("Runs and calls whose tokens were counted."),
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  total_tokens: z.int(),
};

/** What was used of one model within a day. */
const modelUsageSchema = z
  .strictObject({ model: z.string().nullable().describe("null: its server named none."), ...tokensShape })
  .meta({ id: "ModelUsage" });

/** What a project used within a day. */
const dayUsageSchema = z
  .strictObject({
    day: dateSchema,
    ...tokensShape,
    models: z.array(modelUsageSchema).describe("Most tokens first."),
    configs: z
      .array(z.strictObject({ config: z.string().describe("`support@3`, or `inline`."), ...tokensShape }))
      .describe("Of jobs with a config; those without one are not in it."),
  })
  .meta({ id: "DayUsage" });

const embeddedShape = {
  runs: z.int().describe("Calls whose tokens were counted."),
  tokens: z.int(),
};

/** What a project embedded within a day. */
const dayEmbeddedSchema = z
  .strictObject({
    day: dateSchema,
    ...embeddedShape,
    models: z
      .array(
        z.strictObject({ model: z.string().nullable().describe("null: its server named none."), ...embeddedShape }),
      )
      .describe("Most tokens first."),
  })
  .meta({ id: "DayEmbedded" });

const limit = z.int().nullable();
const kinds = Object.keys(limitKinds) as LimitKind[];
const limitsSchema = z
  .strictObject(Object.fromEntries(kinds.map((kind) => [kind, limit])) as Record<LimitKind, typeof limit>)
  .describe("The project's own; null: not limited.");

/** The answer of `GET /usage`. */
export const usageReportSchema = z.strictObject({
  project_id: z.string(),
  days: z.array(dayUsageSchema).describe("Newest first; days without use are left out."),
  limits: limitsSchema,
  embeddings: z
    .strictObject({
      days: z.array(dayEmbeddedSchema).describe("Newest first; days without use are left out."),
      limits: limitsSchema,
    })
    .describe("Tokens that were embedded, by jobs and by searches, as their server counts them."),
});

/** The query of `GET /usage`. */
export const usageQuerySchema = z
  .strictObject({
    project_id: projectIdSchema.optional().describe("Admin keys only; the key's own project when left out."),
    from: dateSchema.optional().describe("First day in UTC. Default: 29 days before the last."),
    until: dateSchema.optional().describe("Last day in UTC. Default: today."),
  })
  .refine(({ from, until }) => from === undefined || until === undefined || from <= until, {
    path: ["until"],
    error: "must not be before from",
  })
  .refine(
    ({ from, until }) =>
      from === undefined || until === undefined || Date.parse(until) - Date.parse(from) < MOST_DAYS * 86_400_000,
    { path: ["from"], error: `must be within ${MOST_DAYS} days before until` },
  );

/** What {@link usageReportSchema} parses to. */
export type UsageReport = z.infer<typeof usageReportSchema>;
