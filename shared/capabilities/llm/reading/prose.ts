/**
 * A text that a model was asked for, without what it says about the text: a preamble, a label, a fence, an offer of help.
 *
 * @module
 */

import { splitSentences } from "../sentences.ts";
import { unwrapped } from "./unwrap.ts";

const WHAT =
  "summary|overview|abstract|tl;?dr|synopsis|(?:kurz)?zusammenfassung|kurzfassung|überblick|résumé|resumen|riassunto|摘要|总结|要約|answer|antwort|response|output";
/** What introduces the one sentence that follows. */
const POINT =
  "in (?:short|brief|summary)|kurz gesagt|in kürze|zusammenfassend|fazit|bottom line|main (?:point|idea)|key (?:takeaway|point)s?|kernaussage|hauptaussage";
const KIND = String.raw`(?:(?:short|brief|concise|final|revised|condensed|text|one-(?:sentence|paragraph)|\d{1,4}-word|kurze|überarbeitete|endgültige)\s+)`;
/** `**Summary:**`, `## Summary`, `Summary (20 words):`, `Summary of the text:` at the start. */
const LABEL = new RegExp(
  String.raw`^\s*(?:#{1,6}\s*|>\s*)?[*_]{0,3}(?:(?:the|a|my|die|eine|meine|le|la|el|il|un|une)\s+)?${KIND}{0,2}(?:${WHAT}|${POINT})(?:\s*\([^)\n]{1,40}\))?(?:\s+(?:below|follows))?(?:\s*[*_]{0,3}\s*[::][*_]{0,3}\s*|\s*[*_]{0,3}\s*\n+|\s+(?:of|des|der|vom)\s+(?:the |this |your )?(?:text|article|document|passage|textes|artikels|dokuments)\b[^\n:.]{0,20}[::][*_]{0,3}\s*)`,
  "i",
);
/** The name of the turn, as some templates leave it: "Assistant: ". */
const ROLE = /^\s*(?:\*\*)?(?:assistant|model|ai)\s*:(?:\*\*)?\s+|^\s*assistant[^\S\n]*\n+/i;
/** What is not shown, before the text. */
const COMMENT = /^\s*<!--[\s\S]*?-->\s*/;
const POLITE = String.raw`(?:(?:sure|certainly|of course|okay|ok|yes|absolutely|got it|great|alright|gern(?:e)?|natürlich|klar|selbstverständlich|sicher)\b[^\n.:!]{0,40}[.,!:]?\s+)?`;
/** A first line that announces the text: "Here is a summary of the text in at most 20 words:". */
const ANNOUNCEMENT = new RegExp(
  String.raw`^\s*${POLITE}(?:(?:here(?:'s|’s| is)|below is|hier(?: (?:ist|kommt|folgt))?|nachfolgend|im folgenden|voici|aquí (?:está|tienes)|ecco)\b[^\n:]{0,160}\b(?:${WHAT}|words|wörter)|(?:this|the following|dies) (?:is|ist)\b[^\n:]{0,40}\b(?:${WHAT})|(?:the|this|der|dieser) (?:text|article|document|artikel)\b[^\n:]{0,40}\b(?:summari[sz]ed|zusammenfassen|zusammengefasst)|in (?:at most |under |about |höchstens )?\d{1,4} (?:words|wörter)\b)(?!\w)[^\n:]{0,120}:\s*`,
  "i",
);
/** "Sure!" or "Okay, let's do it." alone on the first line. */
const INTERJECTION =
  /^\s*(?:sure(?: thing)?|certainly|of course|absolutely|okay|ok|yes|alright|got it|great(?: question)?|no problem|gerne?|natürlich|klar|selbstverständlich)\s*(?:[!.,:]|(?=\n\s*\n))(?:[^\S\n]*[^\n]{0,40}[!.:])?[^\S\n]*\n+/i;
