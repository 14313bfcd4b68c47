/**
 * A place in a list by creation, as a caller gets it and gives it back.
 *
 * @module
 */

/** A cursor that this API did not hand out. */
export class InvalidCursorError extends Error {
  override readonly name = "InvalidCursorError";
}

export const encodeCursor = (sort: string) => Buffer.from(sort).toString("base64url");

/** @throws InvalidCursorError when this API did not give it */
export function decodeCursor(cursor: string): string {
  const sort = Buffer.from(cursor, "base64url").toString();
  if (!/^\d{15}#[\w-]{1,64}$/.test(sort)) throw new InvalidCursorError("The cursor is not one that this API gave.");
  return sort;
}
