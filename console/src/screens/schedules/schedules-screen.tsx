import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { identity } from "../../api/identity.ts";
import { maySubmit } from "../../api/permissions.ts";
import { paces } from "../../live/paces.ts";
import { usePoll } from "../../live/use-poll.ts";
import { useStore } from "../../store.ts";
import { Button } from "../../ui/button.tsx";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { Pages, ProjectHead } from "../../ui/project-head.tsx";
import { NewSchedule } from "./new-schedule.tsx";
import { ScheduleTable } from "./schedule-table.tsx";

/** A project's schedules: what runs again, and when next. */
export function SchedulesScreen({ project }: { readonly project: string | undefined }) {
  const who = useStore(identity);
  const [cursor, setCursor] = useState<string>();
  const [making, setMaking] = useState(false);
  const schedules = usePoll(
    (signal) => call("GET /api/v1/schedules", { query: { project_id: project, limit: 50, cursor }, signal }),
    { key: `schedules ${project ?? ""} ${cursor ?? ""}`, every: paces.schedules },
  );
  return (
    <>
      <ProjectHead title="Schedules" screen="schedules" project={project}>
        {maySubmit(who) && (
          <Button icon="submit" kind="primary" onClick={() => setMaking(true)}>
            New schedule
          </Button>
        )}
      </ProjectHead>
      <section class="card" aria-label="Schedules">
        <Loaded polled={schedules}>
          {(page) =>
            page.schedules.length === 0 ? (
              <Empty title="There are no schedules.">
                A schedule submits a task again and again: by cron in a time zone, at a rate, or once at a time.
              </Empty>
            ) : (
              <ScheduleTable list={page.schedules} mayChange={maySubmit(who)} changed={schedules.refresh} />
            )
          }
        </Loaded>
        <Pages cursor={cursor} next={schedules.data?.next_cursor} go={setCursor} />
      </section>
      {making && <NewSchedule project={project} close={() => setMaking(false)} changed={schedules.refresh} />}
    </>
  );
}
