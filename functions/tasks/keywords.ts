import { AnswerCutError, RefusalError, SchemaValidationError, UnreadableAnswerError } from "../../contracts/errors.ts";
import { keywords } from "../../contracts/tasks/keywords.ts";
import { AUTO_LANGUAGE } from "../../contracts/tasks/language.ts";
import { languageName } from "../../shared/capabilities/llm/language-name.ts";
import { llmTask } from "../../shared/capabilities/llm/llm-task.ts";
import { asMaterial, MATERIAL_RULE } from "../../shared/capabilities/llm/material.ts";
import {
  distinctKeywords,
  keywordsInText,
  keywordsInValue,
} from "../../shared/capabilities/llm/reading/keyword-list.ts";
import { type Answer, RAISE_MAX_TOKENS } from "../../shared/capabilities/llm/reading/read-answer.ts";
import { refusalIn } from "../../shared/capabilities/llm/reading/refusal.ts";

function keywordsIn(answer: Answer, text: string): string[] {
  const found = answer.values.map(keywordsInValue).find((phrases) => phrases !== undefined);
  if (found) return found;
  if (answer.isCut) {
    throw new AnswerCutError(`The answer was cut at MAX_TOKENS before its list was whole. ${RAISE_MAX_TOKENS}`);
  }
  // `null` or a number alone is not a list gone wrong, but no list.
  if (answer.values.some((value) => typeof value === "object" && value !== null)) {
    throw new SchemaValidationError("/keywords: the model did not answer with an array of strings");
  }
  const refusal = refusalIn(answer.text, text);
  if (refusal) throw new RefusalError(`The model refused: ${refusal}`);
  const listed = keywordsInText(answer.text);
  if (listed) return listed;
  throw new UnreadableAnswerError("/keywords: the model answered with neither JSON nor a list");
}

const languageRule = (language: string): string =>
  language === AUTO_LANGUAGE ? "Answer in the language of the text." : `The text is in ${languageName(language)}.`;

export const { run } = llmTask(keywords, {
  buildPrompt: ({ text, max_keywords, language }) => ({
    system:
      "You extract keywords. Answer with a JSON object that holds one array, `keywords`: the most telling words and short " +
      `phrases of the text, most important first, at most ${max_keywords}, none twice. Copy each as the text spells it; do ` +
      `not translate. ${languageRule(language)} ${MATERIAL_RULE}`,
    prompt:
      `Extract at most ${max_keywords} keywords from this text:\n\n${asMaterial("text", text)}\n\n` +
      `Now answer with the JSON object: at most ${max_keywords} keywords of the text above.`,
    schema: {
      type: "object",
      properties: { keywords: { type: "array", items: { type: "string" }, maxItems: max_keywords } },
      required: ["keywords"],
      additionalProperties: false,
    },
  }),

  postprocess(answer, { text, max_keywords }) {
    const found = distinctKeywords(keywordsIn(answer, text)).slice(0, max_keywords);
    return { keywords: found, count: found.length };
  },
});
