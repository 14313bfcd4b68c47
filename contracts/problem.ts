import { z } from "zod";

/** RFC 9457 problem details; `errors` points into the request body (RFC 6901). */
export const problemSchema = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
});

/** What {@link problemSchema} parses to. */
export type Problem = z.infer<typeof problemSchema>;
