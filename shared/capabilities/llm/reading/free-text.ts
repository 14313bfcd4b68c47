/**
 * The answer to a caller's own prompt. What is right depends on the prompt, so that only what no prompt asks for is refused: a
 * refusal, a filter's words, an error of a server on the way, garbage. A prompt that speaks of such things may ask for them.
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
import { languageOfText } from "../text-language.ts";
import { echoError } from "./echo.ts";
import { beforeLoop } from "./loop.ts";
import { isBroken, isErrorOf } from "./not-an-answer.ts";
import { wholeSentences } from "./prose.ts";
import { type Answer, RAISE_MAX_TOKENS } from "./read-answer.ts";
import { filteredIn, refusalIn, refusalInValues } from "./refusal.ts";
import { wholeValue } from "./unwrap.ts";

/** A prompt that asks for words of refusal. */
const ON_REFUSAL =
  /\b(?:refus|declin|reject|apolog|excus|disclaim|ablehn|absag|verweiger|entschuldig)\w*|\bturn\w* down\b|\bsay\w* no\b|\bsorry\b|\b(?:cannot|can['’]t|unable|not able|not allowed) (?:help|answer|do)\b/i;
/** Instructions that say what the model is there for, and so when it is to decline. */
const ON_SCOPE =
  /\b(?:never|must not|do not|don['’]t|cannot|can['’]t|off[- ]topic|scope|otherwise|only|politely|nur|niemals|nicht|kein\w*|ausschließlich|andernfalls|höflich)\b/i;
const ON_FILTERS = /\b(?:filter|censor|redact|moderat|block|policy|policies|zensur|zensier|schwärz)\w*/i;
const ON_REPETITION =
  /\b(?:repeat|repetition|times|again|pattern|matrix|zero|zeros|padding|loop|sequence|wiederhol|mal|muster|nullen)\w*|\d\s*[x×*]/i;
const ON_TOOLS = /\b(?:tool|function|action|werkzeug|funktion)\w*|<\w+>/i;

/** A call of a tool, in the markup of templates. */
const TOOL_CALL = /^\s*(?:<tool_call>|<function(?:=|_call\b)|<invoke\b|\[TOOL_CALLS\])/i;
/** The model speaks of its task to itself. */
const MUSING =
  /^\s*(?:(?:okay|ok|alright|hmm+|so|well),?\s+){0,2}(?:the )?user (?:wants|asks|asked|is asking|has asked) (?:me\b|for\b|to\b|about\b)|^\s*(?:okay|ok|also),? der (?:nutzer|benutzer) (?:möchte|will|bittet|fragt)\b/i;
/** What is no prose: code, tables, lists, JSON. */
const STRUCTURED = /```|^\s*[[{<|]|^\s*(?:[-*•|]|\d{1,3}[.)])\s/m;
/** Longer answers say something of their own. */
const MAX_CHARACTERS = 400;
/** A loop of words that nobody asks for is at least as long. */
const LEAST_LOOP = 200;

/** "Hello!" is a good answer to itself. */
const LEAST_ECHO = 40;

/** What a free answer is read against. */
export interface FreePrompt {
  readonly system: string;
  readonly prompt: string;
  /** The caller has said how many tokens there may be: what is cut there is cut as asked. */
  readonly hasOwnBound: boolean;
}

/** A free answer; `truncated` when it was cut. */
export interface FreeText {
  readonly text: string;
  readonly truncated: boolean;
}

/** Whether the prompt itself holds such words: a translation of a refusal is one as well. */
const hasRefusal = (source: string): boolean =>
  source.split(/[.!?:\n]\s|["“”„]/).some((each) => refusalIn(each.trim(), "") !== undefined);

/** Whether a prompt tells the model when to decline, or asks for words that do. */
export function mayDecline({ system, prompt }: Pick<FreePrompt, "system" | "prompt">): boolean {
  const source = `${system}\n${prompt}`;
  return ON_REFUSAL.test(source) || ON_SCOPE.test(system) || hasRefusal(source);
}

function refuseRefusal(text: string, asked: FreePrompt): void {
  if (mayDecline(asked)) return;
  const source = `${asked.system}\n${asked.prompt}`;
  const refusal = refusalIn(text, source) ?? refusalInValues([wholeValue(text)], source);
  if (refusal) throw new RefusalError(`The model refused: ${bounded(refusal)}`);
}

function refuseFilter(text: string, source: string): void {
  // Models that moderate answer with "unsafe".
  if (ON_FILTERS.test(source) || /^\s*unsafe\b/i.test(text)) return;
  const filtered = filteredIn(text, source);
  if (filtered) throw new ContentFilterError(`The answer was replaced by a filter: ${filtered}`);
}

function refuseGarbage(text: string, source: string): void {
  const isShort = text.length <= MAX_CHARACTERS;
  if (isShort && (isErrorOf(text, source) || (/^\s*\{\s*"error"\s*:/.test(text) && !/\berror|json\b/i.test(source))))
    throw new UnreadableAnswerError(`The model answered with an error: ${bounded(text)}`);
  if (isShort && !/\b(?:user|nutzer)\b/i.test(source) && MUSING.test(text))
    throw new EmptyAnswerError("The model's answer is empty: it consists of the model's thoughts alone.");
  if (TOOL_CALL.test(text) && !ON_TOOLS.test(source))
    throw new EmptyAnswerError("The model's answer is empty: it called a tool, though none was offered.");
  if (!ON_REPETITION.test(source) && isBroken(text, source))
    throw new UnreadableAnswerError(`The model answered with garbage: ${bounded(text)}`);
}

/**
 * The text of a free answer, cut back to whole sentences when it is prose that was cut at the stage's MAX_TOKENS.
 * @throws RefusalError, ContentFilterError; UnreadableAnswerError for errors, garbage and loops; EmptyAnswerError;
 * AnswerCutError when no sentence is whole
 */
export function freeTextIn({ text, isCut }: Answer, asked: FreePrompt): FreeText {
  const { system, prompt, hasOwnBound } = asked;
  const source = `${system}\n${prompt}`;
  refuseRefusal(text, asked);
  refuseFilter(text, source);
  refuseGarbage(text, source);
  // A system prompt may be to correct the text, which then may be right as it is.
  if (system.trim() === "" && text.trim() === prompt.trim() && text.length >= LEAST_ECHO) throw echoError(text);
  const before = beforeLoop(text);
  const isLooping = before.isLooping && text.length - before.text.length >= LEAST_LOOP && !ON_REPETITION.test(source);
  if (!isLooping && (!isCut || hasOwnBound || STRUCTURED.test(text))) return { text, truncated: isCut };
  const whole = wholeSentences(isLooping ? before.text : text, languageOfText("auto", text));
  if (whole !== "") return { text: whole, truncated: true };
  if (isLooping) throw new UnreadableAnswerError(`The model repeats itself without end: ${bounded(text.slice(-60))}`);
  throw new AnswerCutError(`The answer was cut at MAX_TOKENS within its first sentence. ${RAISE_MAX_TOKENS}`);
}
