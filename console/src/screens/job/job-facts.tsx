import type { Job } from "../../../../contracts/jobs/wire.ts";
import { formatCount } from "../../format/number.ts";
import { formatDuration } from "../../format/time.ts";
import { Link } from "../../routing/location.tsx";
import { CopyButton } from "../../ui/button.tsx";
import { Fact } from "../../ui/fact.tsx";
import { JobLink } from "../../ui/job-link.tsx";
import { Time } from "../../ui/time.tsx";

/** What the record says about a job beside its outcome. */
export function JobFacts({ job }: { readonly job: Job }) {
  const { usage } = job;
  return (
    <dl class="card facts">
      <Fact name="Task">
        <Link to={{ screen: "jobs", task: job.task_name, project: job.project_id }}>{job.task_name}</Link>
      </Fact>
      <Fact name="Project">
        <Link to={{ screen: "jobs", project: job.project_id }}>{job.project_id}</Link>
      </Fact>
      <Fact name="Attempts">{job.attempts}</Fact>
      <Fact name="Priority">{job.priority}</Fact>
      <Fact name="Created">
        <Time at={job.created_at} />
      </Fact>
      <Fact name="Started">
        <Time at={job.started_at} />
      </Fact>
      <Fact name="Finished">
        <Time at={job.finished_at} />
      </Fact>
      {job.next_attempt_at !== null && (
        <Fact name="Next attempt">
          <Time at={job.next_attempt_at} />
        </Fact>
      )}
      <Fact name="Took">{job.duration_ms === null ? "–" : formatDuration(job.duration_ms)}</Fact>
      <Fact name="Worker">{job.worker === null ? "–" : <code>{job.worker}</code>}</Fact>
      <Fact name="Trace">
        <Link to={{ screen: "jobs", search: `trace:${job.trace_id}`, project: job.project_id }} title={job.trace_id}>
          <code>{job.trace_id.length > 16 ? `${job.trace_id.slice(0, 13)}…` : job.trace_id}</code>
        </Link>
        <CopyButton label="Copy the trace id" text={() => job.trace_id} />
      </Fact>
      {job.parent_id !== null && (
        <Fact name="Submitted by">
          <JobLink id={job.parent_id} />
        </Fact>
      )}
      {job.batch_id !== null && (
        <Fact name="Batch">
          <Link to={{ screen: "batch", id: job.batch_id }} title={job.batch_id}>
            <code>{job.batch_id.slice(0, 8)}</code>
          </Link>
        </Fact>
      )}
      {usage && (
        <Fact name="Tokens">
          {formatCount(usage.total_tokens)}: {formatCount(usage.prompt_tokens)} of the prompt,{" "}
          {formatCount(usage.completion_tokens)} of the answer
          {usage.model !== null && <span class="muted"> {usage.model}</span>}
        </Fact>
      )}
    </dl>
  );
}
