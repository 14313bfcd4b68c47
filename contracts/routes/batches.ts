import { z } from "zod";
import {
  batchAcceptedSchema,
  batchCancelledSchema,
  batchListSchema,
  batchResultSchema,
  batchResultsQuerySchema,
  batchSchema,
  batchSubmitSchema,
  batchUploadBodySchema,
  batchUploadSchema,
} from "../jobs/batches.ts";
import type { RouteDefinition } from "./define-route.ts";
import { pageQuery, projectQuery, submitHeaders } from "./shared-fields.ts";

const params = z.object({ batch_id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "There is no such batch.") });

/** Routes of batches. */
export const batchRoutes = {
  submitBatch: {
    method: "POST",
    path: "/batches",
    scope: "submit",
    tag: "Batches",
    summary: "Submit many jobs of one task",
    description:
      "Every input is checked before any job is made. Up to 1,000 jobs are made within the request: should it fail halfway, sending it again with the same Idempotency-Key continues where it stopped; one that would take longer than 20 s answers 503 with what was made, and gives the Idempotency-Key to go on with in a header. More, up to 10,000, are made by a job after the answer. AWS calls: two DynamoDB writes, and for each job one write and one SQS send; the end of each job adds one write.",
    query: projectQuery,
    headers: submitHeaders,
    body: batchSubmitSchema,
    response: { status: 202, schema: batchAcceptedSchema },
    problems: [404, 409, 503],
  },
  createBatchUpload: {
    method: "POST",
    path: "/batches/uploads",
    scope: "submit",
    tag: "Batches",
    summary: "Get a form for uploading a list of inputs straight to S3",
    description:
      "For lists that do not fit into a request of 4 MB. POST the fields and then the file, as `file`, to the URL: JSON lines with one input each, or a JSON array, in UTF-8. Then name the upload_id in POST /batches. The file is deleted after a day. AWS calls: none; one DynamoDB write where the project has a quota of uploaded bytes.",
    query: projectQuery,
    body: batchUploadBodySchema,
    response: { status: 201, schema: batchUploadSchema },
  },
  listBatches: {
    method: "GET",
    path: "/batches",
    scope: "read",
    tag: "Batches",
    summary: "List batches, newest first",
    description:
      "With the number of jobs that have ended so far, by how; /batches/{batch_id} has those that have not, by state. AWS calls: one DynamoDB query and one batch read, and another batch read for each 10,000 jobs of batches that are not over.",
    query: pageQuery.extend(projectQuery.shape),
    response: { status: 200, schema: batchListSchema },
  },
  getBatch: {
    method: "GET",
    path: "/batches/{batch_id}",
    params,
    scope: "read",
    tag: "Batches",
    summary: "Count a batch's jobs by state",
    description:
      "AWS calls: one DynamoDB read, one for the jobs that have ended, and one batch read for each 100 jobs that have not.",
    response: { status: 200, schema: batchSchema },
    problems: [404],
  },
  listBatchResults: {
    method: "GET",
    path: "/batches/{batch_id}/results",
    params,
    scope: "read",
    tag: "Batches",
    summary: "Get a batch's results as JSON lines, a page at a time",
    description:
      'One line for each input, in their order, also of jobs that have not ended: `{index, task_id, task_name, status, result, error}`. A page ends early at 3 MB. While there is more, the header X-Next-From says where the next page begins, and Link its address (rel="next"). AWS calls: two DynamoDB reads, and one read for each large result.',
    query: batchResultsQuerySchema,
    response: { status: 200, schema: z.string(), contentType: "application/x-ndjson", line: batchResultSchema },
    problems: [404],
  },
  cancelBatch: {
    method: "POST",
    path: "/batches/{batch_id}/cancel",
    params,
    scope: "submit",
    tag: "Batches",
    summary: "Cancel a batch",
    description:
      "No more of its jobs are made, and those that have not ended are revoked, running ones too: at once for as many as can be in 10 s, the others by a job. Cancelling twice is success. Jobs that have ended stay as they are; a batch whose jobs all have is not changed. AWS calls: as for reading it, and up to three DynamoDB writes for each job revoked.",
    response: { status: 202, schema: batchCancelledSchema },
    problems: [404, 503],
  },
} as const satisfies Record<string, RouteDefinition>;
