import { plural } from "../../format/number.ts";

/** Which dead letters an action is about. */
export type DeadLetterFilter =
  | { readonly task_ids: string[] }
  | { readonly fingerprint: string }
  | { readonly all: true };

/** What can be done with dead letters. */
export type DeadLetterAction = "redrive" | "archive" | "purge";

/** An action that waits for its confirmation. */
export interface Asked {
  readonly action: DeadLetterAction;
  readonly filter: DeadLetterFilter;
  /** How many the page counts; the API counts again. */
  readonly count: number;
}

/** `all 120 dead letters`, `3 selected dead letters`. */
export function nameOf({ filter, count }: Asked): string {
  if ("task_ids" in filter) return count === 1 ? "this dead letter" : `${plural(count, "selected dead letter")}`;
  if ("all" in filter) return count === 1 ? "the one dead letter" : `all ${plural(count, "dead letter")}`;
  return count === 1 ? "the one dead letter of this kind" : `${plural(count, "dead letter")} of this kind`;
}
