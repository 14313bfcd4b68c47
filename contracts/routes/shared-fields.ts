/**
 * Fields that routes of several families share.
 *
 * @module
 */

import { z } from "zod";
import { cursorSchema } from "../jobs/list.ts";
import { projectIdSchema } from "../keys/project-id.ts";

/** The project to act in, when it is not the key's own. */
export const projectQuery = z.strictObject({
  project_id: projectIdSchema.optional().describe("Admin keys only. Default: the key's own project."),
});

/** Paging: `limit` and the `cursor` of the previous page. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: cursorSchema.optional().describe("next_cursor of the page before."),
});

/** Ids are UUIDs; anything else of that alphabet is looked up and not found. */
export const taskIdParams = z.object({
  task_id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "There is no such job."),
});

/** A queue's name in a path. The API looks it up in its catalog before anything else of the request is read. */
export const queueParams = z.object({
  queue: z
    .string()
    .describe(
      "A queue's name, also with `_` for `-`; `cron` is `monitoring`. Where lanes are purged, paused or resumed, `high_priority` and `low_priority` are all lanes of that kind.",
    ),
});

/** The `Idempotency-Key` header. */
export const idempotencyHeaders = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, "must be 1 to 255 visible ASCII characters")
    .optional()
    .describe("The same key and request give the same job; the same key and another request are refused (409)."),
});

/** The headers of a submit. */
export const submitHeaders = idempotencyHeaders.extend({
  traceparent: z
    .string()
    .optional()
    .describe("The trace that the job belongs to (W3C Trace Context). An invalid one is ignored, as defined there."),
});
