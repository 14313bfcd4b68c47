import { defineTask, z } from "sluice";

export const wordStats = defineTask({
  name: "word_stats",
  description: "Counts the words of a text and finds the longest one.",
  queue: "default",
  input: z.strictObject({ text: z.string().min(1).max(100_000) }),
  output: z.strictObject({ words: z.int(), longest: z.string() }),
  retry: "standard",
  timeLimit: { soft: 25, hard: 30 },
  memory: 256,
});
