/**
 * Prompts that come back before an answer, or in its place: some servers return the whole text, and small models repeat it.
 *
 * @module
 */

import { UnreadableAnswerError } from "../../../../contracts/errors.ts";
import { bounded } from "../../../lib/http/server-words.ts";
import { holdsMaterial } from "../material.ts";

/** What an answer is compared with. */
export interface Asked {
  readonly system: string;
  readonly prompt: string;
}

/** As much of a prompt shows that it is repeated. */
const LEAST_CHARACTERS = 60;

/** The error of an answer that is what was asked. */
export const echoError = (text: string): UnreadableAnswerError =>
  new UnreadableAnswerError(`The model repeated what it was asked instead of answering: ${bounded(text)}`);

/** The instruction that comes again after the material. */
const lastInstruction = (prompt: string): string => prompt.slice(prompt.lastIndexOf("\n\n")).trim();

/** Whether a text begins as a part of what was asked does. */
const beginsAs = (text: string, { system, prompt }: Asked): boolean =>
  [system, prompt].some(
    (part) =>
      part.length >= LEAST_CHARACTERS && text.trimStart().startsWith(part.trimStart().slice(0, LEAST_CHARACTERS)),
  );

/**
 * An answer without the prompt. Only prompts with material are looked for, which no answer repeats on purpose; what a caller
 * asks in words of its own, an answer may begin with.
 * @throws UnreadableAnswerError when the answer is nothing but the prompt
 */
export function withoutEcho(text: string, asked: Asked): string {
  if (!holdsMaterial(asked.prompt)) return text;
  const repeated = [asked.prompt.trim(), lastInstruction(asked.prompt)].find((part) => text.includes(part));
  if (repeated !== undefined) {
    const at = text.lastIndexOf(repeated);
    const after = text.slice(at + repeated.length).trim();
    if (after !== "") return after;
    const before = text.slice(0, at).trim();
    if (before !== "" && !holdsMaterial(before) && !beginsAs(before, asked)) return before;
  } else if (!beginsAs(text, asked)) return text;
  throw echoError(text);
}
