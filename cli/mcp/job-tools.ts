/**
 * Tools that follow and find jobs.
 *
 * @module
 */

import { jobStates } from "../../contracts/jobs/states.ts";
import { followForAgent } from "./follow.ts";
import { numberOf, object, queryOf, type Tool, textOf } from "./tool.ts";

const taskId = { type: "string", description: "The id that a submit gave." };

/** The longest that wait_for_job waits; clients give a call up after a minute. */
const LONGEST_WAIT = 50;

/** Submitting in the background. */
export const submitTools: readonly Tool[] = [
  {
    name: "submit_task",
    description:
      "Queues a task and returns at once with its task_id. For work that takes long, or that is to run later; otherwise the task's own tool waits for its result.",
    input: object(
      {
        task_name: { type: "string", description: "The name of a task; each has a tool of its name." },
        input: { type: "object", description: "What the task's own tool takes." },
        delay_seconds: { type: "number", minimum: 0, description: "Seconds until the job is due." },
        priority: { type: "integer", minimum: 0, maximum: 10, description: "5 and higher goes first. Default: 5." },
        idempotency_key: { type: "string", description: "The same key and input give the same job." },
      },
      ["task_name"],
    ),
    effect: "add",
    async run(args, { client, signal }) {
      const { task_name: _, idempotency_key: given, ...body } = args;
      const { task_id, status } = await client.call("POST /api/v1/tasks/{task_name}", {
        params: { task_name: textOf(args, "task_name") },
        body,
        idempotency_key: typeof given === "string" ? given : crypto.randomUUID(),
        signal,
      });
      return { task_id, status, next: "Call wait_for_job with this task_id." };
    },
  },
];

/** Reading jobs. */
export const jobTools: readonly Tool[] = [
  {
    name: "wait_for_job",
    description: `Waits for a job's outcome, for up to ${LONGEST_WAIT} s, and gives its result or error.`,
    input: object(
      { task_id: taskId, seconds: { type: "number", minimum: 0, maximum: LONGEST_WAIT, description: "Default: 25." } },
      ["task_id"],
    ),
    effect: "read",
    run: (args, context) =>
      followForAgent(textOf(args, "task_id"), Math.min(numberOf(args, "seconds") ?? 25, LONGEST_WAIT), context),
  },
  {
    name: "get_job",
    description:
      "A job with its state, progress, attempts, times, result and error, and the lines that its task logged.",
    input: object({ task_id: taskId }, ["task_id"]),
    effect: "read",
    async run(args, { client, signal }) {
      const params = { task_id: textOf(args, "task_id") };
      const [job, { log }] = await Promise.all([
        client.call("GET /api/v1/jobs/{task_id}", { params, signal }),
        client.call("GET /api/v1/jobs/{task_id}/events", { params, signal }),
      ]);
      return { ...job, log };
    },
  },
  {
    name: "list_jobs",
    description: "Jobs, newest first. Results over 1 KB are left out; get_job has them.",
    input: object({
      status: { enum: [...jobStates] },
      task_name: { type: "string" },
      batch_id: { type: "string" },
      q: { type: "string", description: "Words in a job's id, tags, error or progress." },
      limit: { type: "integer", minimum: 1, maximum: 100, description: "Default: 20." },
      cursor: { type: "string", description: "next_cursor of the answer before." },
    }),
    effect: "read",
    run: (args, { client, signal }) => client.call("GET /api/v1/jobs", { query: queryOf(args), signal }),
  },
];

/** Stopping jobs. */
export const revokeTool: Tool = {
  name: "revoke_job",
  description: "Keeps a waiting job from running, and ends a running one unless terminate is false.",
  input: object({ task_id: taskId, terminate: { type: "boolean", description: "Default: true." } }, ["task_id"]),
  effect: "change",
  run: ({ task_id, ...body }, { client, signal }) =>
    client.call("POST /api/v1/jobs/{task_id}/revoke", {
      params: { task_id: textOf({ task_id }, "task_id") },
      body,
      signal,
    }),
};
