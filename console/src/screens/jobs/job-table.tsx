import type { Job } from "../../../../contracts/jobs/wire.ts";
import { resultWords } from "../../format/result-words.ts";
import { formatDuration } from "../../format/time.ts";
import { useShortcuts } from "../../keyboard/shortcuts.ts";
import { selectFocusedRow, useRows } from "../../keyboard/use-rows.ts";
import { JobLink } from "../../ui/job-link.tsx";
import { SelectBox } from "../../ui/select-box.tsx";
import { Progress, StatusBadge } from "../../ui/status.tsx";
import { TableHead } from "../../ui/table-head.tsx";
import { Time } from "../../ui/time.tsx";

interface JobTableProps {
  readonly jobs: readonly Job[];
  /** Ids. */
  readonly selected: ReadonlySet<string>;
  /** Undefined: nothing can be done with several jobs. */
  readonly select: ((ids: ReadonlySet<string>) => void) | undefined;
}

/** One row a job; j and k walk through them, Enter opens one. */
export function JobTable({ jobs, selected, select }: JobTableProps) {
  const rows = useRows<HTMLTableSectionElement>();
  useShortcuts({ x: selectFocusedRow });
  const ids = jobs.map(({ task_id }) => task_id);
  const areAll = ids.every((id) => selected.has(id));
  const toggle = (id: string) =>
    select?.(new Set(selected.has(id) ? [...selected].filter((each) => each !== id) : [...selected, id]));
  return (
    <div class="table-wrap">
      <table class="table jobs">
        <TableHead
          columns={[
            ...(select
              ? [
                  {
                    label: "Select",
                    class: "check",
                    content: (
                      <SelectBox
                        label="Select all on this page"
                        checked={areAll}
                        toggle={() => select(areAll ? new Set() : new Set(ids))}
                      />
                    ),
                  },
                ]
              : []),
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
            <tr key={job.task_id} class={selected.has(job.task_id) ? "row-link row-selected" : "row-link"}>
              {select && (
                <td class="check">
                  <SelectBox
                    label={`Select job ${job.task_id.slice(0, 8)}`}
                    checked={selected.has(job.task_id)}
                    toggle={() => toggle(job.task_id)}
                  />
                </td>
              )}
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
              <td class="number optional">{job.attempts}</td>
              <td class="number took">{job.duration_ms === null ? "–" : formatDuration(job.duration_ms)}</td>
              <td class="nowrap created">
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
  const words = job.status === "SUCCESS" ? resultWords(job.result) : undefined;
  if (words !== undefined) {
    return (
      <span class="ellipsis muted" title={words}>
        {words}
      </span>
    );
  }
  return <span class="muted">{job.worker ?? ""}</span>;
}
