import { defineTask, z } from "sluice";

/** On a queue of its own, with its own dead-letter queue, function and concurrency. */
export const readingReport = defineTask({
  name: "reading_report",
  description: "Says what a text is about and how long it takes to read.",
  queue: "reports",
  input: z.strictObject({ text: z.string().min(1).max(100_000) }),
  output: z.strictObject({ summary: z.string(), minutes: z.number() }),
  retry: "standard",
  timeLimit: { soft: 50, hard: 60 },
  memory: 256,
  submits: ["summarize", "word_stats"],
  settings: z.object({ WORDS_PER_MINUTE: z.coerce.number().positive().default(200) }),
});
