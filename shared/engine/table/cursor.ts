/**
 * A place in a list by creation, as a caller gets it and gives it back.
 *
 * @module
 */

import { listSort } from "./addresses.ts";

/** A cursor that this API did not hand out. */
export class InvalidCursorError extends Error {
  override readonly name = "InvalidCursorError";
}

/** @param position what the list is sorted by */
export const encodeCursor = (position: string): string => Buffer.from(position).toString("base64url");

interface Listed {
  readonly created_at: number;
  readonly task_id: string;
}

/** Where a list, newest first, goes on behind a job. */
export const cursorBehind = ({ created_at, task_id }: Listed): string => encodeCursor(listSort(created_at, task_id));

/** Where a list, newest first, goes on with a job itself. No id is sorted before a hyphen. */
export const cursorBefore = ({ created_at }: Listed): string => encodeCursor(listSort(created_at + 1, "-"));

/** As `listSort` makes it. */
const LIST_POSITION = /^\d{15}#[\w-]{1,64}$/;

/**
 * @param pattern what a position of this list looks like
 * @throws InvalidCursorError when this API did not give it
 */
export function decodeCursor(cursor: string, pattern: RegExp = LIST_POSITION): string {
  const position = Buffer.from(cursor, "base64url").toString();
  if (!pattern.test(position)) throw new InvalidCursorError("The cursor is not one that this API gave.");
  return position;
}
