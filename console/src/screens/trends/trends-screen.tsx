import { call } from "../../api/call.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { formatCount, formatRate } from "../../format/number.ts";
import { formatDuration } from "../../format/time.ts";
import { paces } from "../../live/paces.ts";
import { usePoll } from "../../live/use-poll.ts";
import { navigate } from "../../routing/location.tsx";
import { type TrendSpan, type TrendsRoute, trendSpans } from "../../routing/route.ts";
import { Choice } from "../../ui/choice.tsx";
import { Fact } from "../../ui/fact.tsx";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { TableHead } from "../../ui/table-head.tsx";
import { Clock } from "../../ui/time.tsx";
import { Chart } from "./chart.tsx";

type History = AnswerOf<"GET /api/v1/runs/history">;
type Point = History["points"][number];

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DEFAULT_SPAN: TrendSpan = "24h";

const spanNames: Readonly<Record<TrendSpan, string>> = {
  "6h": "Last 6 hours",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
};

/** Runs, failures and durations over time, of all projects. */
export function TrendsScreen({ route }: { readonly route: TrendsRoute }) {
  const span = route.span ?? DEFAULT_SPAN;
  const { task } = route;
  const history = usePoll(
    (signal) => call("GET /api/v1/runs/history", { query: { hours: trendSpans[span], task_name: task }, signal }),
    { key: `runs ${span} ${task ?? ""}`, every: paces.trends },
  );
  const go = (change: Partial<TrendsRoute>) => navigate({ ...route, ...change });
  const tasks = new Set([...(history.data?.tasks ?? []), ...(task === undefined ? [] : [task])]);
  return (
    <>
      <header class="page-head">
        <h1 tabIndex={-1}>Trends</h1>
      </header>
      <div class="filters page-filters">
        <Choice
          label="Task"
          none="All tasks"
          value={task}
          options={[...tasks].sort()}
          choose={(chosen) => go({ task: chosen })}
        />
        <select
          aria-label="Time"
          value={span}
          onChange={(event) => {
            const { value } = event.currentTarget;
            go({ span: (Object.keys(trendSpans) as TrendSpan[]).find((each) => each === value) });
          }}
        >
          {Object.entries(spanNames).map(([each, name]) => (
            <option key={each} value={each}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <Loaded polled={history}>
        {({ points }) =>
          points.length > 0 ? (
            <Charts points={points} />
          ) : (
            <section class="card">
              <Empty title="Nothing was counted yet.">The first counts are kept within a minute of the start.</Empty>
            </section>
          )
        }
      </Loaded>
    </>
  );
}

const total = (points: readonly Point[], of: (point: Point) => number): number =>
  points.reduce((sum, point) => sum + of(point), 0);

const percent = (value: number): string => `${formatRate(value)} %`;
const seconds = (value: number): string => formatDuration(value * SECOND_MS);

function failedShare({ succeeded, failed }: Pick<Point, "succeeded" | "failed">): number | null {
  const ended = succeeded + failed;
  return ended === 0 ? null : (failed / ended) * 100;
}

function Charts({ points }: { readonly points: readonly Point[] }) {
  const times = points.map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }));
  const perMinute = (of: (point: Point) => number) =>
    points.map((point, index) => {
      const { from = 0, to = 0 } = times[index] ?? {};
      return to - from < SECOND_MS ? null : (of(point) / (to - from)) * MINUTE_MS;
    });
  const succeeded = total(points, (point) => point.succeeded);
  const failed = total(points, (point) => point.failed);
  const share = failedShare({ succeeded, failed });
  return (
    <>
      <dl class="card facts">
        <Fact name="Succeeded">{formatCount(succeeded)}</Fact>
        <Fact name="Failed">{formatCount(failed)}</Fact>
        <Fact name="Tried again">{formatCount(total(points, (point) => point.retried))}</Fact>
        <Fact name="Failure rate">{share === null ? "–" : percent(share)}</Fact>
      </dl>
      <div class="charts">
        <section class="card" aria-label="Throughput">
          <Chart
            title="Throughput"
            note="runs a minute"
            times={times}
            format={formatRate}
            series={[
              { name: "Succeeded", kind: "good", values: perMinute((point) => point.succeeded) },
              { name: "Failed", kind: "bad", values: perMinute((point) => point.failed) },
              { name: "Tried again", kind: "soft", values: perMinute((point) => point.retried) },
            ]}
          />
        </section>
        <section class="card" aria-label="Failure rate">
          <Chart
            title="Failure rate"
            note="of the jobs that ended, without those that were revoked"
            times={times}
            format={percent}
            series={[{ name: "Failed", kind: "bad", values: points.map(failedShare) }]}
          />
        </section>
        <section class="card" aria-label="Duration">
          <Chart
            title="Duration of a run"
            note="from a histogram: exact to its bucket"
            times={times}
            format={seconds}
            series={[
              { name: "p50", kind: "soft", values: points.map((point) => point.duration_p50_seconds) },
              { name: "p95", kind: "line", values: points.map((point) => point.duration_p95_seconds) },
            ]}
          />
        </section>
        <section class="card" aria-label="Waiting time">
          <Chart
            title="Wait for the first run"
            note="from when a job was due"
            times={times}
            format={seconds}
            series={[{ name: "p95", kind: "line", values: points.map((point) => point.queue_p95_seconds) }]}
          />
        </section>
      </div>
      <details class="card">
        <summary class="card-head">
          <h2>As a table</h2>
        </summary>
        <Table points={points} />
      </details>
    </>
  );
}

const duration = (value: number | null) => (value === null ? "–" : seconds(value));

/** Columns of figures, by their names. */
const figures: Readonly<Record<string, (point: Point) => string>> = {
  Succeeded: ({ succeeded }) => formatCount(succeeded),
  Failed: ({ failed }) => formatCount(failed),
  "Tried again": ({ retried }) => formatCount(retried),
  p50: ({ duration_p50_seconds: value }) => duration(value),
  p95: ({ duration_p95_seconds: value }) => duration(value),
  "Waited, p95": ({ queue_p95_seconds: value }) => duration(value),
};

function Table({ points }: { readonly points: readonly Point[] }) {
  return (
    <div class="table-wrap">
      <table class="table records">
        <TableHead columns={["Until", ...Object.keys(figures).map((label) => ({ label, class: "number" }))]} />
        <tbody>
          {points.toReversed().map((point) => (
            <tr key={point.from}>
              <td class="nowrap">
                <Clock at={point.to} />
              </td>
              {Object.entries(figures).map(([label, figure]) => (
                <td key={label} class="number" data-label={label}>
                  {figure(point)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
