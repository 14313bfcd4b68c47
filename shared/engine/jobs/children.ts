import { childIdOf, childKey, childRange } from "../table/addresses.ts";
import { decodeCursor, encodeCursor } from "../table/cursor.ts";
import type { JobServices } from "./services.ts";

/** What one page holds: as many records as one batch read takes. */
const PAGE = 100;
/** An id of a job or a batch. */
const CHILD = /^[\w-]{1,64}$/;

/** A part of what a job has submitted. */
export interface Children {
  readonly ids: readonly string[];
  readonly batchIds: string[];
  /** Given while there is more. */
  readonly nextCursor: string | null;
}

/**
 * Ids of what a job's code has submitted: items beside the job, which every submit of a task writes, so that a revoked job's
 * are found. One query, and nothing that a job without others would have to write.
 * @param cursor what the page before gave
 * @throws InvalidCursorError
 */
export async function readChildren({ store }: JobServices, taskId: string, cursor?: string): Promise<Children> {
  const range = childRange(taskId);
  // `!` comes before every character of an id, so that the next one begins behind the last.
  const from = cursor === undefined ? range.from : `${childKey(taskId, decodeCursor(cursor, CHILD)).sk}!`;
  const items = await store.table.page({ ...range, from, pageSize: PAGE });
  const last = items.length === PAGE ? items.at(-1) : undefined;
  return {
    ids: items.filter((item) => item.is_batch !== true).map(childIdOf),
    batchIds: items.filter((item) => item.is_batch === true).map(childIdOf),
    nextCursor: last ? encodeCursor(childIdOf(last)) : null,
  };
}
