/**
 * Following, reading and stopping one job, and listing them. A job of another project does not exist for a caller.
 *
 * @module
 */

import { z } from "zod";
import { fileLinkSchema, fileNamePattern } from "../jobs/files.ts";
import { childListSchema, cursorSchema, jobListSchema, listQuerySchema } from "../jobs/list.ts";
import { retriedManySchema, retryManySchema } from "../jobs/retry-many.ts";
import { revokedManySchema, revokeManySchema } from "../jobs/revoke-many.ts";
import { jobStates } from "../jobs/states.ts";
import { eventListSchema, jobSchema, resultSchema, revokedSchema, revokeSchema } from "../jobs/wire.ts";
import type { RouteDefinition } from "./define-route.ts";
import { projectQuery, taskIdParams } from "./shared-fields.ts";

/** The answer of `GET /jobs/{id}/input`. */
export const jobInputSchema = z.strictObject({ task_id: z.string(), task_name: z.string(), input: z.json() });

/** The answer of `POST /jobs/{id}/retry`. */
export const retriedSchema = z.strictObject({ task_id: z.string(), status: z.enum(jobStates), message: z.string() });

/** Routes of jobs. */
export const jobRoutes = {
  listJobs: {
    method: "GET",
    path: "/jobs",
    scope: "read",
    tag: "Jobs",
    summary: "List jobs, newest first",
    description:
      "Results over 1 KB are left out (null): /jobs/{task_id}/result has them. One call looks at 10,000 jobs by task and batch and reads the records of 1,000 at the most; a page that is not full but has a next_cursor says that it stopped there, and `searched` how far back that is: ask again with the cursor to go on. AWS calls: one DynamoDB query per shard of the project's list, and one read of the records; a filter that few jobs fit takes up to 40 queries and 10 reads.",
    query: listQuerySchema,
    response: { status: 200, schema: jobListSchema },
  },
  getJob: {
    method: "GET",
    path: "/jobs/{task_id}",
    params: taskIdParams,
    aliases: ["/tasks/task/{task_id}"],
    scope: "read",
    tag: "Jobs",
    summary: "Get a job",
    description:
      "With `wait`, the answer comes when the job has an outcome or the time is over, whichever is first. That is for a person at the other end: programs ask in growing steps, and for many jobs at once by POST /jobs/status. There is a bound to waits at once; over it the answer comes at once, with Retry-After. AWS calls: one DynamoDB read; a large result adds one. A wait adds two writes and up to 22 reads, and the function's time.",
    query: z.strictObject({
      wait: z.coerce.number().min(0).max(25).optional().describe("Seconds to wait for the job's outcome."),
    }),
    response: { status: 200, schema: jobSchema },
    problems: [404],
  },
  getJobs: {
    method: "POST",
    path: "/jobs/status",
    scope: "read",
    tag: "Jobs",
    summary: "Get many jobs by their ids",
    description:
      "In the order of the ids, each once; results over 1 KB are left out (null). Ids of no job that the key may see are in `missing`. AWS calls: one DynamoDB batch read, half a read unit for each job.",
    body: z.strictObject({ task_ids: z.array(taskIdParams.shape.task_id).min(1).max(100) }),
    response: { status: 200, schema: z.strictObject({ jobs: z.array(jobSchema), missing: z.array(z.string()) }) },
    problems: [413, 415],
  },
  getJobResult: {
    method: "GET",
    path: "/jobs/{task_id}/result",
    params: taskIdParams,
    aliases: ["/tasks/task/{task_id}/result"],
    scope: "read",
    tag: "Jobs",
    summary: "Get a job's result",
    description: "409 until the job has an outcome. AWS calls: one DynamoDB read; a large result adds one.",
    response: { status: 200, schema: resultSchema },
    problems: [404, 409],
  },
  getJobInput: {
    method: "GET",
    path: "/jobs/{task_id}/input",
    params: taskIdParams,
    scope: "read",
    tag: "Jobs",
    summary: "Get a job's input",
    description: "With defaults filled in. AWS calls: one DynamoDB read; a large input adds one.",
    response: { status: 200, schema: jobInputSchema },
    problems: [404],
  },
  getJobFile: {
    method: "GET",
    path: "/jobs/{task_id}/files/{name}",
    params: taskIdParams.extend({ name: z.string().regex(fileNamePattern, "There is no such file.") }),
    scope: "read",
    tag: "Jobs",
    summary: "Get a link to a file of a job",
    description:
      "The link needs no key and is good for 15 minutes, or until the job expires. AWS calls: one DynamoDB read.",
    response: { status: 200, schema: fileLinkSchema },
    problems: [404],
  },
  listJobEvents: {
    method: "GET",
    path: "/jobs/{task_id}/events",
    params: taskIdParams,
    scope: "read",
    tag: "Jobs",
    summary: "Get a job's timeline",
    description:
      "Every change of state with its time, attempt, worker and error, and what the task's code has logged; a running job's lines come with its heartbeats. AWS calls: one DynamoDB read.",
    response: { status: 200, schema: eventListSchema },
    problems: [404],
  },
  listJobChildren: {
    method: "GET",
    path: "/jobs/{task_id}/children",
    params: taskIdParams,
    scope: "read",
    tag: "Jobs",
    summary: "List the jobs that a job has submitted",
    description:
      "Up to 100 at a time; results over 1 KB are left out (null). AWS calls: one DynamoDB read, one query, and one batch read where there are any.",
    query: z.strictObject({ cursor: cursorSchema.optional().describe("next_cursor of the page before.") }),
    response: { status: 200, schema: childListSchema },
    problems: [404],
  },
  revokeJob: {
    method: "POST",
    path: "/jobs/{task_id}/revoke",
    params: taskIdParams,
    aliases: ["/tasks/task/{task_id}/revoke"],
    scope: "submit",
    tag: "Jobs",
    summary: "Revoke a job",
    description:
      "A waiting job never runs after this. A running one is asked to stop, unless terminate is false: then 409, as for a finished one. AWS calls: one DynamoDB read and one write.",
    body: revokeSchema,
    response: { status: 200, schema: revokedSchema },
    problems: [404, 409, 413, 415],
  },
  revokeJobs: {
    method: "POST",
    path: "/jobs/revoke",
    scope: "submit",
    tag: "Jobs",
    summary: "Revoke the jobs of a project that match a filter",
    description:
      "An empty filter is refused. Looks through the project's jobs, newest first, for 20 seconds at most; next_cursor then says where to continue. If the answer is lost, send the request again: it counts what was left, as revoked jobs no longer fit. AWS calls: those of listing the jobs, and one DynamoDB write for each one revoked.",
    query: projectQuery,
    body: revokeManySchema,
    response: { status: 200, schema: revokedManySchema },
  },
  retryJob: {
    method: "POST",
    path: "/jobs/{task_id}/retry",
    params: taskIdParams,
    scope: "submit",
    tag: "Jobs",
    summary: "Run a failed or revoked job again",
    description:
      "The same job, with its attempts counted from 1. 409 unless it is FAILURE or REVOKED. AWS calls: one DynamoDB read, two writes and one SQS send.",
    response: { status: 202, schema: retriedSchema },
    problems: [404, 409, 503],
  },
  retryJobs: {
    method: "POST",
    path: "/jobs/retry",
    scope: "submit",
    tag: "Jobs",
    summary: "Run the failed or revoked jobs of a project that match a filter again",
    description:
      "Takes the filters of the list of jobs; an empty one is refused. Looks through the project's jobs, newest first, for 20 seconds at most; next_cursor then says where to continue. If the answer is lost, send the request again: it counts what was left, as jobs that run again no longer fit, but for those that have failed again. AWS calls: those of listing the jobs, two DynamoDB writes and one SQS send for each one that runs again, and two DynamoDB reads for each one that reads a document.",
    query: projectQuery,
    body: retryManySchema,
    response: { status: 200, schema: retriedManySchema },
    problems: [503],
  },
} as const satisfies Record<string, RouteDefinition>;
