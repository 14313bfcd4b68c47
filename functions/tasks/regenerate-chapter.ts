import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { regenerateChapter } from "../../contracts/tasks/regenerate-chapter.ts";
import { languageOfText } from "../../shared/capabilities/llm/text-language.ts";
import { changesBetween } from "../../shared/capabilities/writing/changes.ts";
import { chapterOf } from "../../shared/capabilities/writing/chapter.ts";
import { countProse } from "../../shared/capabilities/writing/prose-words.ts";
import { writeText } from "../../shared/capabilities/writing/write-text.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";

export async function run(
  input: TaskInput<"regenerate_chapter">,
  context: TaskContext,
): Promise<TaskOutput<"regenerate_chapter">> {
  const { chapter, feedback, character_name, sources = [] } = input;
  const { chapter_number, title, content } = chapter;
  const language = languageOfText(input.language, content);
  const target_words = chapter.target_words ?? countProse(content, language);
  const written = await writeText(
    {
      task: { name: regenerateChapter.name, input },
      kind: "chapter",
      language,
      person: character_name,
      title,
      target: target_words,
      factsFrom: sources.length > 0 ? "sources" : "knowledge",
      sources,
      outline: undefined,
      revision: { content, feedback },
    },
    context,
  );
  return {
    ...chapterOf(written, { chapter_number, title, target_words, sources }),
    changes: changesBetween(content, written.content, language),
  };
}
