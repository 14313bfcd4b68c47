import { formatCount } from "../../format/number.ts";
import { useRows } from "../../keyboard/use-rows.ts";
import { JobLink } from "../../ui/job-link.tsx";
import { StatusBadge } from "../../ui/status.tsx";
import { TableHead } from "../../ui/table-head.tsx";
import { Time } from "../../ui/time.tsx";
import type { Revoked } from "./revoke-jobs.ts";

interface SampleProps {
  readonly jobs: Revoked["sample"];
  /** How many there are. */
  readonly total: number;
}

/** The newest jobs that would be revoked. */
export function Sample({ jobs, total }: SampleProps) {
  const rows = useRows<HTMLTableSectionElement>();
  return (
    <div class="table-wrap">
      <table class="table">
        <TableHead columns={["State", "Task", "Job", "Created"]} />
        <tbody ref={rows}>
          {jobs.map((job) => (
            <tr key={job.task_id} class="row-link">
              <td>
                <StatusBadge status={job.status} />
              </td>
              <td class="wrap">{job.task_name}</td>
              <td>
                <JobLink id={job.task_id} />
              </td>
              <td class="nowrap">
                <Time at={job.created_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {total > jobs.length && <p class="card-note muted small">and {formatCount(total - jobs.length)} older ones</p>}
    </div>
  );
}
