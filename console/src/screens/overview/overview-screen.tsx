import { call } from "../../api/call.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { formatCount, plural } from "../../format/number.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Link } from "../../routing/location.tsx";
import { Failed, Loading } from "../../ui/messages.tsx";
import { Sparkline } from "../../ui/sparkline.tsx";
import { QueueTable } from "./queue-table.tsx";
import { useLaneSamples } from "./use-lane-samples.ts";
import { WorkerTable } from "./worker-table.tsx";

const EVERY_MS = 2_500;

type Queue = AnswerOf<"GET /api/v1/queues">["queues"][number];

/** What waits, what runs, how fast, and what went wrong: one look at the whole service. */
export function OverviewScreen() {
  const queues = usePoll((signal) => call("GET /api/v1/queues", { signal }), { key: "queues", every: EVERY_MS });
  const list = queues.data?.queues ?? [];
  const samples = useLaneSamples(queues.data);
  const sum = (count: (queue: Queue) => number) => list.reduce((total, queue) => total + count(queue), 0);
  const lanes = (count: (lane: Queue["lanes"][number]) => number) => (queue: Queue) =>
    queue.lanes.reduce((total, lane) => total + count(lane), 0);

  if (!queues.data && queues.error) return <Failed error={queues.error} retry={queues.refresh} />;
  if (!queues.data) return <Loading />;
  const unreachable = list.flatMap((queue) => queue.lanes).filter((lane) => !lane.reachable);
  const paused = list.flatMap((queue) => queue.lanes).filter((lane) => lane.paused);
  const dead = sum((queue) => queue.dlq_depth);

  return (
    <>
      <header class="page-head">
        <h1 tabIndex={-1}>Overview</h1>
        <Health unreachable={unreachable.length} paused={paused.length} />
      </header>
      <ul class="tiles" aria-label="In all">
        <Tile name="Running" value={sum(lanes((lane) => lane.active_tasks))}>
          <Sparkline samples={samples["total:running"]} label="Running jobs" />
        </Tile>
        <Tile name="Waiting" value={sum(lanes((lane) => lane.depth))}>
          <Sparkline samples={samples["total:depth"]} label="Waiting jobs" />
        </Tile>
        <Tile name="Done per minute" value={sum(lanes((lane) => lane.rate_per_minute ?? 0))}>
          <Sparkline samples={samples["total:rate"]} label="Jobs done per minute" />
        </Tile>
        <Tile name="Delayed" value={sum(lanes((lane) => lane.delayed))} />
        <li class={`tile${dead > 0 ? " tile-bad" : ""}`}>
          <Link to={{ screen: "dead-letters" }}>
            <span class="tile-name">Dead letters</span>
            <span class="tile-value">{formatCount(dead)}</span>
          </Link>
        </li>
      </ul>
      <QueueTable queues={list} samples={samples} changed={queues.refresh} />
      <WorkerTable />
    </>
  );
}

function Health({ unreachable, paused }: { readonly unreachable: number; readonly paused: number }) {
  if (unreachable > 0) return <span class="badge state-failure">{plural(unreachable, "lane")} unreachable</span>;
  if (paused > 0) return <span class="badge state-retry">{plural(paused, "lane")} paused</span>;
  return <span class="badge state-success">All queues reachable</span>;
}

interface TileProps {
  readonly name: string;
  readonly value: number;
  readonly children?: preact.ComponentChildren;
}

function Tile({ name, value, children }: TileProps) {
  return (
    <li class="tile">
      <span class="tile-name">{name}</span>
      <span class="tile-value">{formatCount(Math.round(value * 10) / 10)}</span>
      {children}
    </li>
  );
}
