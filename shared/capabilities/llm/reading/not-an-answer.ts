/**
 * Short texts that stand in an answer's place: an error of a server on the way, talk to the reader, a form that was not filled in,
 * program code, garbage.
 *
 * @module
 */

import { isTold } from "./told.ts";

/** Longer texts say something of their own. */
const MAX_CHARACTERS = 400;

const HTTP_ERRORS =
  "bad gateway|service (?:temporarily )?unavailable|internal server error|gateway time-?out|too many requests|bad request|unauthorized|forbidden|not found|request timeout";
const SERVICE = "model|server|service|engine|backend|upstream|api|modell|dienst";
/** What servers, gateways and frameworks write when something fails, where a status of their own would have said so. */
const ERROR = new RegExp(
  [
    String.raw`^\W{0,4}(?:(?:internal|unexpected|api|server|runtime|generation|http)[ -]?)?(?:error|exception|fatal|fehler)\b\W{0,3}(?::|\]|$)`,
    String.raw`^\W{0,3}(?:http[/ ]?[\d.]*\s*)?(?:[45]\d\d\b[\s:–-]*)?(?:${HTTP_ERRORS})\W{0,3}$`,
    String.raw`^\W{0,3}(?:error\s*)?[45]\d\d\b[\s:–-]+(?:${HTTP_ERRORS})\b`,
    String.raw`^[\w.]{2,80}(?:Error|Exception)\b\s*[:(]`,
    String.raw`^traceback \(most recent call last\)`,
    String.raw`^(?:data:\s*(?:\[DONE\]|\{)|event:\s*\w)`,
    String.raw`\b(?:cuda|gpu|hip|metal)\b[^.]{0,30}\b(?:out of memory|error)\b|^out of memory\b`,
    String.raw`^(?:upstream connect error|connection (?:refused|reset|error|timed out)|stream (?:closed|error)|fetch failed|socket hang up)\b`,
    String.raw`^(?:the )?(?:request|generation|operation)(?: has)? timed out\b`,
    String.raw`^(?:rate|token|usage|quota) ?limit (?:exceeded|reached)\b|^too many requests\b`,
    String.raw`^(?:the |this |our )?(?:${SERVICE})\b[^.]{0,40}\bis (?:currently |temporarily )?(?:overloaded|unavailable|busy|loading|offline|down|not available)\b`,
    "^you(?:['’]ve| have)? exceeded your (?:current )?(?:quota|limit|rate)",
    String.raw`^(?:sorry, )?(?:an? )?(?:internal |unexpected |unknown |network |server )*error (?:has )?occurred\b`,
    String.raw`^(?:oops|sorry|hmm)?[,!. ]*something went wrong\b`,
    String.raw`^(?:ein )?(?:interner |unerwarteter |unbekannter )?fehler ist aufgetreten\b|^es ist ein (?:\w+ )?fehler aufgetreten\b`,
  ].join("|"),
  "i",
);
/** Gateways tell by their page's title. */
const PAGE_TITLE = /<title[^>]*>([^<]*)<\/title>/i;

