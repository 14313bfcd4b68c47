import type { JobState } from "../../../contracts/jobs/states.ts";
import type { Progress as ProgressValue } from "../../../contracts/jobs/wire.ts";
import { formatCount } from "../format/number.ts";

/** A job's state as a word with a coloured dot; colour alone is not enough. */
export function StatusBadge({ status }: { readonly status: JobState }) {
  return <span class={`badge state-${status.toLowerCase()}`}>{status}</span>;
}

/** A progress bar with its numbers. */
export function Progress({ progress, wide = false }: { readonly progress: ProgressValue; readonly wide?: boolean }) {
  const { current, total, message } = progress;
  const amount = total === null ? formatCount(current) : `${formatCount(current)} / ${formatCount(total)}`;
  return (
    <span class={`progress${wide ? " progress-wide" : ""}`} title={message ?? undefined}>
      <progress value={total === null ? undefined : current} max={total ?? undefined} aria-label="Progress" />
      <span class="muted">{wide && message ? `${amount} · ${message}` : amount}</span>
    </span>
  );
}
