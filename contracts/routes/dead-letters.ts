/**
 * Dead letters: found, grouped, run again, archived and purged.
 *
 * @module
 */

import { z } from "zod";
import {
  archivedSchema,
  deadLetterCountsSchema,
  deadLetterFilterSchema,
  deadLetterGroupsSchema,
  deadLetterListSchema,
  purgedSchema,
  redrivenSchema,
  redriveSchema,
} from "../dead-letters/dead-letters.ts";
import type { RouteDefinition } from "./define-route.ts";
import { pageQuery, queueParams } from "./shared-fields.ts";

const reading = { method: "GET", scope: "read", tag: "Dead letters" } as const;
const acting = {
  method: "POST",
  scope: "project_admin",
  tag: "Dead letters",
  params: queueParams,
  problems: [404],
} as const;

/** Routes of dead letters. */
export const deadLetterRoutes = {
  countDeadLetters: {
    ...reading,
    path: "/dlq",
    summary: "Count dead letters by queue",
    description:
      "Over all projects for admin keys, else of the key's own. AWS calls: one DynamoDB scan of the index of jobs that wait, run or have failed (beyond 1 MB, some 3,500 jobs, 16 queries for each queue) and, for admin keys, one SQS GetQueueAttributes for each queue, unless `messages` is false.",
    query: z.strictObject({
      messages: z.stringbool().default(true).describe("Whether SQS is asked for its counts, for admin keys."),
    }),
    response: { status: 200, schema: deadLetterCountsSchema },
  },
  listDeadLetters: {
    ...reading,
    path: "/dlq/{queue}",
    params: queueParams,
    summary: "List dead letters, latest first",
    description:
      "Of the key's project; of all projects for admin keys. AWS calls: 16 DynamoDB queries of the sparse index and one batch read.",
    query: pageQuery.extend({ fingerprint: z.string().max(64).optional() }),
    response: { status: 200, schema: deadLetterListSchema },
    problems: [404],
  },
  groupDeadLetters: {
    ...reading,
    path: "/dlq/{queue}/groups",
    params: queueParams,
    summary: "Group dead letters by their error's fingerprint, largest group first",
    description:
      "Of the key's project; of all projects for admin keys. AWS calls: 16 DynamoDB queries of the sparse index and one batch read of an example for each group.",
    response: { status: 200, schema: deadLetterGroupsSchema },
    problems: [404],
  },
  redriveDeadLetters: {
    ...acting,
    path: "/dlq/{queue}/redrive",
    summary: "Run dead letters again",
    description:
      "Of all projects for admin keys, else of the key's own. Job by job: each gets its attempts counted from 1 and a message of its own, and its old message is removed from the dead-letter queue. Nothing runs twice. Works on 1,000 jobs at most, and with a rate on what comes within 15 minutes; next_cursor then says where to go on. The rate is kept within a request: ask again when its jobs are through. AWS calls: those of listing them; for each job two DynamoDB writes and one SQS send; then a look through the dead-letter queue for their old messages.",
    body: redriveSchema,
    response: { status: 200, schema: redrivenSchema },
  },
  purgeDeadLetters: {
    ...acting,
    path: "/dlq/{queue}/purge",
    summary: "Purge dead letters: remove them from the list with their messages",
    description:
      "Of all projects for admin keys, else of the key's own. The jobs stay FAILURE, and can be read until they expire. AWS calls: those of listing them, one DynamoDB write for each job, then a look through the dead-letter queue for their messages.",
    body: deadLetterFilterSchema,
    response: { status: 200, schema: purgedSchema },
  },
  archiveDeadLetters: {
    ...acting,
    path: "/dlq/{queue}/archive",
    summary: "Write dead letters to S3, then purge them",
    description:
      "Of all projects for admin keys, else of the key's own. Each becomes archive/<queue>/<date>/<task_id>.json in the bucket: the job, its input and its timeline. AWS calls: those of purging, and one S3 write for each job.",
    body: deadLetterFilterSchema,
    response: { status: 200, schema: archivedSchema },
  },
} as const satisfies Record<string, RouteDefinition>;
