import { formatRate } from "../format/number.ts";
import { linePoints, type Sample } from "../live/samples.ts";

const WIDTH = 96;
const HEIGHT = 24;

interface SparklineProps {
  readonly samples: readonly Sample[] | undefined;
  /** What the line is of, for those who do not see it. */
  readonly label: string;
}

/** A small line of what is known of the last hour. */
export function Sparkline({ samples = [], label }: SparklineProps) {
  const points = linePoints(samples, WIDTH, HEIGHT - 3);
  const values = samples.map(({ value }) => value);
  const range =
    values.length < 2 ? "no course yet" : `${formatRate(Math.min(...values))} to ${formatRate(Math.max(...values))}`;
  const idle = values.every((value) => value === 0);
  const name = `${label}: ${range} in the time that is shown`;
  return (
    <svg
      class={`sparkline${idle ? " sparkline-idle" : ""}`}
      viewBox={`0 -1.5 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={name}
    >
      <title>{name}</title>
      {points && (
        <>
          <polygon class="sparkline-area" points={`0,${HEIGHT} ${points} ${WIDTH},${HEIGHT}`} />
          <polyline class="sparkline-line" points={points} />
        </>
      )}
    </svg>
  );
}
