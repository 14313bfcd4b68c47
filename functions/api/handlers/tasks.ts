import { API_PREFIX } from "../../../contracts/routes/define-route.ts";
import type { taskRoutes } from "../../../contracts/routes/tasks.ts";
import { submitJob, taskOf } from "../../../shared/engine/jobs/submit.ts";
import { projectFor, requireScope } from "../caller.ts";
import type { Handlers } from "../route-handler.ts";
import { readTaskInputs, submitOptions } from "../submit-request.ts";

/** Submitting tasks. */
export const taskHandlers: Handlers<keyof typeof taskRoutes> = {
  async submitTask({ params, query, headers, body, caller }, services) {
    const { jobs } = services;
    const task = taskOf(jobs.catalog, params.task_name);
    requireScope(caller, task.scope ?? "submit");
    const tenant = projectFor(caller, query.project_id);
    const [input] = await readTaskInputs(task, [{ at: ["input"], given: body.input }], body);
    const { job } = await submitJob(jobs, {
      ...(await submitOptions(body, { task, tenant, traceparent: headers.traceparent }, services)),
      taskName: params.task_name,
      input,
      priority: body.priority,
      idempotencyKey: headers["idempotency-key"],
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
  },
};
