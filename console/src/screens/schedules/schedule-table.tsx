import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { formatExact } from "../../format/time.ts";
import { ActionButton, Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { JobLink } from "../../ui/job-link.tsx";
import { notify } from "../../ui/notify.ts";
import { TableHead } from "../../ui/table-head.tsx";
import { Time } from "../../ui/time.tsx";

type Schedule = AnswerOf<"GET /api/v1/schedules">["schedules"][number];

interface ScheduleTableProps {
  readonly list: readonly Schedule[];
  readonly mayChange: boolean;
  readonly changed: () => void;
}

/** When it runs, in the words it was made with. */
const whenOf = ({ cron, rate, at }: Schedule): string =>
  cron ?? (rate ? `every ${rate}` : at ? formatExact(Date.parse(at)) : "");

/** Schedules with their next and last runs. */
export function ScheduleTable({ list, mayChange, changed }: ScheduleTableProps) {
  const [deleting, setDeleting] = useState<Schedule>();
  return (
    <div class="table-wrap">
      <table class="table records">
        <TableHead columns={["Task", "When", "Next run", "Last run", "State", { label: "Actions", hidden: true }]} />
        <tbody>
          {list.map((schedule) => (
            <tr key={schedule.schedule_id}>
              <td>
                {schedule.task_name}
                {schedule.source === "catalog" && <span class="muted"> of the catalog</span>}
              </td>
              <td>
                <code>{whenOf(schedule)}</code>
                {schedule.cron !== null && <span class="muted"> {schedule.time_zone}</span>}
              </td>
              <td class="nowrap" data-label="Next run">
                <Time at={schedule.next_runs[0] ?? null} />
              </td>
              <td class="nowrap" data-label="Last run">
                <Time at={schedule.last_run_at} /> {schedule.last_task_id && <JobLink id={schedule.last_task_id} />}
              </td>
              <td class="wrap">
                {schedule.error ?? (schedule.enabled ? "on" : <span class="muted">paused</span>)}
                {schedule.last_skip && (
                  <div class="muted">
                    {schedule.skipped_runs} {schedule.skipped_runs === 1 ? "run" : "runs"} skipped, last{" "}
                    <Time at={schedule.last_skip.at} />: {schedule.last_skip.reason}
                  </div>
                )}
              </td>
              <td class="row-actions">
                {mayChange && <Actions schedule={schedule} changed={changed} remove={() => setDeleting(schedule)} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {deleting && (
        <Confirm
          title={`Delete the schedule of ${deleting.task_name}?`}
          action="Delete"
          confirm={async () => {
            await call("DELETE /api/v1/schedules/{schedule_id}", {
              params: { schedule_id: deleting.schedule_id },
            });
            changed();
          }}
          close={() => setDeleting(undefined)}
        >
          <p>
            It runs <code>{whenOf(deleting)}</code>. Its jobs stay.
          </p>
        </Confirm>
      )}
    </div>
  );
}

interface ActionsProps {
  readonly schedule: Schedule;
  readonly changed: () => void;
  readonly remove: () => void;
}

function Actions({ schedule, changed, remove }: ActionsProps) {
  const params = { schedule_id: schedule.schedule_id };
  const name = schedule.task_name;
  const run = async (): Promise<void> => {
    const { task_id } = await call("POST /api/v1/schedules/{schedule_id}/run", { params });
    notify(`Submitted as job ${task_id.slice(0, 8)}.`);
    changed();
  };
  return (
    <>
      <ActionButton icon="submit" kind="quiet" aria-label={`Run now: ${name}`} action={run}>
        Run now
      </ActionButton>
      {schedule.source === "api" && <Changes schedule={schedule} changed={changed} remove={remove} />}
    </>
  );
}

/** What only the schedules that projects make allow. */
function Changes({ schedule, changed, remove }: ActionsProps) {
  const params = { schedule_id: schedule.schedule_id };
  const name = schedule.task_name;
  const isOver = schedule.enabled && schedule.next_runs.length === 0;
  const toggle = async (): Promise<void> => {
    if (schedule.enabled) await call("POST /api/v1/schedules/{schedule_id}/pause", { params });
    else await call("POST /api/v1/schedules/{schedule_id}/resume", { params });
    changed();
  };
  return (
    <>
      <ActionButton
        icon={schedule.enabled ? "pause" : "play"}
        kind="quiet"
        disabled={isOver}
        aria-label={`${schedule.enabled ? "Pause" : "Resume"} the schedule of ${name}`}
        action={toggle}
      >
        {schedule.enabled ? "Pause" : "Resume"}
      </ActionButton>
      <Button icon="trash" kind="quiet" aria-label={`Delete the schedule of ${name}`} onClick={remove}>
        Delete
      </Button>
    </>
  );
}
