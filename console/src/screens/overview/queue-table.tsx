import { Fragment } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { identity, isAdmin } from "../../api/identity.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { formatCount, formatRate } from "../../format/number.ts";
import { formatSeconds } from "../../format/time.ts";
import type { Samples } from "../../live/samples.ts";
import { Link } from "../../routing/location.tsx";
import { useStore } from "../../store.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { notify } from "../../ui/notify.ts";
import { Sparkline } from "../../ui/sparkline.tsx";

type Queue = AnswerOf<"GET /api/v1/queues">["queues"][number];
type Lane = Queue["lanes"][number];

interface QueueTableProps {
  readonly queues: readonly Queue[];
  readonly samples: Samples;
  /** Called after a queue was paused or resumed. */
  readonly changed: () => void;
}

/** Queues with their lanes: how much waits, for how long, how fast it goes. */
export function QueueTable({ queues, samples, changed }: QueueTableProps) {
  const admin = isAdmin(useStore(identity));
  const [asking, setAsking] = useState<Queue>();
  return (
    <section class="card" aria-labelledby="queues">
      <header class="card-head">
        <h2 id="queues">Queues</h2>
      </header>
      <div class="table-wrap">
        <table class="table queues">
          <thead>
            <tr>
              <th scope="col">Queue and lane</th>
              <th scope="col" class="number" title="Messages that wait and are due">
                Waiting
              </th>
              <th scope="col" class="spark-cell" aria-label="Waiting, over time" />
              <th scope="col" class="number" title="How long the oldest waiting message can have waited">
                Oldest
              </th>
              <th scope="col" class="number" title="Jobs that run now, of as many as may run at once">
                Running
              </th>
              <th scope="col" class="number" title="Taken from the queue: running, or in a backoff">
                In flight
              </th>
              <th scope="col" class="number">
                Delayed
              </th>
              <th scope="col" class="number" title="Jobs that ended per minute">
                Done / min
              </th>
              <th scope="col" class="spark-cell" aria-label="Done per minute, over time" />
            </tr>
          </thead>
          {queues.map((queue) => (
            <tbody key={queue.name}>
              <tr class="group-row">
                <th scope="rowgroup" colSpan={5}>
                  <Link to={{ screen: "jobs", task: queue.tasks.length === 1 ? queue.tasks[0] : undefined }}>
                    {queue.name}
                  </Link>{" "}
                  {queue.dlq_depth > 0 && (
                    <Link class="count" to={{ screen: "dead-letters", queue: queue.name }}>
                      {formatCount(queue.dlq_depth)} dead
                    </Link>
                  )}
                </th>
                <td colSpan={4} class="row-actions">
                  {admin && (
                    <Button
                      icon={isPaused(queue) ? "play" : "pause"}
                      kind="quiet"
                      onClick={() => setAsking(queue)}
                      aria-label={`${isPaused(queue) ? "Resume" : "Pause"} queue ${queue.name}`}
                    >
                      {isPaused(queue) ? "Resume" : "Pause"}
                    </Button>
                  )}
                </td>
              </tr>
              {queue.lanes.map((lane) => (
                <Fragment key={lane.name}>
                  <LaneRow lane={lane} samples={samples} />
                </Fragment>
              ))}
            </tbody>
          ))}
        </table>
      </div>
      {asking && <PauseDialog queue={asking} close={() => setAsking(undefined)} changed={changed} />}
    </section>
  );
}

const isPaused = (queue: Queue): boolean => queue.lanes.some((lane) => lane.paused === true);

function LaneRow({ lane, samples }: { readonly lane: Lane; readonly samples: Samples }) {
  return (
    <tr>
      <th scope="row" class="lane">
        {lane.lane}
        {lane.paused && <span class="badge state-retry">PAUSED</span>}
        {!lane.reachable && <span class="badge state-failure">UNREACHABLE</span>}
      </th>
      <td class="number strong">{formatCount(lane.depth)}</td>
      <td class="spark-cell">
        <Sparkline samples={samples[`${lane.name}:depth`]} label={`Waiting in ${lane.name}`} />
      </td>
      <td class="number">{lane.oldest_age_seconds === null ? "–" : formatSeconds(lane.oldest_age_seconds)}</td>
      <td class="number">
        {formatCount(lane.active_tasks)} <span class="muted">/ {formatCount(lane.max_concurrency)}</span>
      </td>
      <td class="number">{formatCount(lane.in_flight)}</td>
      <td class="number">{formatCount(lane.delayed)}</td>
      <td class="number">{lane.rate_per_minute === null ? "–" : formatRate(lane.rate_per_minute)}</td>
      <td class="spark-cell">
        <Sparkline samples={samples[`${lane.name}:rate`]} label={`Done per minute in ${lane.name}`} />
      </td>
    </tr>
  );
}

interface PauseProps {
  readonly queue: Queue;
  readonly close: () => void;
  readonly changed: () => void;
}

function PauseDialog({ queue, close, changed }: PauseProps) {
  const resume = isPaused(queue);
  const act = async (): Promise<void> => {
    const options = { params: { queue: queue.name }, body: {} };
    if (resume) await call("POST /api/v1/queues/{queue}/resume", options);
    else await call("POST /api/v1/queues/{queue}/pause", options);
    notify(`Queue ${queue.name} is ${resume ? "taking jobs again" : "paused"}.`);
    changed();
  };
  return (
    <Confirm
      title={`${resume ? "Resume" : "Pause"} ${queue.name}?`}
      action={resume ? "Resume" : "Pause"}
      kind="primary"
      confirm={act}
      close={close}
    >
      <p>
        {resume
          ? "Waiting jobs start again, on both lanes."
          : "No further job of this queue starts until it is resumed. Running ones end as usual; new ones are accepted and wait."}
      </p>
    </Confirm>
  );
}
