import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { regenerateChapter } from "../../contracts/tasks/regenerate-chapter.ts";
import { languageOfText } from "../../shared/capabilities/llm/text-language.ts";
import { changesBetween } from "../../shared/capabilities/writing/changes.ts";
import { chapterOf } from "../../shared/capabilities/writing/chapter.ts";
import { countProse } from "../../shared/capabilities/writing/prose-words.ts";
import { writeText } from "../../shared/capabilities/writing/write-text.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";

/** Titles by number of the sources that a chapter marks; empty where the caller does not say. */
function titlesIn(content: string, used: readonly { readonly number: number; readonly title: string }[]) {
  const titles: (string | undefined)[] = [];
  for (const [, number] of content.matchAll(/\[(\d{1,3})\](?!\()/g)) titles[Number(number) - 1] = "";
  for (const { number, title } of used) titles[number - 1] = title;
  return Array.from(titles);
}

export async function run(
  input: TaskInput<"regenerate_chapter">,
  context: TaskContext,
): Promise<TaskOutput<"regenerate_chapter">> {
  const { chapter, feedback, character_name, sources = [] } = input;
  const { chapter_number, title, content, sources_used = [] } = chapter;
  const language = languageOfText(input.language, content);
  const target_words = chapter.target_words ?? countProse(content, language);
  const titles = sources.length > 0 ? sources.map((source) => source.title) : titlesIn(content, sources_used);
  const written = await writeText(
    {
      task: { name: regenerateChapter.name, input },
      kind: "chapter",
      language,
      person: character_name,
      title,
      target: target_words,
      factsFrom: sources.length > 0 ? "sources" : "text",
      sources,
      titles,
      outline: undefined,
      revision: { content, feedback },
    },
    context,
  );
  return {
    ...chapterOf(written, { chapter_number, title, target_words, sources: titles }),
    changes: changesBetween(content, written.content, language),
  };
}
