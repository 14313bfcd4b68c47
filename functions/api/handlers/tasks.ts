import { API_PREFIX } from "../../../contracts/routes/define-route.ts";
import type { taskRoutes } from "../../../contracts/routes/tasks.ts";
import { invalid } from "../../../shared/http/problem.ts";
import { submitJob } from "../../../shared/jobs/submit.ts";
import { projectFor } from "../caller.ts";
import type { Handlers } from "../handler.ts";

/** Submitting tasks. */
export const taskHandlers: Handlers<keyof typeof taskRoutes> = {
  async submitTask({ params, query, headers, body, caller }, { jobs }) {
    if (body.delay_seconds !== undefined && body.eta !== undefined) {
      throw invalid([{ path: "/eta", message: "give delay_seconds or eta, not both" }]);
    }
    const { job } = await submitJob(jobs, {
      taskName: params.task_name,
      projectId: projectFor(caller, query.project_id),
      input: body.input,
      priority: body.priority,
      delaySeconds: body.delay_seconds,
      eta: body.eta === undefined ? undefined : new Date(body.eta),
      expiresIn: body.expires_in,
      traceId: body.trace_id,
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
