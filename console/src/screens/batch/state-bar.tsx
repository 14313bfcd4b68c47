import type { JobState } from "../../../../contracts/jobs/states.ts";
import { formatCount } from "../../format/number.ts";

/** What is done grows from the left, what waits is last. */
const order: readonly JobState[] = ["SUCCESS", "FAILURE", "REVOKED", "STARTED", "RETRY", "PENDING"];

interface StateBarProps {
  readonly counts: Readonly<Record<JobState, number>>;
  readonly total: number;
}

/** A batch's jobs as one bar, a stretch for each state. */
export function StateBar({ counts, total }: StateBarProps) {
  const shown = order.filter((state) => counts[state] > 0);
  const label = shown.map((state) => `${formatCount(counts[state])} ${state}`).join(", ") || "no job left";
  let before = 0;
  return (
    <svg class="state-bar" role="img" aria-label={label} preserveAspectRatio="none">
      {shown.map((state) => {
        const start = before;
        before += counts[state];
        return (
          <rect
            key={state}
            class={`state-${state.toLowerCase()}`}
            x={`${(start / total) * 100}%`}
            width={`${(counts[state] / total) * 100}%`}
            height="100%"
          >
            <title>{`${formatCount(counts[state])} ${state}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}
