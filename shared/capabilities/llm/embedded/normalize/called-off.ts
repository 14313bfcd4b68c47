/**
 * Dates, times and numbers that the text names only to say that another one holds: "not on the 4th but on the 11th",
 * "moved from 9:00 to 14:15", "statt 3 lieber 5".
 *
 * @module
 */

import type { Field } from "./fields.ts";
import type { Mentions } from "./mentions/mentions.ts";
import type { Reading, Span } from "./reading.ts";

/** What takes the place of what. */
export interface Replacement {
  readonly old: Span;
  /** Undefined where the text only says that the old one does not hold. */
  readonly by: Span | undefined;
}

/** What of a text's mentions does not hold, or is left open. */
export interface CalledOff {
  readonly replaced: readonly Replacement[];
  /** "On the 4th or on the 11th": nothing says which of them. */
  readonly open: readonly Span[];
}

const whole = (words: string): string => `(?<!\\p{L})(?:${words})(?!\\p{L})`;
/** What may stand between a word of these and its number. */
const LEAD =
  "(?:(?:on|at|by|for|to|from|the|of|am|an|um|zum|zu|den|der|dem|im|auf|vom|von|für|about|around|only|nur|erst|gegen)\\s+)*";
const DENIAL = "not|n['’]?t|no longer|nicht mehr|nicht länger|nicht|kein\\p{L}*";
const REJECTION =
  "instead of|rather than|in place of|and not|but not|anstatt|statt|anstelle(?: von)?|und nicht|aber nicht";
/** No denial of what follows: "not before 4 May", "nicht mehr als 5". */
const BOUND = new RegExp(
  whole("before|after|later|earlier|more|less|over|under|until|than|vor|nach|bis|über|unter|als|nur|only|just"),
  "iu",
);

const behind = (pattern: string): RegExp => new RegExp(`${pattern}\\s+${LEAD}$`, "iu");

