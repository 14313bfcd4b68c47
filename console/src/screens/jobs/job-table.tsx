import type { Job } from "../../../../contracts/jobs/wire.ts";
import { formatDuration } from "../../format/time.ts";
import { useRows } from "../../keyboard/use-rows.ts";
import { JobLink } from "../../ui/job-link.tsx";
import { Progress, StatusBadge } from "../../ui/status.tsx";
import { TableHead } from "../../ui/table-head.tsx";
import { Time } from "../../ui/time.tsx";

/** One row a job; j and k walk through them, Enter opens one. */
export function JobTable({ jobs }: { readonly jobs: readonly Job[] }) {
  const rows = useRows<HTMLTableSectionElement>();
  return (
    <div class="table-wrap">
      <table class="table jobs">
        <TableHead
          columns={[
            "State",
            "Task",
            "Job",
            "What happened",
            { label: "Runs", class: "number" },
            { label: "Took", class: "number" },
            "Created",
          ]}
        />
        <tbody ref={rows}>
          {jobs.map((job) => (
            <tr key={job.task_id} class="row-link">
              <td>
                <StatusBadge status={job.status} />
              </td>
              <td>{job.task_name}</td>
              <td>
                <JobLink id={job.task_id} />
              </td>
              <td class="happened">
                <Happened job={job} />
              </td>
              <td class="number">{job.attempts}</td>
              <td class="number">{job.duration_ms === null ? "–" : formatDuration(job.duration_ms)}</td>
              <td class="nowrap">
                <Time at={job.created_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The one thing about a job that matters most in its state. */
function Happened({ job }: { readonly job: Job }) {
  if (job.error && job.status !== "SUCCESS") {
    return (
      <span class="ellipsis" title={`${job.error.type}: ${job.error.message.slice(0, 500)}`}>
        <b>{job.error.type}</b>
        {job.status === "RETRY" && job.next_attempt_at !== null && (
          <>
            {" "}
            starts <Time at={job.next_attempt_at} />:
          </>
        )}{" "}
        {job.error.message.slice(0, 200)}
      </span>
    );
  }
  if (job.status === "STARTED" && job.progress) return <Progress progress={job.progress} />;
  if (job.next_attempt_at !== null && (job.status === "PENDING" || job.status === "RETRY")) {
    return (
      <span class="muted">
        starts <Time at={job.next_attempt_at} />
      </span>
    );
  }
  return <span class="muted">{job.worker ?? ""}</span>;
}
