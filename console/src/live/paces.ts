/**
 * How often each page asks while what it shows changes, in milliseconds; pace.ts says how it slows down. What an open tab
 * costs (docs/costs.md) is computed from these.
 *
 * @module
 */

/** One request each time. A page that is not here asks once. */
export const paces = {
  /** The count of dead letters beside the menu. */
  menu: 30_000,
  overview: 15_000,
  trends: 60_000,
  jobs: 2_500,
  /** A job that waits or runs. */
  job: 1_000,
  /** A job that has ended, while jobs that it has submitted have not. */
  children: 5_000,
  endedJob: 10_000,
  batches: 15_000,
  /** While one of them is under way. */
  openBatches: 5_000,
  /** A batch under way, and as much more for each of its jobs that has not ended: the API reads each of them. */
  batch: 1_500,
  eachOpenJob: 5,
  slowestBatch: 30_000,
  endedBatch: 15_000,
  deadLetters: 4_000,
  escalations: 10_000,
  escalation: 10_000,
  documents: 10_000,
  /** While a document is read, on its page as in the list. */
  reading: 2_000,
  projects: 15_000,
  /** While a vector is computed. */
  pendingProjects: 3_000,
  pendingProject: 2_000,
  schedules: 15_000,
  webhooks: 15_000,
  configs: 30_000,
  config: 30_000,
  usage: 60_000,
  keys: 15_000,
} as const;
