/**
 * Housekeeping, daily and on demand.
 *
 * @module
 */

import { z } from "zod";
import { defineTask } from "../define-task.ts";

const shared = {
  queue: "monitoring",
  retry: "idempotent",
  timeLimit: { soft: 270, hard: 300 },
  memory: 512,
  // They examine the documents and files of all projects.
  scope: "admin",
} as const;

/**
 * The task `cleanup_old_documents`: deletes documents that failed, or whose file never came, longer than
 * max_age_hours ago.
 */
export const cleanupOldDocuments = defineTask({
  ...shared,
  name: "cleanup_old_documents",
  description: "Deletes documents that failed, or whose file never came, longer than max_age_hours ago.",
  input: z.strictObject({
    max_age_hours: z
      .number()
      .min(0)
      .max(24 * 365)
      .default(24)
      .describe("Hours since the document failed, or its file was due."),
    dry_run: z.boolean().default(false).describe("Count, and delete nothing."),
  }),
  output: z.strictObject({
    found: z.int(),
    deleted: z.int(),
    failed: z.int().describe("Found, but not deleted; the log says why."),
    dry_run: z.boolean(),
  }),
  uses: ["files"],
  submits: ["index_document"],
  schedule: { expression: "cron(15 3 * * ? *)", input: {} },
});

/** The task `cleanup_expired_results`: deletes stored inputs and results whose job has expired. */
export const cleanupExpiredResults = defineTask({
  ...shared,
  name: "cleanup_expired_results",
  description: "Deletes stored inputs and results whose job has expired.",
  input: z.strictObject({ dry_run: z.boolean().default(false).describe("Count, and delete nothing.") }),
  output: z.strictObject({ examined: z.int(), deleted: z.int(), dry_run: z.boolean() }),
  uses: ["files"],
  schedule: { expression: "cron(45 3 * * ? *)", input: {} },
});
