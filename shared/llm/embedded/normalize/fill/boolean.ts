import { type Candidate, type LabelPlace } from "../candidates.ts";
import { isDenied, isHypothetical } from "../negation.ts";
import type { Reading } from "../reading.ts";

const ANSWER = /^\s*(?:\?\s*)?[:=]?\s*(?:(yes|ja|true|wahr|y|x|✓)|(no|nein|false|falsch|n|none|keine?s?))(?![\p{L}])/iu;

/** True where the text speaks of it, false where it denies it; what is only asked or supposed says nothing. */
export function booleanCandidates(reading: Reading, labels: readonly LabelPlace[]): Candidate[] {
  return labels.flatMap((label): Candidate[] => {
    const span = { start: label.start, end: label.end };
    const answer = ANSWER.exec(reading.text.slice(label.end, label.end + 12));
    if (answer) return [{ ...span, end: label.end + answer[0].length, value: answer[1] !== undefined, score: label.weight }];
    if (isHypothetical(span, reading)) return [];
    return [{ ...span, value: !isDenied(span, reading), score: 0.8 * label.weight }];
  });
}
