import type { OutputOf } from "../../../contracts/define-task.ts";
import type { generateChapter } from "../../../contracts/tasks/generate-chapter.ts";
import type { Written } from "./write-text.ts";

type Chapter = OutputOf<typeof generateChapter>;

/** A chapter as tasks give it. */
export const chapterOf = (
  { content, words, sources: used, warnings, usage }: Written,
  {
    sources,
    ...rest
  }: Pick<Chapter, "chapter_number" | "title" | "target_words"> & { readonly sources: readonly (string | undefined)[] },
): Chapter => ({
  chapter_number: rest.chapter_number,
  title: rest.title,
  content,
  word_count: words,
  target_words: rest.target_words,
  sources_used: used.map((number) => ({ number, title: sources[number - 1] ?? "" })),
  warnings: [...warnings],
  usage,
});
