/**
 * Lists: every value that the text gives for the items, in its order.
 *
 * @module
 */

import { isObject } from "../../../../json-schema/json-pointer.ts";
import type { Candidate, Json, LabelPlace } from "../candidates.ts";
import { type Field, resolveSchema, type Schema } from "../fields.ts";
import { labelledTexts } from "../labelled.ts";
import { type Reading, readRequest } from "../reading.ts";
import { segmentsOf } from "./segments.ts";

/** Finds the values of an array's items. */
export interface ItemFillers {
  /** Candidates for one value of the items' schema, as if it were a field. */
  scalars(field: Field): Candidate[];
  object(schema: Schema, reading: Reading): Record<string, Json> | undefined;
}

/** What the values of an array are taken from. */
interface ArraySource {
  readonly reading: Reading;
  readonly labels: readonly LabelPlace[];
  readonly fillers: ItemFillers;
}

const ENOUGH = 0.5;
const SEPARATOR = /\s*(?:[,;\n•]|(?<=\s)(?:and|und|sowie|or|oder)(?=\s)|\s\/\s)\s*/u;

function distinct(values: readonly Json[]): Json[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const key = JSON.stringify(value);
    return !seen.has(key) && seen.add(key);
  });
}

/** "Tags: a, b and c", or the lines of a list below a line that ends with the label and a colon. */
function labelledList(reading: Reading, labels: readonly LabelPlace[]): string[] {
  const below = labels.flatMap((label) => {
    const match = /^[^\n.]{0,20}:[ \t]*\n(?<lines>(?:[ \t]*(?:[-*•–]|\d{1,2}[.)])[^\n]+(?:\n|$))+)/u.exec(
      reading.text.slice(label.end, label.end + 4_000),
    );
    const lines = match?.groups?.lines?.trim().split("\n") ?? [];
    return lines.map((line) => line.replace(/^[ \t]*(?:[-*•–]|\d{1,2}[.)])\s*/u, "").trim());
  });
  if (below.length > 0) return below;
  const [best] = [...labelledTexts(reading, labels, "list")].sort((a, b) => b.weight - a.weight);
  return (best?.text.split(SEPARATOR) ?? [])
    .map((item) => item.replace(/^["“„]|["“”.]$/gu, "").trim())
    .filter((item) => item.length > 0);
}

/** Whether a thing of the list has dates, times or contacts of its own. */
const hasForms = (item: Schema): boolean =>
  Object.entries(isObject(item.properties) ? item.properties : {}).some(
    ([name, property]) =>
      (isObject(property) && typeof property.format === "string") || /phone|tel|mail|date|datum|iban/iu.test(name),
  );

/** A number of which nothing is said is not a thing: "Kundennummer 30417" in a list of goods. */
function isNumberAlone(filled: Record<string, Json>, { properties }: Schema): boolean {
  const wantsText =
    isObject(properties) && Object.values(properties).some((each) => isObject(each) && each.type === "string");
  return wantsText && Object.values(filled).every((value) => typeof value === "number");
}

/** "ballpoint pens (blue": the segment ended within a bracket. */
const withoutOpenBrackets = (filled: Record<string, Json>): Record<string, Json> =>
  Object.fromEntries(
    Object.entries(filled).map(([name, value]) => [
      name,
      typeof value === "string" ? value.replace(/\s*\([^()]*$/u, "") || value : value,
    ]),
  );

function itemValues(item: Schema, field: Field, { reading, labels, fillers }: ArraySource): Json[] {
  if (item.type === "object" || isObject(item.properties)) {
    return segmentsOf(reading, hasForms(item)).flatMap((segment) => {
      const filled = fillers.object(item, readRequest(segment, reading.language));
      return filled && !isNumberAlone(filled, item) ? [withoutOpenBrackets(filled)] : [];
    });
  }
  const type =
    "enum" in item || "oneOfConstants" in item ? "enum" : typeof item.type === "string" ? item.type : "string";
  const plain = type === "string" && item.format === undefined && item.pattern === undefined;
  if (plain && !["email", "phone", "url"].includes(field.concept?.key ?? "")) return labelledList(reading, labels);
  const threshold = type === "string" ? 0.3 : ENOUGH;
  return fillers
    .scalars({ ...field, schema: item, type })
    .filter(({ score }) => score >= threshold)
    .sort((a, b) => a.start - b.start)
    .map(({ value }) => value);
}

/** @returns undefined when the text holds fewer values than the schema wants */
export function arrayValue(field: Field, root: Schema, source: ArraySource): Json[] | undefined {
  const item = resolveSchema(field.schema.items, root).schema;
  const values = distinct(itemValues(item, field, source));
  const { minItems, maxItems } = field.schema;
  if (values.length < Math.max(1, typeof minItems === "number" ? minItems : 1)) return undefined;
  return typeof maxItems === "number" ? values.slice(0, maxItems) : values;
}
