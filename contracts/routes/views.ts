/**
 * What a page of the web console shows, by one request for each page: an open tab is paid for by the request. What is
 * shown can be asked for in parts by the other routes, too.
 *
 * @module
 */

import { z } from "zod";
import { deadLetterCountsSchema, deadLetterGroupsSchema, deadLetterListSchema } from "../dead-letters/dead-letters.ts";
import { NO_FINGERPRINT } from "../dead-letters/no-fingerprint.ts";
import { childListSchema } from "../jobs/list.ts";
import { eventListSchema, jobSchema } from "../jobs/wire.ts";
import { usageByProjectSchema, usageReportSchema } from "../llm/usage.ts";
import type { RouteDefinition } from "./define-route.ts";
import { pageQuery, projectQuery, taskIdParams } from "./shared-fields.ts";

const { events, log } = eventListSchema.shape;

/** Routes that answer for a whole page. */
export const viewRoutes = {
  viewDeadLetters: {
    method: "GET",
    path: "/views/dead-letters",
    scope: "read",
    tag: "Dead letters",
    summary: "Get the counts of dead letters, one queue's groups and the jobs of one group",
    description:
      "Of all projects for admin keys, else of the key's own. AWS calls: one DynamoDB scan of the index of jobs that wait, run or have failed (beyond 1 MB, some 3,500 jobs, 16 queries for each queue and 16 for the one that is shown), and one batch read of the jobs that are shown. SQS is not asked: `messages` is null.",
    query: pageQuery.extend({
      queue: z.string().optional().describe("Default: the first queue that has dead letters."),
      fingerprint: z
        .string()
        .max(64)
        .optional()
        .describe(
          `The group whose jobs are listed; \`${NO_FINGERPRINT}\`: errors without a fingerprint. Default: the only group.`,
        ),
    }),
    response: {
      status: 200,
      schema: deadLetterCountsSchema.extend({
        queue: z.string().nullable().describe("The queue of `groups`; null: none has dead letters."),
        groups: deadLetterGroupsSchema.shape.groups,
        listed: deadLetterListSchema
          .extend({ fingerprint: z.string().nullable() })
          .nullable()
          .describe("A page of the jobs of one group, latest first; null: there are several, and none was named."),
      }),
    },
    problems: [404],
  },
  viewJob: {
    method: "GET",
    path: "/views/jobs/{task_id}",
    params: taskIdParams,
    scope: "read",
    tag: "Jobs",
    summary: "Get a job with its timeline and the jobs that it has submitted",
    description:
      "AWS calls: one DynamoDB read; a large result adds one, `children` one query, and one batch read where there are any.",
    query: z.strictObject({
      children: z.stringbool().default(true).describe("Whether the jobs that it has submitted are answered."),
    }),
    response: {
      status: 200,
      schema: z.strictObject({
        ...{ job: jobSchema, events, log },
        children: childListSchema.nullable().describe("The first page; null when it was not asked for."),
      }),
    },
    problems: [404],
  },
  viewUsage: {
    method: "GET",
    path: "/views/usage",
    scope: "read",
    tag: "Monitoring",
    summary: "Get a project's usage, and for admin keys that of every project",
    description:
      "Of the last 30 days. AWS calls: those of GET /usage, and of GET /usage/projects where it answers that.",
    query: projectQuery,
    response: {
      status: 200,
      schema: z.strictObject({
        report: usageReportSchema,
        by_project: usageByProjectSchema
          .nullable()
          .describe("Null where a project is named, or the key is no admin's."),
      }),
    },
  },
} as const satisfies Record<string, RouteDefinition>;
