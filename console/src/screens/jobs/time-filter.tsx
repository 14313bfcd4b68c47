import { type JobsRoute, type Span, spanNames } from "../../routing/route.ts";

const names: Readonly<Record<Span, string>> = {
  "15m": "Last 15 minutes",
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
};

const BETWEEN = "between";
const DAY_MS = 86_400_000;

interface TimeFilterProps {
  readonly route: JobsRoute;
  readonly filter: (change: Partial<JobsRoute>) => void;
}

/** When a job was made: a span up to now, or between two times. */
export function TimeFilter({ route, filter }: TimeFilterProps) {
  const between = route.from !== undefined || route.until !== undefined;
  const choose = (value: string): void =>
    filter({
      since: spanNames.find((span) => span === value),
      from: value === BETWEEN ? (route.from ?? new Date(Date.now() - DAY_MS).toISOString()) : undefined,
      until: undefined,
    });
  return (
    <>
      <select
        aria-label="Created"
        value={between ? BETWEEN : (route.since ?? "")}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <option value="">Any time</option>
        {spanNames.map((span) => (
          <option key={span} value={span}>
            {names[span]}
          </option>
        ))}
        <option value={BETWEEN}>Between …</option>
      </select>
      {between && (
        <span class="between">
          <input
            type="datetime-local"
            aria-label="Created after"
            value={localMinute(route.from)}
            onChange={(event) => filter({ since: undefined, from: utc(event.currentTarget.value) })}
          />
          <span class="muted">to</span>
          <input
            type="datetime-local"
            aria-label="Created before"
            value={localMinute(route.until)}
            onChange={(event) => filter({ since: undefined, until: utc(event.currentTarget.value) })}
          />
        </span>
      )}
    </>
  );
}

/** What the browser's field takes: a time of day where the person is, without a zone. */
function localMinute(time: string | undefined): string {
  if (time === undefined) return "";
  const at = new Date(time);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const utc = (local: string): string | undefined => (local === "" ? undefined : new Date(local).toISOString());
