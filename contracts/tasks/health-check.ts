import { z } from "zod";
import { defineTask } from "../define-task.ts";

/** The task `health_check`: does nothing but travel the whole pipeline, and returns what it was given. */
export const healthCheck = defineTask({
  name: "health_check",
  description: "Does nothing but travel the whole pipeline, and returns what it was given.",
  queue: "default",
  input: z.strictObject({ echo: z.json().default(null) }),
  output: z.strictObject({
    status: z.literal("healthy"),
    echo: z.json(),
    checked_at: z.iso.datetime(),
  }),
  retry: "standard",
  timeLimit: { soft: 25, hard: 30 },
  memory: 256,
});
