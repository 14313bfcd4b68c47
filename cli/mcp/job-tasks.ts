/**
 * Jobs as tasks of the protocol's Tasks extension, for clients that have it: a task's id is its job's, and the job is all
 * the state there is. A task outlives this process, and another one of the same key follows it.
 *
 * @module
 */

import {
  CLIENT_CAPABILITIES_META_KEY,
  type McpServer,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import { type Client, ConflictError, type Job, NotFoundError, SluiceError } from "../../client/index.ts";
import { isReady } from "../../contracts/jobs/states.ts";
import { jobForAgent } from "./follow.ts";
import type { Accepted } from "./tool.ts";
import { taskResult } from "./tool-result.ts";

/** The extension's name, among the capabilities of both sides. */
const TASKS_EXTENSION = "io.modelcontextprotocol/tasks";

/** The tag of jobs that were begun as tasks: those alone are cancelled as tasks, by whoever may submit them. */
export const taskTags = { mcp: "task" } as const;

/** Whether the request says that its sender follows tasks. Each request says so for itself. */
export const followsTasks = ({ mcpReq }: ServerContext): boolean => declaresTasks.safeParse(mcpReq.envelope).success;

const declaresTasks = z.object({
  [CLIENT_CAPABILITIES_META_KEY]: z.object({ extensions: z.object({ [TASKS_EXTENSION]: z.looseObject({}) }) }),
});

/**
 * What a tool's call is answered with in place of its result. The job is not read for it: if that failed, the agent would
 * not learn that there is one, and submit it again.
 */
export function createdTask({ task_id, status }: Accepted) {
  const now = new Date().toISOString();
  // The SDK has no type for it: it passes on what it does not know.
  return { resultType: "task", content: [], ...stateOf({ task_id, status, created_at: now }) };
}

/** Answers what clients ask about tasks. */
export function serveTasks({ server }: McpServer, client: Client): void {
  server.registerCapabilities({ extensions: { [TASKS_EXTENSION]: {} } });
  const params = z.looseObject({ taskId: z.string().min(1) });
  const find = async (taskId: string, context: ServerContext): Promise<Job> => {
    if (!followsTasks(context)) {
      throw new MissingRequiredClientCapabilityError({
        requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } },
      });
    }
    const options = { params: { task_id: taskId }, signal: context.mcpReq.signal };
    return await asProtocolError(client.call("GET /api/v1/jobs/{task_id}", options));
  };

  server.setRequestHandler("tasks/get", { params }, async ({ taskId }, context) =>
    detailed(await find(taskId, context)),
  );
  // No job asks its submitter for anything: whatever is answered was not asked for, and is left aside.
  server.setRequestHandler("tasks/update", { params }, async ({ taskId }, context) => {
    await find(taskId, context);
    return {};
  });
  server.setRequestHandler("tasks/cancel", { params }, async ({ taskId }, context) => {
    const { tags, ready } = await find(taskId, context);
    if (tags?.mcp !== taskTags.mcp) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, "This job was not begun as a task: revoke_job ends it.");
    }
    if (ready) return {};
    const revoked = client.call("POST /api/v1/jobs/{task_id}/revoke", {
      params: { task_id: taskId },
      body: { terminate: true },
    });
    // A job that has ended meanwhile is acknowledged like one that had ended before.
    await asProtocolError(
      revoked.catch((error) => (error instanceof ConflictError ? undefined : Promise.reject(error))),
    );
    return {};
  });
}

/** A task with its result. A job that failed is a call that ended with an error: `failed` is for errors of the protocol. */
function detailed(job: Job) {
  const state = stateOf(job);
  if (state.status !== "completed") return state;
  return { ...state, result: { resultType: "complete", ...taskResult(jobForAgent(job)) } };
}

/** What a task shows of its job: of one that was just submitted, no more than its id is known. */
type Shown = Pick<Job, "task_id" | "status" | "created_at"> &
  Partial<Pick<Job, "progress" | "error" | "started_at" | "finished_at">>;

function stateOf(job: Shown) {
  return {
    taskId: job.task_id,
    status: statusOf(job),
    statusMessage: messageOf(job),
    createdAt: job.created_at,
    lastUpdatedAt: job.finished_at ?? job.started_at ?? job.created_at,
    // It counts from the creation, and a job is kept from its end: no number would be true.
    ttlMs: null,
    pollIntervalMs: pollInterval(Date.now() - Date.parse(job.created_at)),
  };
}

/** How far it is, or what it failed of: what a job that has ended had last reported is past. */
function messageOf({ status, progress, error }: Shown): string {
  const message = isReady(status) ? error?.message : progress?.message;
  return message ?? error?.message ?? status;
}

function statusOf({ status }: Shown) {
  if (!isReady(status)) return "working";
  return status === "REVOKED" ? "cancelled" : "completed";
}

/** A tenth of the time that the job has taken, from 1 s to 15 s: what takes long is asked for less often. */
const pollInterval = (age: number): number => Math.round(Math.min(Math.max(age / 10, 1_000), 15_000));

/** What the API refuses, in the protocol's words. */
async function asProtocolError<Value>(asked: Promise<Value>): Promise<Value> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    const code = error instanceof NotFoundError ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError;
    throw new ProtocolError(code, error.message);
  }
}
