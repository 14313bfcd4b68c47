/**
 * A text's sections, as a model or the caller names them.
 *
 * @module
 */

import { AnswerCutError, UnreadableAnswerError } from "../../../contracts/errors.ts";
import { isObject } from "../json-schema/json-pointer.ts";
import { type Answer, RAISE_MAX_TOKENS } from "../llm/reading/read-answer.ts";
import type { OutlineEntry } from "./plan.ts";

const HEADING_CHARACTERS = 150;
const POINTS_CHARACTERS = 500;
/** `1.`, `-`, `##`, `Section 2:` before a heading, and the signs around it. */
const SIGNS =
  /^\s*(?:[-*•–]\s+|#{1,6}\s+|\(?\d{1,3}[.):]\s*|(?:section|abschnitt|chapter|kapitel)\s+\d{1,3}\s*[.:–-]?\s*)+/i;

/** The JSON Schema of an outline. */
export const outlineSchemaFor = (sections: number): Record<string, unknown> => ({
  type: "object",
  properties: {
    sections: {
      type: "array",
      minItems: sections,
      maxItems: sections,
      items: {
        type: "object",
        properties: {
          heading: { type: "string", minLength: 3, maxLength: 100 },
          points: { type: "string", maxLength: 250 },
        },
        required: ["heading", "points"],
        additionalProperties: false,
      },
    },
  },
  required: ["sections"],
  additionalProperties: false,
});

const lineOf = (text: string, characters: number): string =>
  text.replace(/\s+/g, " ").trim().slice(0, characters).toWellFormed();

function entryOf(value: unknown): OutlineEntry | undefined {
  const given = isObject(value) ? (value.heading ?? value.title) : value;
  if (typeof given !== "string") return undefined;
  const heading = lineOf(given.replace(SIGNS, "").replace(/[*_`]/g, ""), HEADING_CHARACTERS);
  const points = isObject(value) && typeof value.points === "string" ? lineOf(value.points, POINTS_CHARACTERS) : "";
  return /[\p{L}\p{N}]/u.test(heading) ? { heading, points: points === "" ? null : points } : undefined;
}

function distinct(entries: readonly (OutlineEntry | undefined)[]): OutlineEntry[] {
  const seen = new Set<string>();
  return entries.filter((entry): entry is OutlineEntry => {
    const key = entry?.heading.toLowerCase();
    if (key === undefined || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** The outline that a caller gives: a list, or a text with a line for each section. */
export const outlineOf = (given: string | readonly string[]): OutlineEntry[] =>
  distinct((typeof given === "string" ? given.split(/\r?\n/) : given).map(entryOf));

const listIn = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : isObject(value) ? (Object.values(value).find(Array.isArray) ?? []) : [];

/**
 * Reads an outline: JSON, or a numbered list.
 * @param most sections
 * @throws UnreadableAnswerError when there is none; AnswerCutError
 */
export function readOutline({ text, values, isCut }: Answer, most: number): OutlineEntry[] {
  const [found] = values.map((value) => distinct(listIn(value).map(entryOf))).filter((entries) => entries.length > 0);
  const listed = () =>
    distinct(
      text
        .split("\n")
        .filter((line) => SIGNS.test(line) && !line.includes("{"))
        .map(entryOf),
    );
  const outline = (found ?? listed()).slice(0, most);
  if (outline.length > 0) return outline;
  if (isCut) throw new AnswerCutError(`The outline was cut at MAX_TOKENS. ${RAISE_MAX_TOKENS}`);
  throw new UnreadableAnswerError("/sections: the model answered with neither JSON nor a list of sections");
}
