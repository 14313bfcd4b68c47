/**
 * The day as a prompt states it: "Saturday, 2026-11-28, in the time zone Europe/Berlin".
 * @param timeZone an IANA name
 */
export function todayIn(timeZone: string, now = new Date()): string {
  const weekday = new Intl.DateTimeFormat("en", { weekday: "long", timeZone }).format(now);
  const date = new Intl.DateTimeFormat("en-CA", { dateStyle: "short", timeZone }).format(now);
  return `${weekday}, ${date}, in the time zone ${timeZone}`;
}
