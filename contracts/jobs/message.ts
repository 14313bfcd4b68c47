import { z } from "zod";

/**
 * What is in a queue: a reference. Only `task_id` is trusted, the rest is read from the job record. `generation`
 * counts the messages that were sent on purpose for one job; an older one is a duplicate.
 */
export const messageSchema = z.object({
  v: z.literal(1),
  task_id: z.string().min(1).max(64),
  generation: z.int().min(1),
  trace_id: z.string().max(128),
  /** Runs nothing but the onFailure of a job that failed without a message of its own to do so. */
  after: z.literal("failure").optional(),
});

/** What {@link messageSchema} parses to. */
export type JobMessage = z.infer<typeof messageSchema>;
