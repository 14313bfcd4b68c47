import type { JobEvent, JobLogLine } from "../../../../contracts/jobs/wire.ts";
import { formatDuration } from "../../format/time.ts";
import { LinkedIds } from "../../ui/job-link.tsx";
import { StatusBadge } from "../../ui/status.tsx";
import { Clock } from "../../ui/time.tsx";
import { isPutOff } from "./put-off.ts";
import type { JobView } from "./use-job-view.ts";
import { Waterfall } from "./waterfall.tsx";

/** Every change of the job's state, and what its code has logged in between. */
export function Timeline({ view }: { readonly view: JobView }) {
  const { events, log } = view;
  return (
    <section class="card" aria-labelledby="timeline">
      <header class="card-head">
        <h2 id="timeline">Timeline</h2>
      </header>
      <Waterfall view={view} />
      <ol class="timeline">
        {events.map((event, index) => (
          <Entry
            key={`${event.at} ${event.status}`}
            event={event}
            before={events[index - 1]}
            log={linesBetween(log, event.at, events[index + 1]?.at)}
          />
        ))}
      </ol>
    </section>
  );
}

const linesBetween = (log: readonly JobLogLine[], from: string, until: string | undefined): readonly JobLogLine[] =>
  log.filter(({ at }) => at >= from && (until === undefined || at < until));

interface EntryProps {
  readonly event: JobEvent;
  readonly before: JobEvent | undefined;
  /** What was logged before the next change. */
  readonly log: readonly JobLogLine[];
}

function Entry({ event, before, log }: EntryProps) {
  const passed = before && Date.parse(event.at) - Date.parse(before.at);
  const waits = event.error !== null && isPutOff(event.error);
  return (
    <li class={waits ? "state-pending" : `state-${event.status.toLowerCase()}`}>
      <div class="timeline-head">
        <StatusBadge status={event.status} />
        <Clock at={event.at} />
        {passed !== undefined && passed > 0 && <span class="muted">+{formatDuration(passed)}</span>}
        {event.attempt > 0 && <span class="muted">attempt {event.attempt}</span>}
        {event.worker !== null && <code class="muted">{event.worker}</code>}
      </div>
      {event.message !== null && (
        <p>
          <LinkedIds text={event.message} />
        </p>
      )}
      {event.error && (
        <p class={waits ? "timeline-waits" : "timeline-error"}>
          <b>{event.error.type}</b> {event.error.message.slice(0, 500)}
        </p>
      )}
      {log.length > 0 && (
        <ul class="log" aria-label="Log">
          {log.map((line, index) => (
            <li key={`${line.at} ${index}`} class={`log-${line.level}`}>
              <Clock at={line.at} />
              <span class="log-level">{line.level}</span>
              <span>{line.message}</span>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
