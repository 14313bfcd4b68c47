/**
 * Job states, named as Celery names them, and the transitions between them.
 *
 * @module
 */

/** The states of a job. They have Celery's names. */
export const jobStates = ["PENDING", "STARTED", "RETRY", "SUCCESS", "FAILURE", "REVOKED"] as const;
/** One state of a job. */
export type JobState = (typeof jobStates)[number];

/** States in which a job has an outcome. A redrive can still take FAILURE back to PENDING or STARTED. */
const readyStates: ReadonlySet<JobState> = new Set(["SUCCESS", "FAILURE", "REVOKED"]);

/** Whether a job in this state has ended: SUCCESS, FAILURE or REVOKED. */
export const isReady = (state: JobState): boolean => readyStates.has(state);
