import { z } from "zod";
import { projectIdSchema } from "../keys/project-id.ts";
import {
  type LimitKind,
  laneLimitKinds,
  limitKinds,
  openLimitKinds,
  quotaKinds,
  recognitionLimitKinds,
} from "../settings/limits.ts";

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

/** What each project may have, beside the tokens of models. */
const allQuotas = { ...laneLimitKinds, ...openLimitKinds, ...quotaKinds, ...recognitionLimitKinds } as const;
/** One of {@link allQuotas}. */
type QuotaName = keyof typeof allQuotas;

const quotaSchema = z
  .strictObject({
    quota: z.enum(Object.keys(allQuotas) as [QuotaName, ...QuotaName[]]),
    limit: limit.describe("null: not limited."),
    used: z
      .int()
      .nullable()
      .describe(
        "Of those of a day: today (UTC). Of those in a lane: in the lane of `lane`. Of requests: in the last second. Of open jobs: now. null: not counted, as nothing limits it.",
      ),
    lane: z
      .string()
      .nullable()
      .describe(
        "Of a limit in each lane: the lane in which the project uses most, such as `summarize-high`; null: in none, or no such limit.",
      ),
  })
  .meta({ id: "Quota" });

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
  quotas: z
    .array(quotaSchema)
    .describe("What the project may have beside that: requests, jobs in a lane, documents and recognition."),
});

/** What one project used within a span of days. */
const projectUsageSchema = z
  .strictObject({
    project_id: z.string(),
    ...tokensShape,
    embedded_tokens: z.int().describe("Tokens that were embedded, by jobs and by searches."),
    today_tokens: z.int().describe("Of the language model, today (UTC); 0 when the span ends before today."),
    tokens_per_day: limit.describe("Its limit of tokens a day; null: not limited."),
    last_day: dateSchema.describe("The last day of the span on which it used anything."),
  })
  .meta({ id: "ProjectUsage" });

/** The answer of `GET /usage/projects`. */
export const usageByProjectSchema = z.strictObject({
  from: dateSchema,
  until: dateSchema,
  projects: z.array(projectUsageSchema).describe("Most tokens first."),
  more_projects: z.int().describe("Projects beyond those, which used something as well: ask for fewer days."),
});

const spanShape = {
  from: dateSchema.optional().describe("First day in UTC. Default: 29 days before the last."),
  until: dateSchema.optional().describe("Last day in UTC. Default: today."),
};

/** Days in UTC, the first and the last one. */
interface Span {
  readonly from: string;
  readonly until: string;
}

/** What is wrong with a span: it must be in order, and not too long to be answered at once. @returns undefined for one that is right */
export function spanFault({ from, until }: Span): { field: keyof Span; message: string } | undefined {
  if (from > until) return { field: "from", message: "must not be after until, which is today when it is left out" };
  const days = (Date.parse(until) - Date.parse(from)) / 86_400_000 + 1;
  if (days > MOST_DAYS) return { field: "from", message: `must be within ${MOST_DAYS} days before until` };
  return undefined;
}

/** The day that is left out is known when the request is answered. */
function checkSpan({ from, until }: { [Field in keyof Span]?: string | undefined }, context: z.RefinementCtx): void {
  const fault = from === undefined || until === undefined ? undefined : spanFault({ from, until });
  if (fault) context.addIssue({ code: "custom", path: [fault.field], message: fault.message, input: from });
}

/** The query of `GET /usage`. */
export const usageQuerySchema = z
  .strictObject({
    project_id: projectIdSchema.optional().describe("Admin keys only; the key's own project when left out."),
    ...spanShape,
  })
  .superRefine(checkSpan);

/** The query of `GET /usage/projects`. */
export const usageByProjectQuerySchema = z.strictObject(spanShape).superRefine(checkSpan);

/** What {@link usageReportSchema} parses to. */
export type UsageReport = z.infer<typeof usageReportSchema>;
/** What {@link quotaSchema} parses to. */
export type QuotaReport = z.infer<typeof quotaSchema>;
/** What {@link usageByProjectSchema} parses to. */
export type UsageByProject = z.infer<typeof usageByProjectSchema>;
