import type { TaskInput } from "../../contracts/catalog.ts";
import { summarize } from "../../contracts/tasks/summarize.ts";
import { languageName } from "../../shared/capabilities/llm/language-name.ts";
import { llmTask } from "../../shared/capabilities/llm/llm-task.ts";
import { summarizeInParts } from "../../shared/capabilities/llm/long-text.ts";
import { asMaterial, MATERIAL_RULE } from "../../shared/capabilities/llm/material.ts";
import { proseIn } from "../../shared/capabilities/llm/reading/prose-answer.ts";
import { summaryWithin } from "../../shared/capabilities/llm/summary-length.ts";
import { languageOfText } from "../../shared/capabilities/llm/text-language.ts";
import { countWords } from "../../shared/capabilities/llm/words.ts";
import { withoutRepeats } from "../../shared/capabilities/writing/repeats.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";

const once = llmTask(summarize, {
  buildPrompt: ({ text, max_length, language }) => ({
    system:
      `You summarize texts. Answer in ${languageName(language)} with the summary alone: plain prose in whole sentences, ` +
      `at most ${max_length} words, no heading, no list, no preamble. State only what the text says. ${MATERIAL_RULE}`,
    prompt:
      `Summarize this text in at most ${max_length} words:\n\n${asMaterial("text", text)}\n\n` +
      `Now answer with the summary of the text above, in at most ${max_length} words.`,
  }),

  postprocess(answer, { text, max_length, language: given }) {
    const language = languageOfText(given, text);
    const prose = proseIn(answer, { source: text, language });
    return summaryOf(text, {
      // A model that runs out of content may repeat itself.
      summary: summaryWithin(withoutRepeats(prose.text, [], language).text, max_length, language),
      language,
      truncated: prose.truncated,
    });
  },
});

function summaryOf(
  text: string,
  {
    summary,
    language,
    truncated,
  }: { readonly summary: string; readonly language: string; readonly truncated: boolean },
) {
  const original_length = countWords(text, language);
  const summary_length = countWords(summary, language);
  const compression_ratio = original_length === 0 ? 0 : Number((summary_length / original_length).toFixed(4));
  return {
    summary,
    original_length,
    summary_length,
    compression_ratio,
    ...(truncated && { truncated: true as const }),
  };
}

/** A text that is longer than the model's context is summarized in parts, and the parts together. */
export async function run(input: TaskInput<"summarize">, context: TaskContext) {
  const { text } = input;
  const { summary, truncated = false } = await summarizeInParts(input, context, once.run);
  return summaryOf(text, { summary, language: languageOfText(input.language, text), truncated });
}
