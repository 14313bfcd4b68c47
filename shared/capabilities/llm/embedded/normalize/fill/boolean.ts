import type { Candidate, LabelPlace } from "../candidates.ts";
import type { Field } from "../fields.ts";
import { isDenied, isHypothetical } from "../negation.ts";
import type { Reading } from "../reading.ts";

const ANSWER = /^\s*(?:\?\s*)?[:=]?\s*(?:(yes|ja|true|wahr|y|x|✓)|(no|nein|false|falsch|n|none|keine?s?))(?![\p{L}])/iu;

/** Places where the words of a name stand apart in one sentence: "the police were informed" for police_informed. */
function scattered({ labels }: Field, reading: Reading): LabelPlace[] {
  const words = labels[0]?.words.filter((word) => word.length > 2 && !reading.language.isStopWord(word)) ?? [];
  const [head, ...rest] = words;
  if (head === undefined || rest.length === 0) return [];
  return reading.find(head).flatMap((first): LabelPlace[] => {
    const start = reading.words[first];
    const others = rest.map((word) => reading.find(word).find((at) => reading.words[at]?.sentence === start?.sentence));
    const last = Math.max(first, ...others.map((at) => at ?? -1));
    const end = reading.words[last];
    if (!start || !end || others.includes(undefined)) return [];
    return [{ start: start.start, end: end.end, weight: 0.7, first, last }];
  });
}

const words = (list: string): ReadonlySet<string> => new Set(list.split(" "));

/** What is said of many a thing: alone, it does not tell of which one. */
const PREDICATES = words(
  "allowed permitted included available possible required needed necessary wanted desired provided accepted covered enabled erlaubt gestattet zulässig enthalten inbegriffen inklusive verfügbar vorhanden möglich erforderlich nötig notwendig erwünscht gewünscht vereinbart",
);
/** The same, denied. */
const REFUSALS = words(
  "prohibited forbidden banned excluded disallowed unavailable impossible untersagt verboten ausgeschlossen unzulässig unmöglich",
);
const NEGATIONS = words("not never no nicht kein keine keinen nie niemals");
const isNegation = (word: string): boolean => NEGATIONS.has(word) || word.endsWith("n't");
/** Words behind a place in which it may be denied. */
const REACH = 6;

/** What the text says of a field at a place: yes, no, or neither with certainty. */
function statementAt(field: Field, label: LabelPlace, reading: Reading): boolean | undefined {
  const own = new Set(field.labels.flatMap((each) => each.words));
  const place = reading.words[label.first];
  const isForeign = ({ lower, clause }: { lower: string; clause: number }): boolean =>
    clause === place?.clause && !own.has(lower);
  const within = reading.words.slice(label.first, label.last + 1).filter(isForeign);
  const behind = reading.words.slice(label.last + 1, label.last + 1 + REACH).filter(isForeign);
  const negation = behind.findIndex(({ lower }) => isNegation(lower));
  const isRefused = [...within, ...behind].some(({ lower }) => REFUSALS.has(lower));
  const isNegated =
    isDenied({ start: label.start, end: label.end }, reading) || within.some(({ lower }) => isNegation(lower));
  // "Pets are not allowed", "dinner is not"; what else is not so is another thing: "pets are not a problem".
  const denied = negation < 0 ? undefined : reading.words[label.last + 1 + negation + 1];
  const isLate =
    negation >= 0 &&
    (denied === undefined || denied.clause !== place?.clause || PREDICATES.has(denied.lower) || own.has(denied.lower));
  if (isRefused && (isNegated || negation >= 0)) return undefined;
  if (isNegated || isLate || isRefused) return false;
  return negation < 0 ? true : undefined;
}

/** Whether a place says only what is said of something, not of what: "included" of `parking_included`. */
function isOnlyPredicate({ labels }: Field, { first, last }: LabelPlace, reading: Reading): boolean {
  const [name] = labels;
  return (
    (name?.words.length ?? 0) > last - first + 1 &&
    reading.words.slice(first, last + 1).every(({ lower }) => PREDICATES.has(lower) || REFUSALS.has(lower))
  );
}

/**
 * True where the text speaks of it, false where it denies it; questions and suppositions do not count, nor does what may
 * be denied or not.
 */
export function booleanCandidates(field: Field, reading: Reading, labels: readonly LabelPlace[]): Candidate[] {
  return [...labels, ...scattered(field, reading)].flatMap((label): Candidate[] => {
    const span = { start: label.start, end: label.end };
    if (isOnlyPredicate(field, label, reading)) return [];
    const answer = ANSWER.exec(reading.text.slice(label.end, label.end + 12));
    if (answer)
      return [{ ...span, end: label.end + answer[0].length, value: answer[1] !== undefined, score: label.weight }];
    if (isHypothetical(span, reading)) return [];
    const value = statementAt(field, label, reading);
    return value === undefined ? [] : [{ ...span, value, score: 0.8 * label.weight }];
  });
}
