import { type Frame, niceMost, type Stretch, stepPath, xOf, yOf } from "../../format/chart.ts";
import { formatExact } from "../../format/time.ts";

const WIDTH = 600;
const HEIGHT = 120;

/** A line or the bars of a chart. */
export interface Series {
  readonly name: string;
  /** How it is drawn; also its colour. */
  readonly kind: "good" | "bad" | "line" | "soft";
  readonly values: readonly (number | null)[];
}

interface ChartProps {
  readonly title: string;
  /** What a value is. */
  readonly note: string;
  readonly times: readonly { readonly from: number; readonly to: number }[];
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
}

/** A chart over time: its lines, what they are at their highest, and the values of a moment on hover. */
export function Chart({ title, note, times, series, format }: ChartProps) {
  const values = series.flatMap((each) => each.values.filter((value) => value !== null));
  const highest = Math.max(0, ...values);
  const first = times.at(0)?.from ?? 0;
  const last = times.at(-1)?.to ?? 0;
  const frame: Frame = { from: first, to: last, most: niceMost(highest), width: WIDTH, height: HEIGHT };
  const stretches = (each: Series): Stretch[] =>
    times.map((time, index) => ({ ...time, value: each.values[index] ?? null }));
  const told = series.map((each) => `${each.name}: ${rangeOf(each, format)}`).join("; ");
  return (
    <figure class="chart">
      <figcaption>
        <b>{title}</b> <span class="muted small">{note}</span>
      </figcaption>
      <div class="chart-body">
        <span class="chart-most muted small">{format(frame.most)}</span>
        <svg
          viewBox={`0 -2 ${WIDTH} ${HEIGHT + 4}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${title}. ${told}`}
        >
          <path class="chart-grid" d={`M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT}H${WIDTH}`} />
          {series.map((each) => (
            <path key={each.name} class={`chart-${each.kind}`} d={stepPath(stretches(each), frame)} />
          ))}
          {times.map(({ from, to }, index) => (
            <rect
              key={from}
              class="chart-moment"
              x={xOf(from, frame)}
              y={yOf(frame.most, frame)}
              width={Math.max(1, xOf(to, frame) - xOf(from, frame))}
              height={HEIGHT}
            >
              <title>{momentOf({ from, to }, series, (each) => valueAt(each, index, format))}</title>
            </rect>
          ))}
        </svg>
        <div class="chart-times muted small" aria-hidden="true">
          <span>{minuteOf(first)}</span>
          <span>{minuteOf(last)}</span>
        </div>
      </div>
      <ul class="chart-legend small">
        {series.map((each) => (
          <li key={each.name}>
            <i class={`chart-key chart-key-${each.kind}`} aria-hidden="true" />
            {each.name} <span class="muted">{rangeOf(each, format)}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}

/** `2026-11-30 04:05`, where the person is. */
const minuteOf = (at: number): string => formatExact(at).slice(0, 16);

function valueAt(series: Series, index: number, format: (value: number) => string): string {
  const value = series.values[index] ?? null;
  return value === null ? "–" : format(value);
}

function momentOf(
  { from, to }: { readonly from: number; readonly to: number },
  series: readonly Series[],
  said: (series: Series) => string,
): string {
  const lines = series.map((each) => `${each.name}: ${said(each)}`);
  return [`${formatExact(from)} to ${formatExact(to)}`, ...lines].join("\n");
}

function rangeOf({ values }: Series, format: (value: number) => string): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return "none";
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return least === most ? format(most) : `${format(least)} to ${format(most)}`;
}
