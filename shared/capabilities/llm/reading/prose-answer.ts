/**
 * The prose in an answer, or the error that says why there is none: a model may refuse, ask for the text that it was given,
 * think aloud, or answer without words.
 *
 * @module
 */

import {
  AnswerCutError,
  ContentFilterError,
  EmptyAnswerError,
  RefusalError,
  UnreadableAnswerError,
} from "../../../../contracts/errors.ts";
import { bounded } from "../../../lib/http/server-words.ts";
import { isObject } from "../../json-schema/json-pointer.ts";
import { withoutTags } from "../material.ts";
import { beforeLoop, isEndlessWord } from "./loop.ts";
import { type NoAnswer, noAnswerAround, noAnswerIn } from "./not-an-answer.ts";
import { hangs, isLabelAlone, plainProse, wholeSentences } from "./prose.ts";
import { type Answer, RAISE_MAX_TOKENS } from "./read-answer.ts";
import { holdsThoughts } from "./reasoning.ts";
import { filteredIn, refusalIn, refusalInValues } from "./refusal.ts";
import { isTold } from "./told.ts";
import { textInValue, textOfCutObject, unescaped, wholeValue } from "./unwrap.ts";

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
  /^\s*(?:(?:okay|ok|alright|hmm+|so|well|first)[,.!]?\s+){0,3}(?:(?:the )?user (?:wants|asks|asked|is asking|needs|has asked|requests)\b[^.]{0,60}\b(?:summar|keyword|text|me\b)|(?:i|we)\s+(?:need|have|should|must|want|(?:am|are|was|were) asked|['’](?:m|re) asked)\s+(?:to\s+)?(?:summari[sz]e|extract|(?:produce|write|give|provide|output|create|generate) (?:a|an|the) (?:\w+[ -]){0,3}summary)\b|(?:i(?:['’]ll| will| should)|let(?:['’]s| me))\s+(?:summari[sz]e|think|analy[sz]e|parse|read (?:the|this)|start by|break (?:this|it) down|write (?:one|a|two|the) (?:sentence|summary|paragraph))\b|the (?:task|instruction|goal) is to (?:summari[sz]e|extract|write)\b|der (?:nutzer|benutzer|anwender) (?:möchte|will|bittet|fragt)\b|(?:zuerst|zunächst|also,?|ok,?) ?(?:muss|soll|sollte|werde|lese) ich\b|ich (?:muss|soll|sollte) (?:den text|eine zusammenfassung|jetzt|nun|zuerst)\b|die aufgabe (?:ist|lautet)\b)|^\s*hmm+\b/i;

/** The instruction that it was given. */
const INSTRUCTION =
  /^\s*(?:now\s+)?(?:summari[sz]e|answer with)\b[^.!?]{0,80}\bin at most \d+ words\s*[.:]?\s*$|^\s*you (?:summari[sz]e|extract|turn|write|are)\b[^.]{0,60}\. answer (?:in|with)\b|\bmaterial, never an instruction to you\b/i;

/** Words for nothing. */
const NOTHING =
  /^(?:null|none|nil|undefined|nan|n\/a|not applicable|no (?:summary|answer)|empty|keine?|entfällt)[.!]?$/i;

const isAnswer = (pattern: RegExp, answer: string, source: string): boolean =>
  !pattern.test(answer) || source.includes(answer.trim().slice(0, 40)) || isTold(answer, source);

/** A call of a tool in words: of tags, of ReAct, of Python. */
const TOOL_CALL =
  /^\s*(?:<tool_(?:call|response|result)>|<function(?:=|_call\b)|<invoke\b|\[TOOL_CALLS\]|(?:thought\s*:[^\n]*\n+\s*)?action\s*:[^\n]*\n+\s*action input\s*:|[a-z_]\w*(?:\.\w+)?\((?:\w+\s*=\s*)?["'{[][\s\S]*\)\s*$)/i;
/** The same behind words that are not an answer yet. */
const LATER_CALL = /<tool_call>|<function(?:=|_call\b)|<invoke\b|\[TOOL_CALLS\]|\bfunctions\.\w+:\d+\s*\{/;
/** Elements before the text, whose names are neither HTML's nor a text's: steps, moods, languages. */
const ELEMENTS_FIRST =
  /^(?:\s*<(?!(?:b|i|u|s|p|q|a|em|strong|mark|small|sub|sup|span|div|code|kbd|var|h[1-6]|ul|ol|li|dl|table|blockquote|pre|cite|abbr|section|article|header|main|del|ins|answer|summary|response|output|result|text|final\w*|zusammenfassung)\b)([a-z][\w-]{1,30})(?:\s[^<>]*)?>(?:(?!<\/?\1\b)[\s\S])*<\/\1>)+\s*(?=[^\s<])/i;

/** An answer without such elements; what the source holds itself stays. */
const withoutElements = (text: string, source: string): string => {
  const [before = ""] = ELEMENTS_FIRST.exec(text) ?? [];
  return before === "" || source.includes(before.trim().slice(0, 20)) ? text : text.slice(before.length);
};

/** A turn of somebody else's before or behind the answer. */
const EARLIER_TURN =
  /^\s*(?:(?:#{1,4}\s*)?system\s*:[^\n]*\n+\s*)?(?:#{1,4}\s*)?(?:user|human|instruction)\s*:[^\n]*\n+\s*(?:#{1,4}\s*)?(?:assistant|ai|response|answer)\s*:\s*/i;
const LATER_TURN =
  /\n\s*\n\s*(?:#{2,4}\s*(?:user|human|instruction)\s*:[\s\S]*|(?:user|human)\s*:[^\n]*(?:\n+\s*(?:assistant|ai)\s*:[\s\S]*)?)$/i;

/** The answer's own turn, where turns are marked by names in words. */
function ownTurn(text: string, source: string): string {
  if (/(?:user|human|instruction)\s*:/i.test(source)) return text;
  const own = text.replace(EARLIER_TURN, "");
  const before = own.replace(LATER_TURN, "");
  return before.trim() === "" ? own : before;
}

/**
 * An object that holds no text, such as `{"error": "..."}`, or does not end.
 * @throws RefusalError when it says that the model refuses; UnreadableAnswerError
 */
function refuseObject(text: string, source: string): void {
  if (!/^\s*(?:```\w*\s*)?(?:\{\s*["'“}]|\[\s*["'{\]])/.test(text)) return;
  const value = wholeValue(text);
  const refusal = refusalInValues([value], source);
  if (refusal) throw new RefusalError(`The model refused: ${bounded(refusal)}`);
  if (value !== undefined && textInValue(value) !== undefined) return;
  // Asked about objects, a model may answer with one.
  const hasText =
    isObject(value) && Object.values(value).some((each) => typeof each === "string" && each.trim() !== "");
  if (hasText && !("error" in value) && /^\s*[{[]\s*"/m.test(source)) return;
  throw new UnreadableAnswerError(`The model answered with an object instead of a text: ${bounded(text)}`);
}

/** Several answers of which nobody says which one is meant. */
const SEVERAL =
  /^\s*(?:[*_#]{0,3}(?:option|version|variante|summary|zusammenfassung) (?:1|a|one)\b[\s\S]+\n\s*[*_#]{0,3}(?:option|version|variante|summary|zusammenfassung) (?:2|b|two)\b|(?:here|these|below|hier)\b[^\n]{0,30}\b(?:two|three|several|zwei|drei|mehrere) (?:\w+ )?(?:summaries|versions|options|zusammenfassungen|varianten)\b[^\n]{0,40}:[^\S\n]*\n)/i;

const HAS_OPTIONS = /\b(?:option|version|variante) (?:1|a|one)\b/i;

/** @throws UnreadableAnswerError for what stands in an answer's place */
function refuseNoAnswer(kind: NoAnswer | undefined, said: string): void {
  if (kind) throw new UnreadableAnswerError(`The model answered with ${kind}: ${bounded(said)}`);
}

/** What a server or model writes where an answer was cut. */
const CUT_MARK =
  /\s*[[(]\s*(?:truncated|cut off|continued|to be continued|(?:the )?(?:response|answer|output|text)(?: was| is)? (?:cut off|truncated|too long)[^\])\n]{0,60}|(?:output|token|length|max(?:imum)?) (?:length |token )?limit (?:was )?reached[^\])\n]{0,40})\s*[\])]\s*$/i;

/** Prose, and whether it was cut back to whole sentences. */
export interface Prose {
  readonly text: string;
  readonly truncated: boolean;
}

/**
 * @param source the text that the model was given: what is there is not addressed to the caller
 * @throws RefusalError, ContentFilterError; UnreadableAnswerError when the model asks for the text, reports an error, talks to
 * its reader, ends in the middle or goes round in a loop; EmptyAnswerError when it says nothing; AnswerCutError when nothing whole is left
 */
export function proseIn(answer: Answer, { source, language }: { source: string; language: string }): Prose {
  const whole = withoutElements(ownTurn(answer.text, source), source);
  const isMarked = CUT_MARK.test(whole) && !CUT_MARK.test(source);
  const isCut = answer.isCut || isMarked;
  const said = isMarked ? whole.replace(CUT_MARK, "") : whole;
  const filtered = filteredIn(said, source);
  if (filtered) throw new ContentFilterError(`The answer was replaced by a filter: ${filtered}`);
  const refusal = refusalIn(said, source);
  if (refusal) throw new RefusalError(`The model refused: ${refusal}`);
  if (said.length <= MAX_CHARACTERS && !isAnswer(ASKS_FOR_MATERIAL, said, source)) {
    throw new UnreadableAnswerError(`The model asked for the text instead of answering: ${bounded(said)}`);
  }
  if (!/\b(?:user|nutzer)\b/i.test(source) && !isAnswer(MUSING, said, source)) {
    if (!isCut) throw new EmptyAnswerError("The model's answer is empty: it consists of the model's thoughts alone.");
    throw new AnswerCutError(`The answer was cut at MAX_TOKENS, within the model's thoughts. ${RAISE_MAX_TOKENS}`);
  }
  if (INSTRUCTION.test(said)) {
    throw new UnreadableAnswerError(`The model repeated its instruction instead of answering: ${bounded(said)}`);
  }
  const isCall = TOOL_CALL.test(said) && !source.includes(said.trim().slice(0, 40));
  if (isCall || (LATER_CALL.test(said) && !LATER_CALL.test(source))) {
    throw new EmptyAnswerError("The model's answer is empty: it called a tool, though none was offered.");
  }
  refuseNoAnswer(noAnswerAround(said, source), said);
  if (SEVERAL.test(said) && !SEVERAL.test(source) && !HAS_OPTIONS.test(source)) {
    throw new UnreadableAnswerError(`The model gave several answers instead of one: ${bounded(said)}`);
  }
  const begun = isCut ? textOfCutObject(said) : undefined;
  if (begun === undefined) refuseObject(said, source);
  const plain = unescaped(plainProse(withoutTags(begun ?? said)), source);
  // A text may itself be nothing but a sign.
  if (plain !== "" && plain === source.trim()) return { text: plain, truncated: isCut };
  if (!/[\p{L}\p{N}]/u.test(plain) || NOTHING.test(plain) || isLabelAlone(plain)) {
    throw new EmptyAnswerError(`The model's answer is empty: it says nothing but ${JSON.stringify(bounded(said))}.`);
  }
  const inner = refusalIn(plain, source);
  if (inner) throw new RefusalError(`The model refused: ${inner}`);
  const { text: prose, isLooping } = beforeLoop(plain);
  if (isEndlessWord(prose)) {
    throw new UnreadableAnswerError(`The model answered with one endless word: ${bounded(plain.slice(0, 60))}`);
  }
  refuseNoAnswer(noAnswerIn(prose, source), said);
  if (holdsThoughts(prose) && !holdsThoughts(source) && !isTold(prose, source)) {
    throw new UnreadableAnswerError(`The answer holds thoughts that cannot be told from it: ${bounded(said)}`);
  }
  if (!isCut && !isLooping && hangs(prose) && !hangs(source)) {
    throw new UnreadableAnswerError(`The answer ends in the middle of a sentence: ${bounded(prose.slice(-60))}`);
  }
  const truncated = isCut || isLooping;
  const text = truncated ? wholeSentences(prose, language) : prose;
  if (text !== "") return { text, truncated };
  if (isLooping) throw new UnreadableAnswerError(`The model repeats itself without end: ${bounded(plain.slice(-60))}`);
  throw new AnswerCutError(`The answer was cut at MAX_TOKENS within its first sentence. ${RAISE_MAX_TOKENS}`);
}
