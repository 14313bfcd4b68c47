/**
 * What is to be done with a document's text once it is there: tasks that an upload names.
 *
 * @module
 */

import { z } from "zod";
import type { TaskDefinition } from "../define-task.ts";
import { submitSchema } from "../jobs/submit.ts";

/** Tasks that may follow one document. */
export const MAX_STEPS = 20;
/** Of all steps of an upload together, as JSON. */
export const MAX_THEN_BYTES = 64 * 1_024;

/** A task that is to follow a document. */
const stepSchema = z.strictObject({
  task_name: z
    .string()
    .max(100)
    .describe("extract, classify, summarize or keywords, as far as the stage has their families."),
  input: z
    .record(z.string(), z.json())
    .default({})
    .describe("The task's input without document_id and text: the document is filled in."),
  callback_url: submitSchema.shape.callback_url,
});

/** The tasks that are to follow a document. */
export const thenSchema = z
  .array(stepSchema)
  .max(MAX_STEPS)
  .describe(
    "Tasks that are submitted once the document is completed, each once; none when it fails. `then` of the document has their jobs.",
  );

/** What {@link thenSchema} parses to. */
export type Then = z.output<typeof thenSchema>;

/** A task that follows a document, as the document shows it. */
export const followingSchema = z.strictObject({
  task_name: z.string(),
  task_id: z
    .string()
    .nullable()
    .describe("Its job. Null until it is submitted, at once after the document is completed, and when it was not."),
  error: z.string().nullable().describe("Why it was not submitted."),
});

/** The field of a task's input that a document fills. @returns undefined when there is none */
export function documentField({ input }: TaskDefinition): "document_id" | "text" | undefined {
  const shape = "shape" in input ? (input.shape as Readonly<Record<string, unknown>>) : {};
  if ("document_id" in shape) return "document_id";
  return "text" in shape ? "text" : undefined;
}
