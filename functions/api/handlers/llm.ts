import { InvalidInputError, LLMTimeoutError, SchemaValidationError, TaskError } from "../../../contracts/errors.ts";
import { API_PREFIX } from "../../../contracts/routes/define-route.ts";
import type { llmRoutes } from "../../../contracts/routes/llm.ts";
import { llmCall } from "../../../contracts/tasks/llm-call.ts";
import { RefusedSchemaError } from "../../../shared/capabilities/json-schema/refused-schema-error.ts";
import { NoLanguageModelError } from "../../../shared/capabilities/llm/backend.ts";
import { submitJob, taskOf } from "../../../shared/engine/jobs/submit.ts";
import { invalid, ProblemError } from "../../../shared/lib/http/problem.ts";
import { limitedKeyOf, projectFor } from "../caller.ts";
import { countedCall } from "../counted-call.ts";
import { refuseOverLimits } from "../over-budget.ts";
import type { Handlers } from "../route-handler.ts";
import { submitOptions } from "../submit-request.ts";

/** What an answer may take; the gateway gives up after 30 seconds. */
const CALL_MS = 25_000;
/** How these calls are named in the metrics. */
const NAME = "llm_complete";

/** Asking language models, as a job and without one. */
export const llmHandlers: Handlers<keyof typeof llmRoutes> = {
  async callLlm({ query, headers, body, caller }, services) {
    const { jobs } = services;
    const task = taskOf(jobs.catalog, llmCall.name);
    const tenant = projectFor(caller, query.project_id, body.project_id);
    const limitedKey = limitedKeyOf(caller);
    await refuseOverLimits(services, task, { tenant, limitedKey, idempotencyKey: headers["idempotency-key"] });
    const { job } = await submitJob(jobs, {
      ...(await submitOptions(body, { task, tenant, traceparent: headers.traceparent, limitedKey }, services)),
      taskName: task.name,
      input: { query: body.query },
      idempotencyKey: headers["idempotency-key"],
    });
    const status = job.status.toLowerCase() as Lowercase<typeof job.status>;
    return { headers: { location: `${API_PREFIX}/jobs/${job.task_id}` }, body: { job_id: job.task_id, status } };
  },

  async completeLlm({ query, body, caller }, services) {
    const { jobs, languageModel, limiter, logger } = services;
    const tenant = projectFor(caller, query.project_id);
    const late = new LLMTimeoutError(`The model did not answer within ${CALL_MS / 1_000} s. Submit a task instead.`);
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(late), CALL_MS);
    try {
      // Loaded when it is asked for: the other routes start without what checks schemas.
      const { callModel } = await import("../../../shared/capabilities/llm/call-model.ts");
      const model = await languageModel();
      const answer = await countedCall(
        { jobs, logger, limiter, used: "llm" },
        { caller, tenant, name: NAME, ms: CALL_MS },
        (book) => callModel(model, body, { signal: limit.signal, book, log: logger }),
      );
      return { body: answer };
    } catch (error) {
      throw problemOf(error);
    } finally {
      clearTimeout(timer);
    }
  },
};

/** What can be tried again is answered as any outage is; what can never work is 422. */
function problemOf(error: unknown): unknown {
  if (error instanceof NoLanguageModelError) return new ProblemError("validation", error.message);
  if (error instanceof RefusedSchemaError) return invalid([{ path: error.pointer, message: error.reason }]);
  if (error instanceof InvalidInputError) return invalid([{ path: "/schema", message: error.message }]);
  // Another call might get an answer that fits.
  if (error instanceof SchemaValidationError) return new ProblemError("unavailable", error.message, { cause: error });
  if (!(error instanceof TaskError) || error.retryable) return error;
  return new ProblemError("validation", `${error.name}: ${error.message}`, { cause: error });
}
