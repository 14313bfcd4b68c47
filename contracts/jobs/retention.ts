/**
 * How long messages and records are kept, in seconds: the queues are made so, and the records reckon with it.
 *
 * @module
 */

const DAY = 86_400;

/** How long a message waits in a lane: the record of a waiting job must outlive it. */
export const LANE_RETENTION = 4 * DAY;
/** Longer than a lane's, because a message keeps its age when SQS moves it to the dead-letter queue. */
export const DEAD_LETTER_RETENTION = 14 * DAY;
/**
 * How long a failed job is kept at least. A message that is redriven gets a new age, so this is twice the time that a
 * dead letter is kept: the job can be redriven all that time.
 */
export const FAILED_JOB_RETENTION = 28 * DAY;
