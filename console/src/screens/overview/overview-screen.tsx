import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { call } from "../../api/call.ts";
import { connection } from "../../api/connection.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { formatCount, formatRate, plural } from "../../format/number.ts";
import { deadLetterCounts, shareDeadLetterCounts } from "../../live/dead-letter-counts.ts";
import { paces } from "../../live/paces.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Link } from "../../routing/location.tsx";
import { useStore } from "../../store.ts";
import { Loaded } from "../../ui/messages.tsx";
import { Sparkline } from "../../ui/sparkline.tsx";
import { QueueTable } from "./queue-table.tsx";
import { useLaneSamples } from "./use-lane-samples.ts";
import { WorkerTable } from "./worker-table.tsx";
import { workersOf } from "./workers.ts";

/** Rare, and with answers that other tabs have asked for: what the page costs is in docs/console.md. */
const MAX_AGE_SECONDS = 40;

type Queue = AnswerOf<"GET /api/v1/queues">["queues"][number];
type Lane = Queue["lanes"][number];

/** What waits, what runs, how fast, and what went wrong: one look at the whole service. */
export function OverviewScreen() {
  const isChanged = useRef(false);
  const load = async (signal: AbortSignal) => {
    // After a change of one's own, an answer from before it would look as if nothing had happened.
    const max_age = isChanged.current ? 0 : MAX_AGE_SECONDS;
    const answer = await call("GET /api/v1/queues", { query: { dead_letters: true, max_age }, signal });
    isChanged.current = false;
    shareDeadLetterCounts(answer);
    return answer;
  };
  const polled = usePoll(load, { key: "queues", every: paces.overview });
  const changed = () => {
    isChanged.current = true;
    polled.refresh();
  };
  const samples = useLaneSamples(polled.data);
  return (
    <>
      <header class="page-head">
        <h1 tabIndex={-1}>Overview</h1>
        {polled.data && <Health lanes={polled.data.queues.flatMap((queue) => queue.lanes)} />}
      </header>
      <Loaded polled={polled}>
        {({ queues }) => (
          <>
            <Totals queues={queues} samples={samples} />
            <QueueTable queues={queues} samples={samples} changed={changed} />
            <WorkerTable workers={workersOf(queues)} />
          </>
        )}
      </Loaded>
    </>
  );
}

function Health({ lanes }: { readonly lanes: readonly Lane[] }) {
  // The banner says that the API does not answer: its last answer is not a measurement of the queues.
  if (useStore(connection.down)) return <span class="badge state-pending">State unknown</span>;
  const unreachable = lanes.filter((lane) => !lane.reachable).length;
  const paused = lanes.filter((lane) => lane.paused).length;
  if (unreachable > 0) return <span class="badge state-failure">{plural(unreachable, "lane")} unreachable</span>;
  if (paused > 0) return <span class="badge state-retry">{plural(paused, "lane")} paused</span>;
  return <span class="badge state-success">All queues reachable</span>;
}

interface TotalsProps {
  readonly queues: readonly Queue[];
  readonly samples: ReturnType<typeof useLaneSamples>;
}

function Totals({ queues, samples }: TotalsProps) {
  const lanes = queues.flatMap((queue) => queue.lanes);
  const sum = (count: (lane: Lane) => number) => lanes.reduce((total, lane) => total + count(lane), 0);
  const dead = useStore(deadLetterCounts)?.total_count ?? 0;
  return (
    <ul class="tiles" aria-label="In all">
      <Tile name="Running" value={sum((lane) => lane.active_tasks)}>
        <Sparkline samples={samples["total:running"]} label="Running jobs" />
      </Tile>
      <Tile name="Waiting" value={sum((lane) => lane.depth)}>
        <Sparkline samples={samples["total:depth"]} label="Waiting jobs" />
      </Tile>
      <Tile name="Done per minute" value={sum((lane) => lane.rate_per_minute ?? 0)}>
        <Sparkline samples={samples["total:rate"]} label="Jobs done per minute" />
      </Tile>
      <Tile name="Delayed" value={sum((lane) => lane.delayed)} />
      <li class={`tile${dead > 0 ? " tile-bad" : ""}`}>
        <Link to={{ screen: "dead-letters" }}>
          <span class="tile-name">Dead letters</span>
          <span class="tile-value">{formatCount(dead)}</span>
        </Link>
      </li>
    </ul>
  );
}

interface TileProps {
  readonly name: string;
  readonly value: number;
  readonly children?: ComponentChildren;
}

function Tile({ name, value, children }: TileProps) {
  return (
    <li class="tile">
      <span class="tile-name">{name}</span>
      <span class="tile-value">{formatRate(value)}</span>
      {children}
    </li>
  );
}
