import type { InputOf, OutputOf } from "../../../contracts/define-task.ts";
import type { generateConclusion, generateIntroduction } from "../../../contracts/tasks/generate-frame.ts";
import type { TaskContext } from "../../engine/worker/context.ts";
import { languageOfText } from "../llm/text-language.ts";
import { writeText } from "./write-text.ts";

type Frame = typeof generateIntroduction | typeof generateConclusion;

const titles = {
  introduction: { en: "Introduction", de: "Einleitung" },
  conclusion: { en: "Conclusion", de: "Schluss" },
};

/** Writes what is before or behind the chapters of a book, from their summaries. @throws as {@link writeText} */
export async function writeFrame(
  kind: "introduction" | "conclusion",
  input: InputOf<Frame>,
  context: TaskContext,
): Promise<OutputOf<Frame>> {
  const { character_name, chapters, target_words } = input;
  const given = chapters.flatMap(({ title, summary }) => [title, summary]).join("\n");
  const language = languageOfText(input.language, given);
  const { content, words, warnings, usage } = await writeText(
    {
      task: { name: `generate_${kind}`, input },
      kind,
      language,
      person: character_name,
      title: undefined,
      target: target_words,
      factsFrom: "summaries",
      sources: chapters.map(({ title, summary }) => ({ title, text: summary })),
      titles: [],
      outline: undefined,
      revision: undefined,
    },
    context,
  );
  const title = titles[kind][language === "de" ? "de" : "en"];
  return { title, content, word_count: words, target_words, warnings: [...warnings], usage };
}