/** Talk of an assistant to its reader: a greeting, a promise, that it has nothing to work on. */
const MATERIAL = "text|article|document|content|passage|material|input|artikel|dokument|inhalt";
const DO = "summari[sz]e|extract|process|analy[sz]e|work with|work on|go on";
const TALK = new RegExp(
  [
    String.raw`\b(?:how|what) (?:can|may) i (?:help|assist|do for)\b|\bwie kann ich (?:ihnen|dir|euch)\b[^.?]{0,20}helfen`,
    String.raw`^(?:i['’]m|i am) (?:ready|here|happy|glad) to (?:help|assist)\b`,
    String.raw`\bwhat (?:text|would you like)\b[^.?]{0,40}\?`,
    String.raw`^(?:sure|okay|ok|of course|certainly|got it|gerne?|klar)?[,!. ]*(?:i(?:['’]ll| will| can|['’]d be happy to)|let me|ich werde|ich kann|ich fasse)\s+(?:now\s+)?(?:do (?:that|this|it)|get (?:right )?on it|(?:be happy to )?help|summari[sz]e (?:the|this|your) (?:${MATERIAL})|(?:den|diesen|ihren) (?:${MATERIAL}) (?:jetzt |nun )?(?:zusammenfassen|für sie zusammen))\b[^.!?]{0,30}[.!]?\s*$`,
    String.raw`^(?:the|this|your|der|dieser|ihr) (?:provided |given |input |angegebene )?(?:${MATERIAL}) (?:is|seems|appears|ist|scheint)(?: to be)? (?:too short|empty|incomplete|blank|zu kurz|leer|unvollständig)\b`,
    String.raw`^there (?:is|was|are) (?:no|not enough|nothing)\b[^.]{0,30}(?:\b(?:${MATERIAL}|information)\b[^.]{0,30})?\b(?:to )(?:${DO})`,
    String.raw`\b(?:does not|doesn['’]t|did not) (?:contain|provide|include|have|give) (?:enough|sufficient|any) (?:information|content|context|text|detail)\b[^.]{0,40}\b(?:summar|extract|creat|generat|writ|keyword|answer)`,
    String.raw`\bi (?:do not|don['’]t|cannot|can['’]t) (?:have access to|access|see|open|read) (?:the|this|that|your|any|external)\b[^.]{0,20}\b(?:${MATERIAL}|files?|links?|urls?|attachments?)\b`,
    String.raw`^i(?:['’]m| am) (?:unable|not able) to (?:open|access|read|browse|view)\b`,
    String.raw`^(?:no|keine) (?:summary|zusammenfassung|keywords?|key ?phrases|answer|schlüsselwörter|stichwörter)\b[^.]{0,20}(?:available|possible|provided|needed|found|generated|verfügbar|möglich|gefunden)?[^.]{0,25}[.!]?$`,
    String.raw`^(?:unable|not able|failed|impossible) to (?:${DO}|generate|create|produce|find)\b`,
    String.raw`^(?:summary|zusammenfassung|answer) (?:is )?(?:not available|unavailable|not possible|n/a|nicht (?:verfügbar|möglich))\b`,
    String.raw`^(?:(?:here|these|below) (?:are|is)\b[^.]{0,60}:\s*$|(?:i )?hope (?:this|that|it) helps\b)`,
  ].join("|"),
  "i",
);

/** A form that was not filled in. */
const FORM =
  /^(?:[[<({]{1,2}\s*(?:(?:your|the|a|insert|add|write|ihre?|deine?|die)\s+)?(?:[\w ]{0,30}\b)?(?:summary|text|answer|response|content|keywords?|zusammenfassung|antwort)\b[\w ]{0,30}[\]>)}]{1,2}|(?:your|the|insert|write|add|ihre?|deine?) (?:summary|text|answer|zusammenfassung|antwort)(?: goes)?(?: here| hier)\b.{0,5}|lorem ipsum\b.*|to ?do\b.{0,3}|title|titel|tbd|placeholder)$/is;

/** The same in any words: the whole stands in brackets. */
const BRACKETED = /^(?:\[[^[\]\n]{4,80}\]|\{\{?[^{}\n]{4,80}\}?\}|<[^<>\n]{4,80}>)$/;

/** One word that agrees, denies or ends. */
const ONE_WORD =
  /^(?:yes|no|ok(?:ay)?|true|false|done|sure|safe|ready|finished|understood|thanks?|ja|nein|fertig|erledigt|klar|gerne?|verstanden|\d{1,3}|\p{L})[.!]?$/iu;

