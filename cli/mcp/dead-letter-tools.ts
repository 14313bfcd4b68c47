/**
 * Tools for jobs that failed for good.
 *
 * @module
 */

import { object, type Tool, textOf } from "./tool.ts";

const queue = { type: "string", description: "A queue's name, as list_dead_letters gives it." };

/** Reading dead letters. */
export const deadLetterTools: readonly Tool[] = [
  {
    name: "list_dead_letters",
    description:
      "Jobs that failed for good. Without a queue: how many each queue has. With one: its dead letters in groups of the same error, with an example.",
    input: object({ queue }),
    effect: "read",
    run: ({ queue: name }, { client, signal }) =>
      name === undefined
        ? client.call("GET /api/v1/dlq", { signal })
        : client.call("GET /api/v1/dlq/{queue}/groups", { params: { queue: textOf({ name }, "name") }, signal }),
  },
];

/** Running them again. */
export const redriveTool: Tool = {
  name: "redrive_dead_letters",
  description:
    "Runs dead letters again: those of task_ids, or of one fingerprint, or all of the queue, up to 1,000 a call. Look first with dry_run; while the answer has a next_cursor, call again with it.",
  input: object(
    {
      queue,
      task_ids: { type: "array", items: { type: "string" } },
      fingerprint: { type: "string" },
      all: { const: true },
      dry_run: { type: "boolean", description: "Say what would be done, and do nothing." },
      rate_per_second: { type: "number", description: "Spreads the jobs over time." },
      cursor: { type: "string", description: "next_cursor of the answer before." },
    },
    ["queue"],
  ),
  effect: "change",
  run: ({ queue: name, ...body }, { client, signal }) =>
    client.call("POST /api/v1/dlq/{queue}/redrive", { params: { queue: textOf({ name }, "name") }, body, signal }),
};
