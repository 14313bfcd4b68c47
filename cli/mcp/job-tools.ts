/**
 * Tools that follow and find jobs.
 *
 * @module
 */

import { jobStates } from "../../contracts/jobs/states.ts";
import { followForAgent } from "./follow.ts";
import type { DescribedTask } from "./task-tools.ts";
import { numberOf, object, queryOf, type Tool, textOf } from "./tool.ts";

const taskId = { type: "string", description: "The id that a submit gave." };

/** The longest that wait_for_job waits; clients give a call up after a minute. */
const LONGEST_WAIT = 50;

/** Submitting in the background, for keys that may read what becomes of it. */
export const submitTool = submitting({
  description:
    "Queues a task and returns at once with its task_id. For work that takes long, or that is to run later; otherwise the task's own tool waits for its result.",
  taskName: { type: "string", description: "The name of a task; each has a tool of its name." },
  input: "What the task's own tool takes.",
  next: "Call wait_for_job with this task_id.",
});

/** Submitting with a key that may not read: the one tool that there is then, so that it says which tasks there are. */
export const submitOnlyTool = (tasks: readonly DescribedTask[]): Tool =>
  submitting({
    description: [
      "Queues a task and returns at once with its task_id. The key may only submit: what becomes of the job is not shown here, and need not be waited for. Tasks, with what they take:",
      ...tasks.map(({ name, description, input }) => `- ${name}(${fieldsOf(input).join(", ")}): ${description}`),
    ].join("\n"),
    taskName: { enum: tasks.map(({ name }) => name) },
    input: "What the task takes, by the names of its fields. A field that does not fit is named in the answer.",
    next: "The job runs in the background.",
  });

/** Names of fields, with a question mark where one may be left out. */
const fieldsOf = ({ properties = {}, required = [] }: DescribedTask["input"]): string[] =>
  Object.keys(properties).map((name) => (required.includes(name) ? name : `${name}?`));

interface Submitting {
  readonly description: string;
  /** The schema of `task_name`. */
  readonly taskName: object;
  /** The description of `input`. */
  readonly input: string;
  /** What the agent is told to do when the job is queued. */
  readonly next: string;
}

function submitting({ description, taskName, input, next }: Submitting): Tool {
  return {
    name: "submit_task",
    description,
    input: object(
      {
        task_name: taskName,
        input: { type: "object", description: input },
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
      return { task_id, status, next };
    },
  };
}

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
