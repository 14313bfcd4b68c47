import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { generateChapter } from "../../contracts/tasks/generate-chapter.ts";
import { languageOfText } from "../../shared/capabilities/llm/text-language.ts";
import { chapterOf } from "../../shared/capabilities/writing/chapter.ts";
import { outlineOf } from "../../shared/capabilities/writing/outline.ts";
import { writeText } from "../../shared/capabilities/writing/write-text.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";

export async function run(
  input: TaskInput<"generate_chapter">,
  context: TaskContext,
): Promise<TaskOutput<"generate_chapter">> {
  const { character_name, chapter_number, chapter_title, target_words, sources = [] } = input;
  const outline = input.outline === undefined ? undefined : outlineOf(input.outline);
  const given = [chapter_title, ...(outline ?? []).map(({ heading }) => heading), ...sources.map(({ text }) => text)];
  const written = await writeText(
    {
      task: { name: generateChapter.name, input },
      kind: "chapter",
      language: languageOfText(input.language, given.join("\n")),
      person: character_name,
      title: chapter_title,
      target: target_words,
      factsFrom: sources.length > 0 ? "sources" : "knowledge",
      sources,
      titles: sources.map(({ title }) => title),
      outline,
      revision: undefined,
    },
    context,
  );
  return chapterOf(written, {
    chapter_number,
    title: chapter_title,
    target_words,
    sources: sources.map(({ title }) => title),
  });
}