/** Before what is denied, with up to three words between: "does not start on 1 May". */
const DENIED = new RegExp(`(?<!\\p{L})(?:${DENIAL})\\s+(?<between>(?:\\p{L}+\\s+){0,3}?)${LEAD}$`, "iu");
const DENIED_STRICTLY = behind(`(?:(?<!\\p{L})|(?<=n))(?:${DENIAL})`);
const REJECTED = behind(whole(REJECTION));
const FORMER = new RegExp(
  `${whole("originally|previously|formerly|ursprünglich\\p{L}*|zuvor|old|former|previous|alte[rnsm]?|bisherige[rnsm]?")}\\s*(?:\\p{L}+\\s+){0,3}(?:\\p{L}+)?:?\\s*${LEAD}$`,
  "iu",
);
const BUT = /^(?:\s*[\p{L}€$£%]+){0,3}[,;]?\s*(?<!\p{L})(?:but|sondern|only|erst)(?!\p{L})/iu;
/** "(it was 15 September)", "(nicht wie gebucht vom 10. bis 12. Juli)". */
const FORMER_BRACKET =
  /\((?:it was|was|were|not|instead of|previously|formerly|originally|nicht|statt|war|bisher|vorher|zuvor|früher|ursprünglich)(?!\p{L})[^()\n]*$/iu;

const MOVED =
  /(?<!\p{L})(?:mov(?:e|ed|ing)|postpon\p{L}*|re-?schedul\p{L}*|shift(?:ed)?|chang\p{L}*|br(?:ing|ought) forward|push(?:ed)?|delay(?:ed)?|put (?:off|back)|correct(?:ed)?|amend(?:ed)?|went up|gone up|raise\p{L}*|increas\p{L}*|reduc\p{L}*|lower(?:ed)?|verschieb\p{L}*|verschob\p{L}*|verleg\p{L}*|änder\p{L}*|geändert|umbuch\p{L}*|umgebucht|vorzieh\p{L}*|vorgezogen|vorverleg\p{L}*|erhöh\p{L}*|aufgestockt|aufstock\p{L}*|senk\p{L}*|gesenkt|reduzier\p{L}*|korrigier\p{L}*)(?!\p{L})/iu;
const TO = /^\s*(?:to|auf|nach)\s+(?:the\s+|den\s+|dem\s+)?$/iu;
const ENDS_WITH_TO = /(?<!\p{L})(?:to|for|auf)\s+(?:the\s+|den\s+|dem\s+)?$/iu;

const CANCELLED =
  /(?<!\p{L})(?:cancel\p{L}*|call(?:ed)? off|can ?not|unable|won['’]?t|can['’]?t|(?:do(?:es)?|did|is|am|are|will)(?:n['’]?t| not| no longer)(?:\s+\p{L}+){0,2}\s+(?:work|suit|possible|available|make|come|free)|no good|not possible|fällt(?:\s+\p{L}+){0,3}\s+(?:aus|weg)|entfällt|ausgefallen|absag\p{L}*|abgesagt|gestrichen|stornier\p{L}*|verhindert)(?!\p{L})/iu;
/** "Am 4. kann ich leider nicht", "da klappt es doch nicht". */
const CANCELLED_IN_GERMAN =
  /(?<!\p{L})(?:kann|können|schaff\p{L}*|passt|geht|klappt)(?!\p{L})[^.!?\n,;]{0,40}\snicht(?!\p{L})/iu;
const OFFERED =
  /(?<!\p{L})(?:instead|new|would|could|can we|how about|what about|works?|fine|prefer|suits?|free|available|take place|held|only|re-?schedul\p{L}*|mov(?:e|ed)|neue?[rnsm]?|stattdessen|ersatz\p{L}*|zeit|frei|passt|geht|ginge|würde|könnte\p{L}*|möglich|lieber|gern\p{L}*|nachgeholt|verschieb\p{L}*|erst)(?!\p{L})/iu;
const EITHER = new RegExp(`^(?:\\s+\\p{L}+)?,?\\s*(?:or|oder)\\s+${LEAD}$`, "iu");
/** What stands between two alternatives, where a third one ends the list: "on the 4th, 5th or 6th". */
const LISTED = new RegExp(`^\\s*,\\s*${LEAD}$`, "iu");
/** "Cannot come before the 4th" says nothing against the 4th. */
const BOUNDED = behind(whole("before|after|until|till|earlier than|later than|vor|nach|bis(?: zum)?"));
/** A clause of its own behind a comma, and no list. */
const ANOTHER_CLAUSE =
  /(?<!\p{L})(?:but|aber|only|erst|nur)(?!\p{L})|[,;.?!]\s*(?!(?:and|und|or|oder|on|at|am|um|the|den|der|vom|from)\s)\p{L}/iu;
/** "Lieber am 1. als am 4.", "we prefer the 1st over the 4th". */
const PREFERRED = /(?<!\p{L})(?:prefer\p{L}*|rather|lieber|eher|besser|better)(?!\p{L})/iu;
const OVER = new RegExp(`^[^.!?\\n;]{0,30}(?<!\\p{L})(?:than|over|to|als)\\s+${LEAD}$`, "iu");
const BORN = /(?<!\p{L})(?:born|birth\p{L}*|geb|geboren|geburt\p{L}*)(?!\p{L})/iu;

/** How far around a mention its words are looked for. */
const REACH = 120;

/** Two mentions of one kind that follow each other, with what is written around them. */
interface Pair {
  readonly first: Span;
  readonly second: Span;
  /** Of the first one's sentence. */
  readonly before: string;
  readonly between: string;
  /** To the end of the second one's sentence. */
  readonly after: string;
  readonly oneSentence: boolean;
}

const isDeniedBefore = (text: string): boolean => {
  const match = DENIED.exec(text);
  return match !== null && !BOUND.test(match.groups?.between ?? "") && !BOUND.test(text.slice(match.index + 4));
};

const isCancelled = (text: string): boolean => CANCELLED.test(text) || CANCELLED_IN_GERMAN.test(text);

/** Cut in two where the first clause ends; undefined where the text is one clause. */
function clausesOf(text: string): readonly [first: string, rest: string] | undefined {
  const match = /[,;:.?!\n]|(?<!\p{L})(?:but|aber|sondern|only|erst|and|und)(?!\p{L})/iu.exec(text);
  return match ? [text.slice(0, match.index), text.slice(match.index)] : undefined;
}

/** Which of the two the text says does not hold, or was before. */
function deniedOf({ before, between, after, oneSentence }: Pair): "first" | "second" | undefined {
  if (!oneSentence) return undefined;
  if (isDeniedBefore(before) && BUT.test(between)) return "first";
  if (DENIED_STRICTLY.test(between) && !BUT.test(after)) return "second";
  if (REJECTED.test(between)) return "second";
  if (REJECTED.test(before)) return "first";
  if (PREFERRED.test(before) && OVER.test(between)) return "second";
  if (!MOVED.test(`${before} ${between} ${after}`)) return undefined;
  if (TO.test(between) || (MOVED.test(`${between} ${after}`) && ENDS_WITH_TO.test(between))) return "first";
  return undefined;
}

/** Which of two dates or times is cancelled, where the other is offered for it. */
function cancelledOf({ before, between, after, oneSentence }: Pair): "first" | "second" | undefined {
  if (BORN.test(between) || BORN.test(before.slice(-20))) return undefined;
  if (FORMER.test(before)) return "first";
  if (BOUNDED.test(before)) return undefined;
  const parts = clausesOf(between);
  if (!parts) return undefined;
  const [own, rest] = parts;
  if (isCancelled(before + own) || isCancelled(before + between.slice(0, between.search(/[,;.?!\n]|$/u))))
    return OFFERED.test(rest + after) || (oneSentence && ANOTHER_CLAUSE.test(rest) && !isCancelled(rest))
      ? "first"
      : undefined;
  // "The 11th would be fine, I cannot make the 4th."
  const isSecond = oneSentence && isCancelled(rest + after) && OFFERED.test(before + own);
  return isSecond ? "second" : undefined;
}

function pairsOf(spans: readonly Span[], { text, sentences, words, wordAt }: Reading): Pair[] {
  const sentenceAt = (offset: number): number => words[wordAt(offset)]?.sentence ?? 0;
  return spans.slice(1).flatMap((second, at): Pair[] => {
    const first = spans[at];
    if (!first || first.end > second.start) return [];
    const [one, two] = [sentenceAt(first.start), sentenceAt(second.start)];
    if (two - one > 1 || second.start - first.end > REACH) return [];
    const start = Math.max(sentences[one]?.start ?? 0, spans[at - 1]?.end ?? 0, first.start - REACH);
    const end = Math.min(sentences[two]?.end ?? text.length, spans[at + 2]?.start ?? text.length, second.end + REACH);
    return [
      {
        first,
        second,
        before: text.slice(start, first.start),
        between: text.slice(first.end, second.start),
        after: text.slice(second.end, end),
        oneSentence: one === two,
      },
    ];
  });
}

/** What stands before a span with nothing but commas between. */
function listBefore(span: Span, spans: readonly Span[], { text }: Reading): Span[] {
  const listed: Span[] = [];
  let next = span;
  for (let at = spans.indexOf(span) - 1; at >= 0; at--) {
    const one = spans[at];
    if (!one || !LISTED.test(text.slice(one.end, Math.min(next.start, one.end + REACH)))) break;
    listed.push(one);
    next = one;
  }
  return listed;
}

function calledOffOf(
  spans: readonly Span[],
  reading: Reading,
  offOf: (pair: Pair) => "first" | "second" | undefined,
): CalledOff {
  const replaced: Replacement[] = [];
  const open: Span[] = [];
  for (const pair of pairsOf(spans, reading)) {
    const { first, second, between, oneSentence } = pair;
    const off = offOf(pair);
    if (oneSentence && EITHER.test(between)) open.push(...listBefore(first, spans, reading), first, second);
    else if (off === "first") replaced.push({ old: first, by: second });
    else if (off === "second") replaced.push({ old: second, by: first });
  }
  for (const span of spans) {
    const isKnown = replaced.some(({ old }) => old === span);
    if (!isKnown && FORMER_BRACKET.test(reading.text.slice(Math.max(0, span.start - REACH), span.start)))
      replaced.push({ old: span, by: undefined });
  }
  return { replaced, open };
}

/** What the text calls off or leaves open, of its dates, times and numbers. Linear in the number of mentions. */
export function findCalledOff(reading: Reading, { dates, times, numbers }: Mentions): CalledOff {
  const counts = numbers.filter(({ article }) => !article);
  const parts = [
    ...[dates, times].map((spans) => calledOffOf(spans, reading, (pair) => deniedOf(pair) ?? cancelledOf(pair))),
    calledOffOf(counts, reading, deniedOf),
  ];
  return { replaced: parts.flatMap(({ replaced }) => replaced), open: parts.flatMap(({ open }) => open) };
}

/** The mentions without some of them. What is left of a pair is no end of a range any more. */
export function withoutSpans(mentions: Mentions, off: readonly Span[], kept: readonly Span[]): Mentions {
  const isLeft = (span: Span) => !off.some(({ start, end }) => start === span.start && end === span.end);
  const dates = mentions.dates.filter(isLeft).map((mention) => {
    if (!kept.includes(mention)) return mention;
    const { role: _, ...rest } = mention;
    return rest;
  });
  return { ...mentions, dates, times: mentions.times.filter(isLeft), numbers: mentions.numbers.filter(isLeft) };
}

const OF_WHAT_WAS = new Set(
  "old former previous original cancelled canceled alt alte alter altes bisherig bisherige bisheriger bisheriges ursprünglich ursprüngliche ursprünglicher ursprüngliches storniert abgesagt".split(
    " ",
  ),
);

/** Whether a field asks for what was before: `old_date`, `ursprünglicher_termin`. */
export const asksForWhatWas = ({ labels }: Field): boolean =>
  labels[0]?.words.some((word) => OF_WHAT_WAS.has(word)) ?? false;
