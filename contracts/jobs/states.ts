/**
 * Job states, named as Celery names them, and the transitions between them.
 *
 * @module
 */

export const jobStates = ["PENDING", "STARTED", "RETRY", "SUCCESS", "FAILURE", "REVOKED"] as const;
export type JobState = (typeof jobStates)[number];

/** States in which a job has an outcome. A redrive can still take FAILURE back to PENDING or STARTED. */
export const readyStates: ReadonlySet<JobState> = new Set(["SUCCESS", "FAILURE", "REVOKED"]);

export const isReady = (state: JobState): boolean => readyStates.has(state);
