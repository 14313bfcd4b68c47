/** Seconds of a day. */
export const DAY = 86_400;

/** Milliseconds as whole seconds, as DynamoDB's time to live takes them. */
export const inSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1_000);

/** A time as the API shows it: ISO 8601 in UTC. @param time milliseconds since the epoch */
export const iso = (time: number): string => new Date(time).toISOString();

/** {@link iso} of a time that may be missing: then null. */
export const isoOrNull = (time: number | undefined): string | null => (time === undefined ? null : iso(time));
