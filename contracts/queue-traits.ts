/**
 * What a queue is beside its tasks: its family, and its lanes when it does not need both.
 *
 * @module
 */

import type { Family } from "./families.ts";
import type { Lane } from "./jobs/lanes.ts";

/** What a queue is beside its tasks. */
export interface QueueTraits {
  readonly family: Family;
  /** `["low"]` for work that nobody waits for, or that is done so fast that a backlog hardly comes up. @default both lanes */
  readonly lanes?: readonly Lane[];
}

/** A queue that is not named below, such as one of your own. */
export const usualTraits: QueueTraits = { family: "core" };

const lanes: readonly Lane[] = ["low"];

/** Queues that are not as {@link usualTraits} has it, by name. */
export const queueTraits: Readonly<Record<string, QueueTraits>> = {
  monitoring: { family: "core", lanes },
  callbacks: { family: "core", lanes },
  batches: { family: "core", lanes },
  summarize: { family: "language" },
  keywords: { family: "language" },
  normalize: { family: "language" },
  "llm-call": { family: "language" },
  // These two are of small stages alone; contracts/sizes.ts says what they hold.
  language: { family: "language" },
  housekeeping: { family: "core", lanes },
  document: { family: "documents" },
  embedding: { family: "search" },
  "content-generation": { family: "generation", lanes },
  validation: { family: "validation", lanes },
  export: { family: "export", lanes },
  evaluation: { family: "evaluation", lanes },
  // Someone may be waiting for the text, behind a backlog of model calls of a minute each.
  rewrite: { family: "rewrite" },
  // Apart from the function that opens the files, which has neither a model nor a key.
  extraction: { family: "extraction" },
  escalation: { family: "escalation", lanes },
};
