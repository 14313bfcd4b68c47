import { z } from "zod";
import { batchAcceptedSchema, batchSchema, batchSubmitSchema } from "../jobs/batches.ts";
import type { RouteDefinition } from "./define-route.ts";
import { projectQuery, submitHeaders } from "./shared-fields.ts";

/** Routes of batches. */
export const batchRoutes = {
  submitBatch: {
    method: "POST",
    path: "/batches",
    scope: "submit",
    tag: "Tasks",
    summary: "Submit many jobs of one task",
    description:
      "Every input is checked before any job is made. Should the request fail halfway, sending it again with the same Idempotency-Key goes on where it stopped. One that would take longer than 20 s answers 503 with what was made, and gives the Idempotency-Key to go on with in a header. AWS calls: one DynamoDB write, and for each job one write and one SQS send.",
    query: projectQuery,
    headers: submitHeaders,
    body: batchSubmitSchema,
    response: { status: 202, schema: batchAcceptedSchema },
    problems: [404, 409, 503],
  },
  getBatch: {
    method: "GET",
    path: "/batches/{batch_id}",
    params: z.object({ batch_id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "There is no such batch.") }),
    scope: "read",
    tag: "Jobs",
    summary: "Count a batch's jobs by state",
    description: "AWS calls: one DynamoDB read, and one batch read for each 100 jobs.",
    response: { status: 200, schema: batchSchema },
    problems: [404],
  },
} as const satisfies Record<string, RouteDefinition>;
