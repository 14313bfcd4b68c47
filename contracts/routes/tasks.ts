/**
 * Submitting a task.
 *
 * @module
 */

import { z } from "zod";
import { acceptedSchema, submitSchema } from "../jobs/wire.ts";
import type { RouteDefinition } from "./define-route.ts";
import { projectQuery, submitHeaders } from "./shared-fields.ts";

/** The API looks the name up in its catalog before anything else of the request is read. */
const taskNameParams = z.object({
  task_name: z.string().describe("A task's name or alias, also as tasks.<name>."),
});

/** Routes of tasks: submit and description. */
export const taskRoutes = {
  submitTask: {
    method: "POST",
    path: "/tasks/{task_name}",
    params: taskNameParams,
    scope: "submit",
    tag: "Tasks",
    summary: "Submit a task",
    description:
      "Queues the task and answers at once. AWS calls: one DynamoDB write and one SQS send; large inputs add one write.",
    query: projectQuery,
    headers: submitHeaders,
    body: submitSchema,
    response: { status: 202, schema: acceptedSchema },
    problems: [404, 409, 413, 415, 503],
  },
} as const satisfies Record<string, RouteDefinition>;
