import { z } from "zod";
import { defineTask } from "../define-task.ts";

/** The task `deliver_webhook`: notifies the callback URL of a job, or of a batch, of how it ended. */
export const deliverWebhook = defineTask({
  name: "deliver_webhook",
  description:
    "Notifies the callback URL of a job of how the job ended. Submitted at the end of every job that has one.",
  queue: "callbacks",
  input: z.strictObject({
    task_id: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe("A job of the same project that has ended and has a callback URL."),
    batch_id: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe(
        "Instead of a job: a batch of the same project whose jobs have ended, with a callback URL to follow it.",
      ),
    ended_at: z
      .int()
      .min(0)
      .optional()
      .describe("Which end of it, in milliseconds since the epoch; the last when left out."),
  }),
  output: z.strictObject({
    delivered: z
      .boolean()
      .describe("False when the job has been run again since: the callback is sent at its next end instead."),
    response_status: z.int().nullable(),
    duration_ms: z.int().nullable().describe("Until the receiver had answered."),
  }),
  retry: "idempotent",
  timeLimit: { soft: 20, hard: 30 },
  memory: 256,
  uses: ["webhooks"],
});
