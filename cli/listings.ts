/**
 * Which command lists what a user may have meant, for errors that say what is missing.
 *
 * @module
 */

const listings: Readonly<Record<string, string>> = {
  batch: "`sluice batch ls` lists the batches.",
  config: "`sluice configs ls` lists the configs.",
  delivery: "`sluice webhooks deliveries` lists the deliveries.",
  document: "`sluice documents ls` lists the documents.",
  escalation: "`sluice escalations ls` lists the escalations.",
  job: "`sluice list` lists the jobs.",
  key: "`sluice keys ls` lists the keys.",
  project: "`sluice projects ls` lists the projects.",
  provider: "`sluice providers ls` lists the providers.",
  queue: "`sluice queues` lists the queues.",
  schedule: "`sluice schedules ls` lists the schedules.",
  task: "`sluice tasks` lists the tasks.",
};

/** @returns the command that lists things of this kind, as a sentence; undefined where there is none */
export const listingOf = (kind: string | undefined): string | undefined =>
  kind !== undefined && Object.hasOwn(listings, kind) ? listings[kind] : undefined;
