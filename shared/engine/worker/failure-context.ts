import type { TaskDefinition } from "../../../contracts/define-task.ts";
import { InvalidInputError } from "../../../contracts/errors.ts";
import type { JobRecord } from "../jobs/record.ts";
import type { JobServices } from "../jobs/services.ts";
import { identityOf, type TaskContext, type TaskLog } from "./context.ts";
import { ownSecret, ownSettings } from "./own-settings.ts";
import { StepSubmitter } from "./submit-step.ts";

/** What a task's onFailure is given: the job has ended, so that it reports nothing and continues nowhere. */
export function failureContext(options: {
  readonly services: JobServices;
  readonly definition: TaskDefinition;
  readonly record: JobRecord;
  readonly signal: AbortSignal;
  readonly log: TaskLog;
}): TaskContext {
  const { services, definition, record, signal, log } = options;
  const assertActive = async () => signal.throwIfAborted();
  const steps = new StepSubmitter({ services, definition, record, assertActive });
  const hasEnded = (what: string): never => {
    throw new InvalidInputError(`The job has failed: its onFailure cannot ${what}.`);
  };
  return {
    ...identityOf(record),
    signal,
    log,
    progress: () => undefined,
    assertActive,
    admitCall: assertActive,
    admit: assertActive,
    usage: () => undefined,
    submit: steps.submit,
    submitBatch: steps.submitBatch,
    results: steps.results,
    batchResults: steps.batchResults,
    state: undefined,
    continueWith: () => hasEnded("go on"),
    waitFor: () => hasEnded("wait"),
    files: { put: async () => hasEnded("put files") },
    settings: ownSettings(definition),
    secret: (name) => ownSecret(definition, name),
  };
}
