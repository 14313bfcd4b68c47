import { z } from "zod";

/** A time that a caller gives: without an offset it would be a guess which one is meant. */
export const timeWithOffsetSchema = z.iso.datetime({
  offset: true,
  error: "must be an ISO 8601 time with Z or an offset, such as 2026-11-28T18:30:00Z or 2026-11-28T19:30:00+01:00",
});
