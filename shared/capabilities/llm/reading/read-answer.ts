/**
 * The one reading of answers: what a model answered, to a text or to JSON values, or the error that says why it is no
 * answer.
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";
import {
  AnswerCutError,
  ContentFilterError,
  EmptyAnswerError,
  RefusalError,
  UnreadableAnswerError,
} from "../../../../contracts/errors.ts";
import { bounded } from "../../../lib/http/server-words.ts";
import type { ModelAnswer } from "../backend.ts";
import { type Asked, withoutEcho } from "./echo.ts";
import { harmless } from "./harmless.ts";
import { jsonValues, placedValues } from "./json-values.ts";
import { endsSentence } from "./prose.ts";
import { separateReasoning } from "./reasoning.ts";
import { withoutEntities } from "./unwrap.ts";

/** An answer as tasks see it. */
export interface Answer {
  /** Without thoughts, markup of the model's template and control characters. */
  readonly text: string;
  /** JSON values in it, most likely the answer first; read when JSON was asked for. */
  readonly values: readonly unknown[];
  /** It was cut at the most tokens. */
  readonly isCut: boolean;
}

/** What to do about an answer that was cut. */
export const RAISE_MAX_TOKENS =
  "Raise MAX_TOKENS, or ask for less; a model that thinks needs tokens for its thoughts as well.";

/** A bracket begins JSON, and not the tag of a family, such as `[THINK]`. */
const BEGINS_JSON = /^\s*(?:\{|\[\s*(?:["'“„{[\]\d-]|(?:true|false|null)\b))/;

function separated({ text, reasoning = "" }: ModelAnswer, wantsJson: boolean) {
  const clean = harmless(text);
  // What looks like markup inside a JSON string belongs to it; between two values it ends thoughts, or a turn.
  if (wantsJson && BEGINS_JSON.test(clean) && jsonValues(clean).values.length > 0) {
    const [, ...others] = placedValues(clean);
    if (others.every(({ lead }) => separateReasoning(lead).text === lead.trim())) return { text: clean, reasoning };
  }
  const parts = separateReasoning(clean);
  return { text: parts.text, reasoning: `${reasoning}${parts.reasoning}` };
}

/** The error that says why there is no text. */
function nothing(answer: ModelAnswer, reasoning: string): Error {
  if (answer.finish === "length") {
    const what = reasoning === "" ? "before it said anything" : "within the model's thoughts";
    return new AnswerCutError(`The answer was cut at MAX_TOKENS, ${what}. ${RAISE_MAX_TOKENS}`);
  }
  if (answer.finish === "tool-calls" || (answer.toolArguments?.length ?? 0) > 0) {
    return new EmptyAnswerError("The model's answer is empty: it called a tool, though none was offered.");
  }
  if (reasoning !== "") {
    return new EmptyAnswerError("The model's answer is empty: it consists of the model's thoughts alone.");
  }
  return new EmptyAnswerError("The model's answer is empty.");
}

const because = ({ finishReason }: ModelAnswer): string =>
  finishReason ? ` (finish_reason: ${bounded(finishReason)})` : "";

/** The values in the arguments of a call; one without arguments says nothing. */
const valuesOfCall = (place: string): readonly unknown[] =>
  jsonValues(harmless(place)).values.filter((value) => !isDeepStrictEqual(value, {}));

/** JSON in the answer, or else in the call of a tool beside it. */
function valuesIn(text: string, { toolArguments = [] }: ModelAnswer): readonly unknown[] {
  const places = [text, withoutEntities(text)].map((place) => jsonValues(harmless(place)).values);
  const found = [...places, ...toolArguments.map(valuesOfCall)].find((values) =>
    values.some((value) => typeof value === "object" && value !== null),
  );
  return found ?? jsonValues(text).values;
}

/** What may stand behind a value that ends the thoughts. */
const ENDS_WITH_VALUE = /[}\]"][\s`~.*_]*$/;

/**
 * JSON where models put it that leave the answer itself empty: in the one call of a tool, or at the end of the thoughts. A
 * value in their midst is a draft, and of two different calls nobody knows which one is meant.
 */
function valuesElsewhere(answer: ModelAnswer, reasoning: string): readonly unknown[] {
  if (answer.finish === "length") return [];
  const calls = new Set(answer.toolArguments ?? []);
  const called = calls.size === 1 ? [...calls].flatMap(valuesOfCall) : [];
  if (called.length > 0 || !ENDS_WITH_VALUE.test(reasoning)) return called;
  return jsonValues(harmless(reasoning)).values.slice(-1);
}

/** What an answer is read against. */
export interface Expected {
  readonly asked: Asked;
  /** Whether JSON was asked for. */
  readonly wantsJson: boolean;
}

/**
 * Reads an answer.
 * @throws RefusalError, ContentFilterError; UnreadableAnswerError when the server broke off; AnswerCutError or EmptyAnswerError when nothing is left
 */
export function readAnswer(answer: ModelAnswer, { asked, wantsJson }: Expected): Answer {
  if (answer.refusal?.trim()) throw new RefusalError(`The model refused: ${bounded(answer.refusal)}`);
  if (answer.finish === "content-filter") {
    throw new ContentFilterError("The content filter of the model server stopped the answer.");
  }
  if (answer.finish === "broken-off") {
    throw new UnreadableAnswerError(`The model server broke off its answer${because(answer)}.`);
  }
  const isCut = answer.finish === "length";
  if (answer.object !== undefined) return { text: answer.text, values: [answer.object], isCut };
  const { text: said, reasoning } = separated(answer, wantsJson);
  const text = withoutEcho(said, asked);
  // A reason that is not known here may mean a cut.
  if (answer.finish === "other" && !wantsJson && text !== "" && !endsSentence(text)) {
    throw new UnreadableAnswerError(`The model server ended its answer in the middle of a sentence${because(answer)}.`);
  }
  // What is said before the call of a tool is not an answer yet.
  if (!wantsJson && answer.finish === "tool-calls" && (answer.toolArguments?.length ?? 0) > 0) {
    throw nothing(answer, reasoning);
  }
  if (text !== "") return { text, values: wantsJson ? valuesIn(text, answer) : [], isCut };
  const values = wantsJson ? valuesElsewhere(answer, reasoning) : [];
  if (values.length === 0) throw nothing(answer, reasoning);
  return { text, values, isCut };
}
