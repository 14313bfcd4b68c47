/**
 * The prose in an answer, or the error that says why it is none: a model may refuse, ask for the text that it was given,
 * think aloud, or say nothing in words.
 *
 * @module
 */

import { AnswerCutError, EmptyAnswerError, RefusalError, UnreadableAnswerError } from "../../../../contracts/errors.ts";
import { bounded } from "../../../lib/http/server-words.ts";
import { withoutTags } from "../material.ts";
import { jsonValues } from "./json-values.ts";
import { isLabelAlone, plainProse, wholeSentences } from "./prose.ts";
import { type Answer, RAISE_MAX_TOKENS } from "./read-answer.ts";
import { refusalIn } from "./refusal.ts";

/** Longer answers do more than ask. */
const MAX_CHARACTERS = 400;
const MATERIAL = "text|article|document|content|passage|material|message|artikel|dokument|inhalt|nachricht";
/** "Please provide the text you'd like me to summarize." */
const ASKS_FOR_MATERIAL = new RegExp(
  [
    String.raw`\b(?:please|could you|can you|kindly)\b[^.!?]{0,30}\b(?:provide|share|paste|send|give|supply|upload|enter|include)\b[^.!?]{0,40}\b(?:${MATERIAL}|it here)\b`,
    String.raw`\b(?:it (?:looks|seems|appears)|you)\b[^.!?]{0,30}\b(?:haven['’]t|have not|hasn['’]t|didn['’]t|did not|forgot to)\b[^.!?]{0,30}\b(?:provide|share|paste|include|attach|send)\w*\b[^.!?]{0,40}\b(?:${MATERIAL}|anything)\b`,
    String.raw`\bi (?:don['’]t|do not) (?:see|have)\b[^.!?]{0,30}\b(?:${MATERIAL})\b[^.!?]{0,40}\b(?:summari[sz]e|provided|here|work with|analy[sz]e)`,
    String.raw`\b(?:bitte|könn(?:en|ten) sie|kannst du|könntest du)\b[^.!?]{0,60}\b(?:${MATERIAL})\b[^.!?]{0,40}\b(?:an|ein|mit|zusammenfassen|bereit|zur verfügung|senden|schicken|geben|teilen)\b`,
  ].join("|"),
  "i",
);

/** Thoughts without any markup: the model speaks of its task. */
const MUSING =
  /^\s*(?:(?:okay|ok|alright|hmm+|so|well|first)[,.!]?\s+){0,3}(?:(?:the )?user (?:wants|asks|asked|is asking|needs|has asked|requests)\b[^.]{0,60}\b(?:summar|keyword|text|me\b)|(?:i|we)\s+(?:need|have|should|must|want|(?:am|are|was|were) asked|['’](?:m|re) asked)\s+(?:to\s+)?(?:summari[sz]e|extract|(?:produce|write|give|provide|output|create|generate) (?:a|an|the) (?:\w+[ -]){0,3}summary)\b|let(?:['’]s| me)\s+(?:summari[sz]e|think|analy[sz]e|parse|break (?:this|it) down)\b)/i;

/** Words for nothing. */
const NOTHING =
  /^(?:null|none|nil|undefined|nan|n\/a|not applicable|no (?:summary|answer)|empty|keine?|entfällt)[.!]?$/i;

const isAnswer = (pattern: RegExp, answer: string, source: string): boolean =>
  !pattern.test(answer) || source.includes(answer.trim().slice(0, 40));

/** What an object that holds no text says of itself: `{"error": "..."}`. @returns undefined when the answer is none such */
function objectWithoutText(text: string): string | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  const [value, ...others] = jsonValues(text).values;
  if (value === undefined || others.length > 0 || typeof value !== "object" || value === null) return undefined;
  const entries = Object.entries(value);
  const hasText = entries.some(([name, each]) => name !== "error" && typeof each === "string" && each.trim() !== "");
  return hasText && !("error" in value) ? undefined : text;
}

/** Prose, and whether it was cut back to whole sentences. */
export interface Prose {
  readonly text: string;
  readonly truncated: boolean;
}

/**
 * @param source the text that the model was given: what stands there is not said to us
 * @throws RefusalError; UnreadableAnswerError when the model asks for the text or tells of an error; EmptyAnswerError when it
 * says nothing; AnswerCutError when nothing whole is left
 */
export function proseIn(answer: Answer, { source, language }: { source: string; language: string }): Prose {
  const { isCut } = answer;
  const refusal = refusalIn(answer.text, source);
  if (refusal) throw new RefusalError(`The model refused: ${refusal}`);
  if (answer.text.length <= MAX_CHARACTERS && !isAnswer(ASKS_FOR_MATERIAL, answer.text, source)) {
    throw new UnreadableAnswerError(`The model asked for the text instead of answering: ${bounded(answer.text)}`);
  }
  if (!/\buser\b/i.test(source) && !isAnswer(MUSING, answer.text, source)) {
    if (!isCut) throw new EmptyAnswerError("The model's answer is empty: it consists of the model's thoughts alone.");
    throw new AnswerCutError(`The answer was cut at MAX_TOKENS, within the model's thoughts. ${RAISE_MAX_TOKENS}`);
  }
  const object = objectWithoutText(answer.text);
  if (object)
    throw new UnreadableAnswerError(`The model answered with an object instead of a text: ${bounded(object)}`);
  const prose = plainProse(withoutTags(answer.text));
  if (!/[\p{L}\p{N}\p{So}]/u.test(prose) || NOTHING.test(prose) || isLabelAlone(prose)) {
    const said = bounded(answer.text);
    throw new EmptyAnswerError(`The model's answer is empty: it says nothing but ${JSON.stringify(said)}.`);
  }
  const text = isCut ? wholeSentences(prose, language) : prose;
  if (text !== "") return { text, truncated: isCut };
  throw new AnswerCutError(`The answer was cut at MAX_TOKENS within its first sentence. ${RAISE_MAX_TOKENS}`);
}