/** "Sure thing! ", which a text of its own may follow on the same line. */
const SURE = /^\s*(?:sure(?: thing)?|certainly|of course|absolutely|got it|gerne?)!\s+(?=\S)/i;
/** A first line of its own that speaks of what follows. */
const FIRST_LINE = new RegExp(
  String.raw`^\s*(?:here (?:you go|it is|you are)|bitte (?:sehr|schön)|(?:i(?:['’]ve| have)?|my|as requested|based on|after reading|the (?:summary|following)|this is|${POLITE}(?:here|below|hier)|following|folgende|nachfolgend|(?:die|meine) zusammenfassung|to summarize)\b[^\n]{0,160}(?:summar[iy]|zusammenfass|kurzfassung|overview|as requested)[^\n]{0,120})\s*[::][*_]{0,3}[^\S\n]*\n+`,
  "i",
);
const CJK_LINE = /^\s*(?:以下是|以下は)[^\n：:]{0,30}[：:]\s*/;
/** A rule at either end. */
const RULE_FIRST = /^\s*(?:-{3,}|\*{3,}|_{3,}|={3,})[^\S\n]*\n+/;
const RULE_LAST = /\n+[^\S\n]*(?:-{3,}|\*{3,}|_{3,}|={3,})\s*$/;
/** A last paragraph that speaks to the reader, counts the words, or praises the summary. */
const CLOSING =
  /\n+\s*[([*_]*(?:(?:please )?let me know (?:if|whether)\b|if you(?:'d| would)? (?:like|need|want) (?:me to|more|further|any|a (?:longer|shorter))\b|i hope (?:this|that) (?:summary )?helps\b|would you like me\b|feel free to (?:ask|let)\b|would you like (?:a|an|it|more)\b[^\n]{0,40}\b(?:summary|version|shorter|longer|detail)|(?:i )?hope (?:this|that|it) helps\b|(?:lassen sie|lass) mich wissen\b|(?:ich )?hoffe,? (?:das|dies) hilft\b|end of (?:the )?summary\b|ende der zusammenfassung\b|wörter\s*:\s*\d+|(?:confidence|konfidenz)\s*:\s*\d|disclaimer\s*:[^\n]*\b(?:ai|language model)\b|explanation\s*:\s*(?:i|the summary)\b|source\s*:\s*(?:the )?(?:provided|given|original)\b|(?:hinweis|anmerkung)\s*:\s*(?:ich|die zusammenfassung)\b|i (?:aimed|kept|tried|focused|have kept)\b[^\n]{0,80}\b(?:words|summary|concise)\b|is there anything else\b|would you like (?:this|that|the)\b[^\n]{0,80}\?|ich hoffe, (?:das|dies|diese)\b|(?:falls|wenn) (?:du|sie) (?:noch )?(?:weitere|mehr)\b|(?:word ?count|anzahl der wörter|wortzahl)\s*[::]\s*\d+|\d{1,4}\s+(?:words|wörter)\s*[)\]]|note:\s*(?:(?:this|the) summary|i)\b|(?:this|the above|diese) (?:is a |ist eine )?(?:summary|zusammenfassung)\b[^\n]{0,80}\b(?:words?|wörter|of the text|captures?|covers?|main points|fasst|enthält|umfasst)\b)[^\n]*\s*$/i;
/** Sections behind the summary that nobody asked for, and what a model adds after it. */
const MORE_SECTIONS =
  /\n\s*\n\s*[*_#\s]{0,6}(?:key (?:points|takeaways|facts)|key ?words|kernpunkte|stichwörter|schlagwörter|sources?|quellen?|references|translation|übersetzung|(?:original |next )?text|question|q|a|generated by)\b[*_]{0,3}(?:\s*[::]|\s+(?:an? )?(?:ai|chatgpt|gpt|llm)\b)[\s\S]*$/i;
/** What closes a markup that was never opened, or marks the end. */
const UNOPENED =
  /\s*(?:<\/(?:answer|summary|response|output|result|text|final(?:_answer)?|zusammenfassung)>|\[\/(?:answer|summary|response|inst)\]|\[END (?:FINAL )?(?:RESPONSE|ANSWER|OUTPUT|SUMMARY)\]|<\/?end(?:_of_\w+)?>|#{3,}|(?<=\n)\s*(?:```|~~~))\s*$/i;
const UNCLOSED = /^\s*(?:```|~~~)\w*[^\S\n]*\n(?![\s\S]*(?:```|~~~))/;
/** A title before the label of the summary. */
const TITLE_LINE =
  /^\s*[*_#\s]{0,6}(?:title|titel|headline|überschrift)[*_]{0,3}\s*:[^\n]*\n+(?=\s*[*_#\s]{0,6}(?:summary|zusammenfassung)\b)/i;
const COUNT_AT_END = /\s*[([]\s*(?:word count:?\s*\d{1,4}(?:\s*words?)?|\d{1,4}\s*(?:words?|wörter))\s*[)\]]\s*$/i;
const DROPPED = [
  COMMENT,
  ROLE,
  INTERJECTION,
  SURE,
  FIRST_LINE,
  CJK_LINE,
  ANNOUNCEMENT,
  LABEL,
  RULE_FIRST,
  UNCLOSED,
  UNOPENED,
  TITLE_LINE,
  CLOSING,
  COUNT_AT_END,
  RULE_LAST,
];

/** Whether a text announces something that does not come: "Here is a summary of the text:". */
export const isLabelAlone = (text: string): boolean =>
  [ANNOUNCEMENT, LABEL].some((pattern) => `${text}\n`.replace(pattern, "").trim() === "");

/** `\boxed{...}` of models trained on mathematics, the whole in bold, or a quotation mark before each line. */
function undecorated(text: string): string {
  const boxed =
    /^\s*\\text\{([^{}]*)\}\s*$/.exec(text)?.[1] ?? /^\s*\$?\\boxed\{(?:\\text\{)?([^{}]*)\}?\}\$?\s*$/.exec(text)?.[1];
  const bold = /^\s*(\*\*|__)((?:(?!\1)[\s\S])+)\1\s*$/.exec(text)?.[2];
  if (boxed ?? bold) return (boxed ?? bold ?? "").trim();
  const lines = text.split("\n");
  return lines.every((line) => /^\s*(?:>|$)/.test(line))
    ? lines.map((line) => line.replace(/^\s*>\s?/, "")).join("\n")
    : text;
}

/** A label or preamble is dropped only when something follows it. */
function dropped(text: string, pattern: RegExp): string {
  const rest = text.replace(pattern, "").trim();
  return rest === "" ? text : rest;
}

/** The text itself, as far as it can be recognized. */
export function plainProse(answer: string): string {
  let text = unwrapped(answer.trim()).trim();
  // An announcement may be before a label, in a fence or around one.
  for (let round = 0; round < 3; round++) {
    const before = text;
    for (const pattern of DROPPED) text = dropped(text, pattern);
    text = undecorated(unwrapped(text)).trim();
    if (text === before) break;
  }
  return text;
}

const ENDS = /[.!?…。！？؟।][\p{Pe}\p{Pf}"'”’»*_)]*\s*$/u;

const ABBREVIATED =
  /(?:^|[\s(])(?:\p{L}|\d[\d.,]*|dr|mr|mrs|ms|prof|st|nr|no|inc|ltd|co|corp|vs|etc|ca|bzw|usw|vgl|abs|art|hr|fr|approx|vol|fig|i\.\s?e|e\.\s?g|z\.\s?b|d\.\s?h|u\.\s?a|o\.\s?ä)\.\s*$/iu;

/** Whether a text ends as sentences do. */
export const endsSentence = (text: string): boolean => ENDS.test(text);

/** A summary without what a model writes behind it: its key points, its sources, a translation, the next text. */
export const withoutMoreSections = (summary: string): string => dropped(summary, MORE_SECTIONS);

/** Words and signs that something follows: no sentence ends with them. */
const HANGS =
  /(?:[,([–—]|(?:^|\s)(?:the|an?|and|of|with|which|whose|because|der|die|das|dem|den|des|eine?[mnrs]?|und|oder|von|mit|dass|weil|deren|dessen))\s*$/i;

/** Whether a text ends in the middle of a sentence, as its last word or sign shows. */
export const hangs = (text: string): boolean => HANGS.test(text);

/**
 * A text that was cut, back to its last whole sentence.
 * @param language ISO 639-1
 * @returns "" when no sentence is whole
 */
export function wholeSentences(text: string, language: string): string {
  const sentences = splitSentences(text, language).filter((sentence) => ENDS.test(sentence.text));
  // Where the text was cut, a point may belong to a number or to an abbreviation.
  const last = sentences.findLast(({ end }) => end < text.trimEnd().length || !ABBREVIATED.test(text));
  return last ? text.slice(0, last.end).trim() : "";
}
