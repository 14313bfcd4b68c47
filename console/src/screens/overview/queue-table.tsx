import { useState } from "preact/hooks";
import { identity } from "../../api/identity.ts";
import { isAdmin } from "../../api/permissions.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { formatCount, formatRate } from "../../format/number.ts";
import { formatSeconds } from "../../format/time.ts";
import { deadLetterCounts } from "../../live/dead-letter-counts.ts";
import type { Samples } from "../../live/samples.ts";
import { Link } from "../../routing/location.tsx";
import { useStore } from "../../store.ts";
import { Button } from "../../ui/button.tsx";
import { Sparkline } from "../../ui/sparkline.tsx";
import { TableHead } from "../../ui/table-head.tsx";
import { type QueueAction, QueueDialog } from "./queue-dialog.tsx";

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
  const [asked, setAsked] = useState<{ readonly queue: Queue; readonly action: QueueAction }>();
  return (
    <section class="card" aria-labelledby="queues">
      <header class="card-head">
        <h2 id="queues">Queues</h2>
      </header>
      <div class="table-wrap">
        <table class="table queues">
          <TableHead
            columns={[
              "Queue",
              "Lane",
              { label: "Waiting", class: "number", title: "Messages that wait and are due" },
              { label: "Waiting, over time", class: "spark-cell", hidden: true },
              { label: "Oldest", class: "number", title: "How long the oldest waiting message can have waited" },
              { label: "Age of the oldest, over time", class: "spark-cell", hidden: true },
              { label: "Done / min", class: "number", title: "Jobs that ended per minute" },
              { label: "Done per minute, over time", class: "spark-cell", hidden: true },
              { label: "Running", class: "number", title: "Jobs that run now, of as many as may run at once" },
              { label: "In flight", class: "number", title: "Taken from the queue: running, or in a backoff" },
              { label: "Delayed", class: "number", title: "Held back until their time comes" },
              ...(admin ? [{ label: "Actions", hidden: true }] : []),
            ]}
          />
          {queues.map((queue) => (
            <tbody key={queue.name}>
              {queue.lanes.map((lane, index) => (
                <tr key={lane.name}>
                  {index === 0 && (
                    <th scope="rowgroup" rowSpan={queue.lanes.length} class="queue-name">
                      <QueueName queue={queue} />
                    </th>
                  )}
                  <LaneCells lane={lane} samples={samples} />
                  {index === 0 && admin && (
                    <td rowSpan={queue.lanes.length} class="row-actions">
                      <Button
                        icon={isPaused(queue) ? "play" : "pause"}
                        kind="quiet"
                        aria-label={`${isPaused(queue) ? "Resume" : "Pause"} queue ${queue.name}`}
                        onClick={() => setAsked({ queue, action: isPaused(queue) ? "resume" : "pause" })}
                      >
                        {isPaused(queue) ? "Resume" : "Pause"}
                      </Button>
                      <Button
                        icon="trash"
                        kind="quiet"
                        title="Purge: revoke what waits"
                        aria-label={`Purge queue ${queue.name}`}
                        onClick={() => setAsked({ queue, action: "purge" })}
                      >
                        Purge
                      </Button>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </div>
      {asked && (
        <QueueDialog queue={asked.queue} action={asked.action} close={() => setAsked(undefined)} changed={changed} />
      )}
    </section>
  );
}

const isPaused = (queue: Queue): boolean => queue.lanes.some((lane) => lane.paused === true);

function QueueName({ queue }: { readonly queue: Queue }) {
  const dead = useStore(deadLetterCounts)?.queues.find((each) => each.queue === queue.name)?.count ?? 0;
  return (
    <>
      <Link to={{ screen: "jobs", task: queue.tasks.length === 1 ? queue.tasks[0] : undefined }}>{queue.name}</Link>
      {dead > 0 && (
        <Link class="count" to={{ screen: "dead-letters", queue: queue.name }}>
          {formatCount(dead)} dead
        </Link>
      )}
    </>
  );
}

function LaneCells({ lane, samples }: { readonly lane: Lane; readonly samples: Samples }) {
  return (
    <>
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
      <td class="spark-cell">
        <Sparkline samples={samples[`${lane.name}:age`]} label={`Seconds that the oldest waits in ${lane.name}`} />
      </td>
      <td class="number">{lane.rate_per_minute === null ? "–" : formatRate(lane.rate_per_minute)}</td>
      <td class="spark-cell">
        <Sparkline samples={samples[`${lane.name}:rate`]} label={`Done per minute in ${lane.name}`} />
      </td>
      <td class="number">
        {formatCount(lane.active_tasks)} <span class="muted">/ {formatCount(lane.max_concurrency)}</span>
      </td>
      <td class="number">{formatCount(lane.in_flight)}</td>
      <td class="number">{formatCount(lane.delayed)}</td>
    </>
  );
}
