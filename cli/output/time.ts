/**
 * Times and durations for people.
 *
 * @module
 */

/** `350 ms`, `2.5 s`, `4 min 10 s`, `3 h 20 min`, `2 d 4 h`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.max(0, Math.round(milliseconds))} ms`;
  const seconds = milliseconds / 1_000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const units: [number, string][] = [
    [86_400, "d"],
    [3_600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  const at = units.findIndex(([size]) => whole >= size);
  const [size, unit] = units[at] ?? [1, "s"];
  const [smaller, smallUnit] = units[at + 1] ?? [1, "s"];
  const rest = Math.floor((whole % size) / smaller);
  return `${Math.floor(whole / size)} ${unit}${rest > 0 ? ` ${rest} ${smallUnit}` : ""}`;
}

/** `12 s ago`, `in 4 min`. */
export function formatAge(iso: string, now: number = Date.now()): string {
  const difference = now - Date.parse(iso);
  const text = formatDuration(
    Math.abs(difference) < 1_000 ? 0 : Math.round(Math.abs(difference) / 1_000) * 1_000,
  ).replace(".0 s", " s");
  if (text === "0 ms") return "now";
  return difference > 0 ? `${text} ago` : `in ${text}`;
}

/** The time of day, to the millisecond, in the machine's zone. */
export function formatClock(iso: string): string {
  const date = new Date(iso);
  const part = (value: number, digits: number) => String(value).padStart(digits, "0");
  return `${part(date.getHours(), 2)}:${part(date.getMinutes(), 2)}:${part(date.getSeconds(), 2)}.${part(date.getMilliseconds(), 3)}`;
}
