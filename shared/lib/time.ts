/** Seconds of a day. */
export const DAY = 86_400;

/** Milliseconds as whole seconds, as DynamoDB's time to live takes them. */
export const inSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1_000);
