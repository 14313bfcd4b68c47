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

/** True where the text speaks of it, false where it denies it; questions and suppositions do not count. */
export function booleanCandidates(field: Field, reading: Reading, labels: readonly LabelPlace[]): Candidate[] {
  return [...labels, ...scattered(field, reading)].flatMap((label): Candidate[] => {
    const span = { start: label.start, end: label.end };
    const answer = ANSWER.exec(reading.text.slice(label.end, label.end + 12));
    if (answer)
      return [{ ...span, end: label.end + answer[0].length, value: answer[1] !== undefined, score: label.weight }];
    if (isHypothetical(span, reading)) return [];
    return [{ ...span, value: !isDenied(span, reading), score: 0.8 * label.weight }];
  });
}
