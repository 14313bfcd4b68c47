/**
 * An input to begin with: what the API takes of a task, with plausible values. It is made from the task's schema, so that a team's own tasks have one,
 * too.
 *
 * @module
 */

import { type Field, isObject } from "./schema.ts";

const TEXT =
  "Anna Berg orders three chairs and a table. They are to be delivered to the harbour on Monday, before noon. " +
  "The bridge is closed in the morning, so the driver takes the ferry, which leaves at nine.";

/** By a field's name; a field of another kind has what its kind gives. */
const byName: Readonly<Record<string, unknown>> = {
  document_id: "00000000-0000-0000-0000-000000000000",
  batch_id: "00000000-0000-0000-0000-000000000000",
  project_id: "example-1",
  language: "en",
  title: "The harbour",
  chapter_title: "The harbour",
  subject: "An order that nobody understands",
  goal: "Shorter, for a newspaper.",
  feedback: "Say more about the ferry.",
  query: "Who orders chairs, and how many?",
  author: "Anna Berg",
  character_name: "Anna Berg",
  url: "https://example.com/",
  schema: { type: "object", properties: { name: { type: "string" }, quantity: { type: "integer" } } },
  classes: ["order", "complaint"],
  target_words: 50,
};

/** Given though it may be left out: a task may take a text or something in its place. */
const ALWAYS = ["text"];

/** @returns a value for a field */
export function exampleOf(field: Field): unknown {
  const known = Object.hasOwn(byName, field.name) ? byName[field.name] : undefined;
  if (known !== undefined && fits(field, known)) return known;
  switch (field.kind) {
    case "object":
      return Object.fromEntries(
        field.fields
          .filter(({ required, name }) => required || ALWAYS.includes(name))
          .map((child) => [child.name, exampleOf(child)]),
      );
    case "list":
      return field.item ? [exampleOf(field.item)] : [];
    case "choice":
      return field.choices[0];
    case "integer":
    case "number":
      return Math.min(Math.max(1, field.minimum ?? 1), field.maximum ?? Number.POSITIVE_INFINITY);
    case "boolean":
      return true;
    case "json":
      return {};
    case "text":
    case "long-text":
      return TEXT.slice(0, field.maxLength ?? TEXT.length);
  }
}

function fits({ kind, choices }: Field, value: unknown): boolean {
  if (typeof value === "string") return kind === "text" || kind === "long-text" || choices.includes(value);
  if (typeof value === "number") return kind === "integer" || kind === "number";
  if (Array.isArray(value)) return kind === "list" || kind === "json";
  return kind === "json" && isObject(value);
}
