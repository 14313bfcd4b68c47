/**
 * Tasks that make data of a document or a text: what is in it, by a schema or by a list of classes.
 *
 * @module
 */

import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { atLeastOneOf, notBoth } from "../documented-rules.ts";
import { assumedTimeZone, languageSchema, textSchema } from "./language.ts";

/** Maximum number of classes. */
const MAX_CLASSES = 50;

const shared = {
  queue: "extraction",
  retry: "standard",
  // A document is asked about part by part.
  timeLimit: { soft: 840, hard: 900 },
  memory: 1_024,
  uses: ["llm", "texts"],
} as const;

const source = {
  document_id: z.uuid().optional().describe("Of a completed document of the same project. Give document_id or text."),
  text: textSchema.optional().describe("The text itself, up to 1,000,000 characters."),
  language: languageSchema,
};

type Source = { readonly document_id?: string | undefined; readonly text?: string | undefined };

const isOne = ({ document_id, text }: Source): boolean => (document_id === undefined) !== (text === undefined);
const oneSource = { path: ["document_id"], error: "give either document_id or text" };
const documentedSource = { allOf: [notBoth("document_id", "text"), atLeastOneOf("document_id", "text")] };

const boxSchema = z.tuple([z.number(), z.number(), z.number(), z.number()]);

const placeSchema = z.strictObject({
  page: z.int().nullable().describe("From 1. Null for a text, and for formats without pages of their own."),
  quote: z.string().describe("The line, as the document has it."),
  box: boxSchema
    .nullable()
    .describe("Of the block that the line stands in: left, top, right and bottom edge in points. Null where unknown."),
});

/** The task `extract`: fills a JSON Schema with what is in a document. */
export const extract = defineTask({
  ...shared,
  name: "extract",
  description: "Fills a JSON Schema with what stands in a document or text: each value with the place it was found at.",
  input: z
    .strictObject({
      ...source,
      schema: z
        .record(z.string(), z.json())
        .describe(
          "A JSON Schema (2020-12 or draft-07) of an object, without remote references. Let what a document may not state be optional or null.",
        ),
      instructions: z
        .string()
        .max(2_000)
        .optional()
        .describe("For a language model: what to know of such documents. The embedded engine passes it by."),
    })
    .refine(isOne, oneSource)
    .meta(documentedSource),
  output: z.strictObject({
    data: z.record(z.string(), z.json()),
    evidence: z.array(placeSchema.extend({ path: z.string().describe("JSON pointer into `data`.") })),
    confidence: z
      .number()
      .min(0)
      .max(1)
      .describe("Mean over the values: how directly the document states each. 0 when there is none."),
    missing: z
      .array(z.string())
      .describe(
        "JSON pointers of fields without a value that stands in the document. `/items/-`: items of a list were left out.",
      ),
    assumed_time_zone: assumedTimeZone,
  }),
});

const classSchema = z.union(
  [
    z.string().min(1).max(100),
    z.strictObject({ name: z.string().min(1).max(100), description: z.string().max(1_000).optional() }),
  ],
  { error: "must be a name, or an object of name and description" },
);

const nameOf = (each: z.output<typeof classSchema>): string => (typeof each === "string" ? each : each.name);

/** The task `classify`: says which of some classes a document belongs to. */
export const classify = defineTask({
  ...shared,
  name: "classify",
  description: "Says which of some classes a document or text belongs to, with the place that shows it.",
  input: z
    .strictObject({
      ...source,
      classes: z
        .array(classSchema)
        .min(2)
        .max(MAX_CLASSES)
        .refine((classes) => new Set(classes.map((each) => nameOf(each).toLowerCase())).size === classes.length, {
          error: "must not have one name twice",
        })
        .describe("Names, or names with a description of what belongs there."),
    })
    .refine(isOne, oneSource)
    .meta(documentedSource),
  output: z.strictObject({
    class: z.string().nullable().describe("One of the names. Null: unclear, nothing speaks for one of them."),
    confidence: z
      .number()
      .min(0)
      .max(1)
      .describe("How well the document bears the class out, as docs/extraction.md says; no probability."),
    evidence: z.array(placeSchema),
    scores: z.record(z.string(), z.number()).describe("By class, the share of what speaks for it."),
  }),
});
