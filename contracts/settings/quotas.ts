/**
 * What one project may ask of the API: requests, documents and uploaded bytes. Nothing is counted of what is not set.
 *
 * @module
 */

import { z } from "zod";
import { projectIdSchema } from "../keys/project-id.ts";
import { blankIsUnset } from "./blank-is-unset.ts";
import { quotaKinds } from "./limits.ts";
import { parseOverrides, withOverrides } from "./project-overrides.ts";

/** What is counted of a project's use of the API. */
export type QuotaKind = keyof typeof quotaKinds;

/** A project's quotas; what is left out is not limited. */
export type Quotas = { readonly [Kind in QuotaKind]?: number | undefined };

const most: Readonly<Record<QuotaKind, number>> = {
  requests_per_second: 10_000,
  documents_per_day: 1_000_000_000,
  upload_bytes_per_day: 1_000_000_000_000_000,
};

const quota = (kind: QuotaKind) => z.coerce.number().int().min(1).max(most[kind]);

const overrideSchema = z.record(
  projectIdSchema,
  z.strictObject({
    requests_per_second: quota("requests_per_second").nullish(),
    documents_per_day: quota("documents_per_day").nullish(),
    upload_bytes_per_day: quota("upload_bytes_per_day").nullish(),
  } satisfies Record<QuotaKind, z.ZodType>),
);

/** Settings of what one project may ask of the API. */
export const quotaSettings = z.object({
  PROJECT_REQUESTS_PER_SECOND: blankIsUnset(quota("requests_per_second").optional()).describe(
    "Maximum number of requests per second with a tenant's keys; further requests are rejected with 429. Admin keys are not counted.",
  ),
  PROJECT_DOCUMENTS_PER_DAY: blankIsUnset(quota("documents_per_day").optional()).describe(
    "Maximum number of documents that a tenant can upload per day (UTC); further uploads are rejected with 429.",
  ),
  PROJECT_UPLOAD_BYTES_PER_DAY: blankIsUnset(quota("upload_bytes_per_day").optional()).describe(
    "Maximum number of bytes that a tenant can upload per day (UTC) as documents and as lists of inputs for batches; further uploads are rejected with 429. An upload form for S3 counts with the requested `size`, or without one with the maximum: 100 MB, or 50 MB for a list.",
  ),
  PROJECT_QUOTAS: blankIsUnset(
    z
      .string()
      .max(2_000)
      .refine((json) => parseOverrides(overrideSchema, json) !== undefined, {
        error: `must be JSON such as {"acme":{"documents_per_day":500}}, of ${Object.keys(quotaKinds).join(", ")}; null: not limited`,
      })
      .optional(),
  ).describe('Quotas of single tenants that replace these three, as JSON: {"acme": {"documents_per_day": 500}}.'),
});

/** What {@link quotaSettings} parses to. */
type QuotaSettings = z.infer<typeof quotaSettings>;

/** Whether requests are counted for any project. */
export const countsRequests = (settings: QuotaSettings): boolean =>
  settings.PROJECT_REQUESTS_PER_SECOND !== undefined || (settings.PROJECT_QUOTAS ?? "").includes("requests_per_second");

/** The quotas of each project: its own where PROJECT_QUOTAS names them. */
export function projectQuotas(settings: QuotaSettings): (tenant: string) => Quotas {
  const usual: Quotas = {
    requests_per_second: settings.PROJECT_REQUESTS_PER_SECOND,
    documents_per_day: settings.PROJECT_DOCUMENTS_PER_DAY,
    upload_bytes_per_day: settings.PROJECT_UPLOAD_BYTES_PER_DAY,
  };
  return withOverrides(usual, parseOverrides(overrideSchema, settings.PROJECT_QUOTAS ?? "{}"));
}
