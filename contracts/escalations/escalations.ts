/**
 * Escalations: questions that a person answers. One is `open`, then `acknowledged` (somebody has taken it on), then
 * `resolved`, with a decision.
 *
 * @module
 */

import { z } from "zod";

/** The states of an escalation. */
export const escalationStates = ["open", "acknowledged", "resolved"] as const;

/** Payload and decision as JSON, in bytes: each is in the escalation's own item. */
const MAX_JSON_BYTES = 64 * 1_024;
/** Days that a resolved escalation is kept; one that is not resolved stays. */
export const RESOLVED_RETENTION_DAYS = 90;

const line = (characters: number) => z.string().max(characters).regex(/\S/, "must not be blank");

/** What is asked. */
export const escalationFields = {
  subject: line(200).describe("What it is about, in a line."),
  reason: line(2_000).describe("Why a person is asked."),
} as const;

/** A JSON value whose text is bounded. */
export const boundedJson = z
  .json()
  .refine(
    (value) => new TextEncoder().encode(JSON.stringify(value)).length <= MAX_JSON_BYTES,
    `must have at most ${MAX_JSON_BYTES} bytes as JSON`,
  );

const noteSchema = z.string().max(1_000).optional().describe("Kept in the history.");

/** The body of `POST /escalations/{escalation_id}/acknowledge`. */
export const acknowledgeSchema = z.strictObject({ note: noteSchema });

/** The body of `POST /escalations/{escalation_id}/resolve`. */
export const resolveSchema = z.strictObject({
  decision: boundedJson.describe("What was decided; the input of the task that is started, if one is named."),
  note: noteSchema,
  task_name: z.string().optional().describe("A task to start with the decision as its input, once."),
});

const time = z.iso.datetime();

/** An escalation. */
export const escalationSchema = z
  .strictObject({
    escalation_id: z.string(),
    project_id: z.string(),
    status: z.enum(escalationStates),
    ...escalationFields,
    payload: z.json(),
    task_id: z.string().describe("The job that escalated."),
    created_at: time,
    acknowledged_at: time.nullable(),
    acknowledged_by: z.string().nullable().describe("The name of the API key, or its id where it has none."),
    resolved_at: time.nullable(),
    resolved_by: z.string().nullable(),
    decision: z.json(),
    started: z
      .strictObject({ task_name: z.string(), task_id: z.string() })
      .nullable()
      .describe("The job that was started with the decision."),
    history: z.array(
      z.strictObject({
        at: time,
        action: z.enum(["opened", "acknowledged", "resolved"]),
        by: z.string().describe("The name of an API key, or the job."),
        note: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "Escalation" });

/** What an SNS topic and a URL receive about an escalation. */
export const escalationNoticeSchema = z.strictObject({
  type: z.literal("escalation.opened"),
  stage: z.string(),
  escalation_id: z.string(),
  project_id: z.string(),
  ...escalationFields,
  created_at: time,
  links: z.strictObject({ escalation: z.string(), console: z.string() }),
});

/** What {@link escalationNoticeSchema} parses to. */
export type EscalationNotice = z.output<typeof escalationNoticeSchema>;
