import type { TaskRun } from "sluice";
import type { wordStats } from "./word-stats.ts";

export const run: TaskRun<typeof wordStats> = async ({ text }, { log }) => {
  const words = text.match(/\p{L}+/gu) ?? [];
  log.info("counted", { words: words.length });
  const longest = words.reduce((longest, word) => (word.length > longest.length ? word : longest), "");
  return { words: words.length, longest };
};
