import { formatDuration } from "../../format/time.ts";
import { type Span, spansOf, spansOfJob } from "../../format/waterfall.ts";
import { Link } from "../../routing/location.tsx";
import { JobLink } from "../../ui/job-link.tsx";
import type { JobView } from "./use-job-view.ts";

/** When a job waited and ran, and so the jobs that it has submitted. */
export function Waterfall({ view: { job, events, children } }: { readonly view: JobView }) {
  const { jobs = [], batch_ids: batches = [], next_cursor: more = null } = children ?? {};
  const now = Date.now();
  const own = spansOf(events, now);
  const rows = [
    { id: job.task_id, name: job.task_name, spans: own },
    ...jobs.map((each) => ({ id: each.task_id, name: each.task_name, spans: spansOfJob(each, now) })),
  ];
  const all = rows.flatMap(({ spans }) => spans);
  const from = Math.min(...all.map((span) => span.from));
  const to = Math.max(...all.map((span) => span.to));
  if (all.length === 0 || to <= from) return null;
  return (
    <div class="waterfall">
      <p class="muted small waterfall-legend">
        <i class="waterfall-key waterfall-waits" aria-hidden="true" /> waited
        <i class="waterfall-key waterfall-runs" aria-hidden="true" /> ran
        <span>{formatDuration(to - from)} in all</span>
      </p>
      <ul aria-label="Waterfall">
        {rows.map((row, index) => (
          <li key={row.id}>
            <span class="ellipsis" title={row.name}>
              {row.name} {index > 0 && <JobLink id={row.id} />}
            </span>
            <span class="waterfall-track" role="img" aria-label={said(row.spans)} title={said(row.spans)}>
              {row.spans.map((span) => (
                <i
                  key={span.from}
                  class={`waterfall-${span.kind}`}
                  style={{
                    left: `${share(span.from - from, to - from)}%`,
                    width: `${share(span.to - span.from, to - from)}%`,
                  }}
                />
              ))}
            </span>
          </li>
        ))}
      </ul>
      {(batches.length > 0 || more !== null) && (
        <p class="muted small">
          {more !== null && `It has submitted more than the ${jobs.length} jobs that are shown. `}
          {batches.map((id) => (
            <span key={id}>
              It has submitted the batch <Link to={{ screen: "batch", id }}>{id.slice(0, 8)}</Link>.{" "}
            </span>
          ))}
        </p>
      )}
    </div>
  );
}

const share = (part: number, whole: number): number => Math.round((part / whole) * 10_000) / 100;

function said(spans: readonly Span[]): string {
  const sum = (kind: Span["kind"]) =>
    spans.reduce((total, span) => total + (span.kind === kind ? span.to - span.from : 0), 0);
  return `waited ${formatDuration(sum("waits"))}, ran ${formatDuration(sum("runs"))}`;
}