/** Program code, by how it begins or by the name of its fence. */
const CODE =
  /^\s*(?:(?:```|~~~)(?:python|py|javascript|js|typescript|ts|bash|sh|sql|java|cpp|c|go|rust|ruby|php)\b|#!\/|import [\w.{}* ,]+(?:\n|;| from )|from [\w.]+ import |def \w+\(|(?:async )?function \w*\(|(?:const|let|var) \w+ = |SELECT\s[\s\S]{1,200}\sFROM\s|class \w+[:({]|<\?php\b)/;

/** A word, a letter or a sign, over and over; a sentence of a script without spaces is kept, once, as others are. */
const OVER_AND_OVER = /^(?![\p{L}\p{M}\p{N}]{2,}[。！？।])(\S{1,12}?)(?:\s*\1){5,}\s*$/u;
/** UTF-8 that somebody read as Latin-1: `Ã¼`, `â€™`. */
const MOJIBAKE = /Ã[\u0080-\u00bf\u0192\u00c2\u00c3]|â€[\u0080-\u00bf™œ\u0153]/g;
/** A shorter one may be a laugh. */
const LEAST_OVER_AND_OVER = 16;
const LEAST_MOJIBAKE = 2;
const LEAST_UNREADABLE = 3;
/** Below this share of letters and digits nobody reads it. */
const LEAST_LETTERS = 1 / 3;
const LEAST_SIGNS = 8;

const count = (pattern: RegExp, where: string): number => where.match(pattern)?.length ?? 0;

/** Whether a text is what broken graphics cards, quantizations and decoders write, whatever was asked. */
export function isBroken(text: string, source: string): boolean {
  const unit = OVER_AND_OVER.exec(text)?.[1];
  if (unit !== undefined && text.length >= LEAST_OVER_AND_OVER && !source.includes(unit.repeat(3))) return true;
  if (count(/\ufffd/g, text) >= LEAST_UNREADABLE && !source.includes("\ufffd")) return true;
  return count(MOJIBAKE, text) >= LEAST_MOJIBAKE && count(MOJIBAKE, source) === 0;
}

function isGarbage(text: string, source: string): boolean {
  if (OVER_AND_OVER.test(text) || isBroken(text, source)) return true;
  const written = count(/\S/gu, text);
  return written >= LEAST_SIGNS && count(/[\p{L}\p{N}\p{M}]/gu, text) < written * LEAST_LETTERS;
}

/** Why a text is not an answer, in words that end "The model answered with". */
export type NoAnswer = "an error" | "talk to the reader" | "a form that is not filled in" | "program code" | "garbage";

/** Whether any line of a text tells of such an error. */
const tellsOfError = (source: string): boolean => source.split("\n").some((line) => ERROR.test(line.trim()));

/** Whether a text is what servers, gateways and frameworks write when something fails. */
const isError = (text: string, source: string): boolean => ERROR.test(text.trim()) && !tellsOfError(source);

/** A text that speaks of errors may be put into such words. */
const ON_ERRORS =
  /\b(?:error|exception|fehler|status|http|log|logs|traceback|outage|unavailable|timeout|message|meldung|json)\w*/i;

/** The same of a text that answers a request: one about errors may ask for it. */
export const isErrorOf = (text: string, source: string): boolean => isError(text, source) && !ON_ERRORS.test(source);

/**
 * What an answer is that stands in the fence or the page that it came in.
 * @returns undefined when it may be an answer
 */
export function noAnswerAround(said: string, source: string): NoAnswer | undefined {
  const title = PAGE_TITLE.exec(said)?.[1]?.trim();
  if (title !== undefined && ERROR.test(title) && !tellsOfError(source)) return "an error";
  const isCode = CODE.test(said) && !CODE.test(source) && !source.includes(said.trim().slice(0, 40));
  return isCode ? "program code" : undefined;
}

/**
 * What a short text is that is not an answer.
 * @param source the text that the model was given: what is said there, an answer may say as well
 * @returns undefined when it may be an answer
 */
export function noAnswerIn(answer: string, source: string): NoAnswer | undefined {
  const text = answer.trim();
  if (source.includes(text)) return undefined;
  if (isGarbage(text, source)) return "garbage";
  if (text.length > MAX_CHARACTERS || isTold(text, source)) return undefined;
  // A text about an outage, or a conversation, has a summary that speaks of it.
  if (isError(text, source)) return "an error";
  if (TALK.test(text) && !TALK.test(source)) return "talk to the reader";
  if ((FORM.test(text) || BRACKETED.test(text)) && !FORM.test(source)) return "a form that is not filled in";
  return ONE_WORD.test(text) ? "talk to the reader" : undefined;
}
