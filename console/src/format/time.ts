/**
 * Times for people.
 *
 * @module
 */

const units = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** `5 s`, `12 min`, `3 h 20 min`, `2 d 4 h`: two units at most. @param seconds any sign */
export function formatSeconds(seconds: number): string {
  let rest = Math.round(Math.abs(seconds));
  const parts: string[] = [];
  for (const [name, size] of units) {
    const count = Math.floor(rest / size);
    if (count === 0 && parts.length === 0) continue;
    if (count > 0) parts.push(`${count} ${name}`);
    rest -= count * size;
    // Two neighbouring units: 3 h 20 min, but neither 3 h 5 s nor 2 d 10 s.
    if (parts.length > 0 && (count === 0 || parts.length === 2)) break;
  }
  return parts.join(" ") || "0 s";
}

/** `840 ms`, `1.2 s`, `2 min 5 s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1_000).toFixed(1)} s`;
  return formatSeconds(milliseconds / 1_000);
}

/** `just now`, `5 min ago`, `in 30 s`; one unit. */
export function formatRelative(at: number, now: number): string {
  const seconds = Math.round((at - now) / 1_000);
  if (Math.abs(seconds) < 2) return "just now";
  const [name, size] = units.find(([, each]) => Math.abs(seconds) >= each) ?? ["s", 1];
  const amount = `${Math.floor(Math.abs(seconds) / size)} ${name}`;
  return seconds < 0 ? `${amount} ago` : `in ${amount}`;
}

/** `14:05:09`, of the day. */
export function formatClock(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}

/**
 * `UTC`, `Asia/Kolkata (UTC+5:30)`, `Europe/Berlin (UTC+1 or UTC+2, by the date)`: in a year with daylight saving, dates of
 * one page may have either.
 * @param offsetAt minutes ahead of UTC
 */
export function formatZone(name: string, now: Date, offsetAt = (at: Date) => -at.getTimezoneOffset()): string {
  if (name === "UTC") return name;
  const months = [0, 3, 6, 9].map((month) => new Date(now.getFullYear(), month, 1));
  const offsets = [...new Set([now, ...months].map(offsetAt))].toSorted((one, other) => one - other);
  const words = offsets.map(formatOffset).join(" or ");
  return `${name} (${words}${offsets.length > 1 ? ", by the date" : ""})`;
}

function formatOffset(minutes: number): string {
  const [hours, left] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const rest = left === 0 ? "" : `:${String(left).padStart(2, "0")}`;
  return `UTC${minutes < 0 ? "-" : "+"}${hours}${rest}`;
}

/** Date and time to the millisecond, with the zone, for hover. */
export function formatExact(at: number): string {
  const date = new Date(at);
  const pad = (value: number, digits = 2) => String(value).padStart(digits, "0");
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  const time = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
  const offset = -date.getTimezoneOffset();
  const zone = `${offset < 0 ? "-" : "+"}${pad(Math.floor(Math.abs(offset) / 60))}:${pad(Math.abs(offset) % 60)}`;
  return `${day} ${time}.${pad(date.getMilliseconds(), 3)} UTC${zone}`;
}
