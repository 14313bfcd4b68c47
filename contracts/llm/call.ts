/**
 * A model call by a config, as a job.
 *
 * @module
 */

import { z } from "zod";
import { jobStates } from "../jobs/states.ts";
import { submitSchema } from "../jobs/submit.ts";
import { llmCall } from "../tasks/llm-call.ts";
import { configOfCallSchema } from "./configs.ts";

/** The body of `POST /llm/call`. */
export const llmCallSchema = z.strictObject({
  config: configOfCallSchema.describe("A stored config by id and version, or one inline."),
  query: llmCall.input.shape.query,
  ...submitSchema.pick({
    callback_url: true,
    project_id: true,
    tags: true,
    expires_in: true,
    trace_id: true,
    traceparent: true,
  }).shape,
});

const states = jobStates.map((state) => state.toLowerCase() as Lowercase<typeof state>);

/** The answer of `POST /llm/call`. */
export const llmCallAcceptedSchema = z.strictObject({
  job_id: z.string().describe("The job's id, for GET /jobs/{task_id}."),
  status: z.enum(states).describe("`pending`, unless the Idempotency-Key stands for a job that has gone on."),
});
