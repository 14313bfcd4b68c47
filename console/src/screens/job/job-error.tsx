import type { Job, JobError as JobErrorValue } from "../../../../contracts/jobs/wire.ts";
import { CopyButton } from "../../ui/button.tsx";
import { LongText } from "../../ui/value.tsx";
import { isPutOff } from "./put-off.ts";

interface JobErrorProps {
  readonly error: JobErrorValue;
  readonly job: Job;
}

/** What went wrong, and whether another attempt can help. */
export function JobError({ error, job }: JobErrorProps) {
  return (
    <section class={`card ${cardOf(error, job)}`} aria-label={waits(error, job) ? "Why it waits" : "Error"}>
      <header class="card-head">
        <h2>{error.type}</h2>
        <CopyButton label="Copy the error" text={() => `${error.type}: ${error.message}`} />
      </header>
      <LongText text={error.message} />
      <p class="card-note muted small">{hint(error, job)}</p>
    </section>
  );
}

const waits = (error: JobErrorValue, job: Job): boolean => job.status === "RETRY" && isPutOff(error);

function cardOf(error: JobErrorValue, job: Job): string {
  if (waits(error, job)) return "card-waits";
  return job.status === "FAILURE" ? "card-bad" : "card-warn";
}

function hint(error: JobErrorValue, job: Job): string {
  if (waits(error, job)) return "It waits, and runs by itself. No attempt was spent.";
  if (job.status === "RETRY") return "It is tried again by itself; this was the last attempt's error.";
  if (job.status !== "FAILURE") return "The error of an earlier attempt.";
  if (!error.retryable)
    return "The same input would fail again. Edit it and submit it again, or retry once the cause is fixed.";
  return `All ${job.attempts} attempts failed. Retry once the cause is fixed.`;
}
