import { AnswerCutError, RefusalError, SchemaValidationError, UnreadableAnswerError } from "../../contracts/errors.ts";
import { keywords } from "../../contracts/tasks/keywords.ts";
import { AUTO_LANGUAGE } from "../../contracts/tasks/language.ts";
import { languageName } from "../../shared/capabilities/llm/language-name.ts";
import { llmTask } from "../../shared/capabilities/llm/llm-task.ts";
import { asMaterial, MATERIAL_RULE } from "../../shared/capabilities/llm/material.ts";
import { speaksOfRequest } from "../../shared/capabilities/llm/reading/conversation.ts";
import {
  areExamples,
  distinctKeywords,
  keywordsInText,
  keywordsInValue,
  withoutTalk,
} from "../../shared/capabilities/llm/reading/keyword-list.ts";
import { noAnswerIn } from "../../shared/capabilities/llm/reading/not-an-answer.ts";
import { isCorrected } from "../../shared/capabilities/llm/reading/object-of-schema.ts";
import { type Answer, RAISE_MAX_TOKENS } from "../../shared/capabilities/llm/reading/read-answer.ts";
import { separateReasoning } from "../../shared/capabilities/llm/reading/reasoning.ts";
import { refusalBeforeValue, refusalIn } from "../../shared/capabilities/llm/reading/refusal.ts";
import { unescaped } from "../../shared/capabilities/llm/reading/unwrap.ts";
import { bounded } from "../../shared/lib/http/server-words.ts";

/** Lists of a line each are one. */
function keywordsInValues({ text, values }: Answer): string[] | undefined {
  const lists = values.map(keywordsInValue);
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const isByLine = lists.length > 1 && lines.length === lists.length;
  if (lists.length > 1 && isCorrected(text)) return lists.findLast((list) => list !== undefined);
  if (!isByLine) return lists.find((list) => list !== undefined);
  return lists.some((list) => list === undefined) ? undefined : lists.flatMap((list) => list ?? []);
}

/** A keyword without thoughts and tokens that a model wrote into it. */
const wordsOf = (keyword: string, text: string): string =>
  /[<[◁]/.test(keyword) && !text.includes(keyword) ? separateReasoning(keyword).text : keyword;

/** Fewer words are a phrase. */
const SENTENCE = /\S\s+\S+\s+\S/;

/** @throws RefusalError when the one keyword is a refusal; UnreadableAnswerError when they show the form alone */
function checked(given: readonly string[], text: string): string[] {
  const found = given.map((each) => wordsOf(each, text));
  const refusal =
    found.map((each) => refusalIn(each, text)).find((each) => each !== undefined) ??
    found.find((each) => SENTENCE.test(each) && speaksOfRequest(each, text));
  if (refusal) throw new RefusalError(`The model refused: ${refusal}`);
  if (areExamples(found, text))
    throw new UnreadableAnswerError("/keywords: the model answered with an example of the form");
  const phrases = withoutTalk(found, text);
  if (found.some((each) => each.trim() !== "") && phrases.every((each) => each.trim() === ""))
    throw new UnreadableAnswerError(
      `/keywords: the model answered with words about keywords: ${bounded(found.join("; "))}`,
    );
  if (phrases.length < found.length && found.some((each) => noAnswerIn(each, text) === "an error"))
    throw new UnreadableAnswerError(`/keywords: the model answered with an error: ${bounded(found.join("; "))}`);
  const [only = ""] = phrases;
  // One text for the whole list.
  const isJoined = phrases.length === 1 && !text.includes(only);
  return (isJoined ? only.split(/\s*[,;\n]\s*/) : phrases).map((each) => unescaped(each, text));
}

/** `[ ]` before the items of a list is not a list itself. */
const withoutBoxes = (answer: Answer): Answer =>
  /^\s*[-*+]\s+\[[ xX]?\]/m.test(answer.text) ? { ...answer, values: [] } : answer;

function keywordsIn(given: Answer, text: string): string[] {
  const answer = withoutBoxes(given);
  const refused = refusalBeforeValue(answer.text, text);
  if (refused) throw new RefusalError(`The model refused: ${refused}`);
  const found = keywordsInValues(answer);
  if (found) return checked(found, text);
  if (answer.isCut) {
    throw new AnswerCutError(`The answer was cut at MAX_TOKENS before its list was whole. ${RAISE_MAX_TOKENS}`);
  }
  // `null` or a number alone is not a damaged list; it is not a list at all.
  if (answer.values.some((value) => typeof value === "object" && value !== null)) {
    throw new SchemaValidationError("/keywords: the model did not answer with an array of strings");
  }
  const refusal = refusalIn(answer.text, text);
  if (refusal) throw new RefusalError(`The model refused: ${refusal}`);
  const listed = keywordsInText(answer.text, text);
  if (listed) return checked(listed, text);
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
