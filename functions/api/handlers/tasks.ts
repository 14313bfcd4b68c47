import type { z } from "zod";
import type { TaskDefinition } from "../../../contracts/define-task.ts";
import type { SubmitBody } from "../../../contracts/jobs/submit.ts";
import { API_PREFIX } from "../../../contracts/routes/define-route.ts";
import type { executeSchema, taskRoutes } from "../../../contracts/routes/tasks.ts";
import { familyFault, submitJob, taskOf } from "../../../shared/engine/jobs/submit.ts";
import { invalid } from "../../../shared/lib/http/problem.ts";
import { type Caller, limitedKeyOf, projectFor, requireScope } from "../caller.ts";
import { refuseOverLimits } from "../over-budget.ts";
import type { ApiServices, Handlers } from "../route-handler.ts";
import { readTaskInputs, submitOptions } from "../submit-request.ts";
import { refuseUnreadDocument } from "../unread-document.ts";

/** A submit of one job, by any route. */
interface Submit {
  readonly task: TaskDefinition;
  readonly body: SubmitBody;
  /** Where the input is in the body. */
  readonly at: readonly string[];
  readonly query: { readonly project_id?: string | undefined };
  readonly headers: { readonly "idempotency-key"?: string | undefined; readonly traceparent?: string | undefined };
  readonly caller: Caller;
}

const namesDocument = (input: unknown): input is { readonly document_id: unknown } =>
  typeof input === "object" && input !== null && "document_id" in input;

async function submitTask({ task, body, at, query, headers, caller }: Submit, services: ApiServices) {
  requireScope(caller, task.scope ?? "submit");
  const tenant = projectFor(caller, query.project_id, body.project_id);
  const [input] = await readTaskInputs(task, [{ at, given: body.input }], { ...body, services });
  const idempotencyKey = headers["idempotency-key"];
  if (namesDocument(input)) await refuseUnreadDocument(services.jobs, task, { input, tenant, at, idempotencyKey });
  const limitedKey = limitedKeyOf(caller);
  const { priority } = body;
  await refuseOverLimits(services, task, { tenant, limitedKey, priority, idempotencyKey });
  const { job } = await submitJob(services.jobs, {
    ...(await submitOptions(body, { task, tenant, traceparent: headers.traceparent, limitedKey }, services)),
    taskName: task.name,
    input,
    priority,
    idempotencyKey,
  });
  const self = `${API_PREFIX}/jobs/${job.task_id}`;
  return {
    headers: { location: self },
    body: {
      task_id: job.task_id,
      status: job.status,
      links: { self, result: `${self}/result`, events: `${self}/events` },
    },
  };
}

type Executed = Omit<Submit, "task" | "body" | "at"> & { readonly body: z.output<typeof executeSchema> };

/** Runs the task that registers a path. @throws ProblemError 422 when none does */
async function execute({ body: given, ...request }: Executed, priority: number, services: ApiServices) {
  const { function_path: path, project_id, job_id, tags, trace_id, callback_url, config, ...input } = given;
  const { catalog } = services.jobs;
  const task = catalog.findFunction(path);
  if (!task) {
    const message = familyFault(path, catalog) ?? "is not a path that a task registers";
    throw invalid([{ path: "/function_path", message }]);
  }
  const body = {
    ...{ input, priority, project_id, trace_id, callback_url, config },
    tags: job_id === undefined ? tags : { ...tags, job_id: String(job_id) },
  };
  return submitTask({ ...request, task, body, at: [] }, services);
}

/** Submitting tasks. */
export const taskHandlers: Handlers<keyof typeof taskRoutes> = {
  submitTask: ({ params, ...request }, services) =>
    submitTask({ ...request, task: taskOf(services.jobs.catalog, params.task_name), at: ["input"] }, services),
  executeHighPriorityTask: (request, services) => execute(request, 9, services),
  executeLowPriorityTask: (request, services) => execute(request, 1, services),
};
