import type { TaskInput } from "../../contracts/catalog.ts";
import { RefusalError, UnreadableAnswerError } from "../../contracts/errors.ts";
import { AUTO_LANGUAGE } from "../../contracts/tasks/language.ts";
import { summarize } from "../../contracts/tasks/summarize.ts";
import { languageName } from "../../shared/capabilities/llm/language-name.ts";
import { llmTask } from "../../shared/capabilities/llm/llm-task.ts";
import { summarizeInParts } from "../../shared/capabilities/llm/long-text.ts";
import { asMaterial, MATERIAL_RULE } from "../../shared/capabilities/llm/material.ts";
import { conversationIn } from "../../shared/capabilities/llm/reading/conversation.ts";
import { withoutMoreSections } from "../../shared/capabilities/llm/reading/prose.ts";
import { proseIn } from "../../shared/capabilities/llm/reading/prose-answer.ts";
import { summaryWithin } from "../../shared/capabilities/llm/summary-length.ts";
import { isInForeignScript, languageOfText } from "../../shared/capabilities/llm/text-language.ts";
import { countWords } from "../../shared/capabilities/llm/words.ts";
import { assertLanguage } from "../../shared/capabilities/writing/read-section.ts";
import { withoutOwnRepeats } from "../../shared/capabilities/writing/repeats.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";
import { bounded } from "../../shared/lib/http/server-words.ts";

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
    const said = withoutMoreSections(prose.text);
    checkSpeaksOfText(said, text);
    assertLanguage(said, language);
    checkScript(said, given);
    checkIsShorter(said, text, { max: max_length, language });
    return summaryOf(text, {
      // A model that runs out of content may repeat itself.
      summary: summaryWithin(withoutOwnRepeats(said, text, language).text, max_length, language),
      language,
      truncated: prose.truncated,
    });
  },
});

/** @throws RefusalError, UnreadableAnswerError when the answer speaks of the request instead */
function checkSpeaksOfText(summary: string, text: string): void {
  const kind = conversationIn(summary, text);
  if (kind === "refusal") throw new RefusalError(`The model refused: ${bounded(summary)}`);
  if (kind) throw new UnreadableAnswerError(`The model answered with talk to the reader: ${bounded(summary)}`);
}

/**
 * Checks the script of a summary when its language was named; a model may choose it otherwise.
 * @throws UnreadableAnswerError
 */
function checkScript(summary: string, language: string): void {
  if (language === AUTO_LANGUAGE || !isInForeignScript(summary, language)) return;
  throw new UnreadableAnswerError(`The answer is not in ${languageName(language)}: ${bounded(summary)}`);
}

/** A summary that has so much of the text is the text. */
const WHOLE_SHARE = 0.9;

/** @throws UnreadableAnswerError when the model gave the text back, of which the beginning would pass for a summary */
function checkIsShorter(
  summary: string,
  source: string,
  { max, language }: { readonly max: number; readonly language: string },
): void {
  const squeezed = (text: string) => text.replace(/[\W_]+/g, "");
  const [said, given] = [squeezed(summary), squeezed(source)];
  if (countWords(summary, language) <= max || said.length < given.length * WHOLE_SHARE) return;
  if (said.includes(given.slice(0, Math.floor(given.length * WHOLE_SHARE))))
    throw new UnreadableAnswerError("The model gave the text back instead of a summary of it.");
}

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
