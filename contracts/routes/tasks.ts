/**
 * Submitting a task.
 *
 * @module
 */

import { z } from "zod";
import { acceptedSchema, submitSchema, tagsSchema } from "../jobs/submit.ts";
import { projectInBodySchema } from "../keys/project-id.ts";
import type { RouteDefinition } from "./define-route.ts";
import { projectQuery, submitHeaders } from "./shared-fields.ts";

/** The API looks the name up in its catalog before anything else of the request is read. */
const taskNameParams = z.object({
  task_name: z.string().describe("A task's name or alias, also as tasks.<name>."),
});

const idSchema = z.union([z.string().min(1).max(100), z.int()], { error: "must be a short string or a whole number" });

/** The body of the generic jobs of a replaced system. */
export const executeSchema = z
  .looseObject({
    function_path: z.string().min(1).max(256).describe("One that a task lists in its `functionPaths`."),
    project_id: projectInBodySchema.optional().describe("The project to act for, when it is not the key's own."),
    job_id: idSchema.optional().describe("The caller's own id, kept as the tag `job_id`."),
    tags: tagsSchema.optional(),
    ...submitSchema.pick({ trace_id: true, callback_url: true, config: true }).shape,
  })
  .describe("All other fields are the task's input.");

const execute = {
  method: "POST",
  scope: "submit",
  tag: "Tasks",
  description:
    "The job is one of the task that lists the path. A path that no task lists is refused (422): nothing else can be named. AWS calls: those of a submit.",
  query: projectQuery,
  headers: submitHeaders,
  body: executeSchema,
  response: { status: 202, schema: acceptedSchema },
  problems: [404, 409, 413, 415, 503],
} as const;

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
  executeHighPriorityTask: {
    ...execute,
    path: "/tasks/execute_high_priority_task",
    aliases: ["/tasks/tasks.execute_high_priority_task"],
    summary: "Run the task that registers a path, at priority 9",
  },
  executeLowPriorityTask: {
    ...execute,
    path: "/tasks/execute_low_priority_task",
    aliases: ["/tasks/tasks.execute_low_priority_task"],
    summary: "Run the task that registers a path, at priority 1",
  },
} as const satisfies Record<string, RouteDefinition>;
