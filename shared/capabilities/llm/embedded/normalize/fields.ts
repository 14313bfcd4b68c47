/**
 * A JSON Schema as a list of fields to fill.
 *
 * @module
 */

import { isObject, resolvePointer } from "../../../json-schema/json-pointer.ts";
import type { Language } from "../languages.ts";
import { type Concept, conceptOf } from "./concepts.ts";
import { type Unit, unitOf } from "./units.ts";

/** A JSON Schema of a field. */
export type Schema = Record<string, unknown>;

/** A name of a field as it may be in a text. */
export interface Label {
  /** In lower case. */
  readonly words: readonly string[];
  /** How sure a field is meant where this label is, 0 to 1. */
  readonly weight: number;
}

/** A field of the schema, with the names it may have in a text. */
export interface Field {
  /** Names from the root, such as ["address", "city"]. */
  readonly path: readonly string[];
  /** Resolved: no reference, no allOf, no union with null. */
  readonly schema: Schema;
  readonly type: string;
  readonly required: boolean;
  readonly nullable: boolean;
  readonly concept: Concept | undefined;
  readonly labels: readonly Label[];
  /** The unit that the name or description asks for. */
  readonly unit: Unit | undefined;
  readonly description: string;
}

/** "invoiceDate", "invoice_date" and "Invoice date" are the words invoice, date. */
export const wordsOfName = (name: string): string[] =>
  (
    name
      .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
      .toLowerCase()
      .match(/[\p{L}\p{N}%°]+/gu) ?? []
  ).map(String);

const UNSPECIFIC = new Set(
  "date datum time zeit number nummer nr no id name max min maximum minimum maximal type typ art value wert code is has needs wants with include includes requires of the in at for anzahl count total unit requested required needed allowed erlaubt".split(
    " ",
  ),
);
const GERMAN_TAIL = /(?:datum|termin|nummer|name|adresse|preis|betrag|anzahl|höhe|zeit|art|typ|ort|zahl)$/;

/** Follows references and merges allOf; of a union it takes the first branch that is not null. */
export function resolveSchema(schema: unknown, root: Schema, depth = 0): { schema: Schema; nullable: boolean } {
  if (!isObject(schema) || depth > 24) return { schema: {}, nullable: false };
  if (typeof schema.$ref === "string") {
    const { $ref, ...rest } = schema;
    const target = resolveSchema(resolvePointer(root, $ref.slice(1)), root, depth + 1);
    return { schema: { ...target.schema, ...rest }, nullable: target.nullable };
  }
  if (Array.isArray(schema.allOf)) {
    const parts = schema.allOf.map((part: unknown) => resolveSchema(part, root, depth + 1).schema);
    return { schema: mergeSchemas([schema, ...parts]), nullable: false };
  }
  for (const keyword of ["anyOf", "oneOf"]) {
    const branches = schema[keyword];
    if (!Array.isArray(branches)) continue;
    const { [keyword]: _, ...rest } = schema;
    const constants = branches.filter((branch) => isObject(branch) && "const" in branch && branch.const !== null);
    if (constants.length > 1)
      return { schema: { ...rest, oneOfConstants: constants }, nullable: constants.length < branches.length };
    const real = branches.filter((branch) => !(isObject(branch) && branch.type === "null"));
    const first = resolveSchema(real[0], root, depth + 1);
    return { schema: { ...rest, ...first.schema }, nullable: real.length < branches.length };
  }
  if (Array.isArray(schema.type)) {
    const type = schema.type.find((name) => name !== "null");
    return { schema: { ...schema, type }, nullable: schema.type.includes("null") };
  }
  return { schema, nullable: Array.isArray(schema.enum) && schema.enum.includes(null) };
}

function mergeSchemas(parts: readonly Schema[]): Schema {
  const merged = Object.assign({}, ...parts) as Schema;
  const properties = parts.map((part) => part.properties).filter(isObject);
  const required = parts.flatMap((part) => (Array.isArray(part.required) ? part.required : []));
  return {
    ...merged,
    ...(properties.length > 0 ? { properties: Object.assign({}, ...properties) } : {}),
    ...(required.length > 0 ? { required } : {}),
  };
}

function typeOf(schema: Schema): string {
  if ("const" in schema) return "const";
  if ("enum" in schema || "oneOfConstants" in schema) return "enum";
  if (typeof schema.type === "string") return schema.type;
  if ("properties" in schema) return "object";
  return "items" in schema ? "array" : "string";
}

/** A short description names the thing; a long one explains. */
const MAX_DESCRIPTION_LABELS = 4;

interface FieldNames {
  readonly words: readonly string[];
  readonly concept: Concept | undefined;
  readonly title: string;
  /** The words of the description that carry meaning. */
  readonly description: readonly string[];
}

/** Names under which a text may speak of a field, surest first. */
function labelsOf({ words, concept, title, description }: FieldNames): Label[] {
  const labels: Label[] = [{ words, weight: 1 }];
  if (title) labels.push({ words: wordsOfName(title), weight: 1 });
  const exact = concept?.names.includes(words.join(" "));
  for (const name of concept?.names ?? []) labels.push({ words: name.split(" "), weight: exact ? 0.95 : 0.8 });
  const specific = words.filter((word) => !UNSPECIFIC.has(word) && !unitOf(word));
  if (specific.length > 0 && specific.length < words.length) labels.push({ words: specific, weight: 0.75 });
  const last = specific.at(-1);
  if (last !== undefined && specific.length > 1) labels.push({ words: [last], weight: 0.6 });
  for (const word of specific) {
    const stem = word.replace(GERMAN_TAIL, "").replace(/s$/, "");
    if (stem.length >= 5 && stem.length < word.length - 2) labels.push({ words: [stem], weight: 0.7 });
  }
  if (description.length <= MAX_DESCRIPTION_LABELS) {
    for (const word of description) if (!unitOf(word)) labels.push({ words: [word], weight: 0.5 });
  }
  const seen = new Set<string>();
  return labels.filter((label) => {
    const key = label.words.join(" ");
    return label.words.length > 0 && !seen.has(key) && seen.add(key);
  });
}

/** "vat_rate", "zinssatz": rates of these kinds are given in percent. */
const PERCENTAGE = /(?:vat|tax|interest|discount) ?rate|(?:mwst|steuer|zins|rabatt)[ -]?satz|percentage/u;

function unitFor(words: readonly string[], description: string, language: Language): Unit | undefined {
  if (PERCENTAGE.test(words.join(" "))) return unitOf("%");
  for (const word of [...words].reverse()) {
    // "min" is a minimum in as many names as it is minutes.
    const unit = (word.length > 1 && word !== "min") || word === "%" ? unitOf(word) : undefined;
    if (unit) return unit;
  }
  for (const word of wordsOfName(description)) {
    if (word.length > 1 && !language.isStopWord(word)) {
      const unit = unitOf(word);
      if (unit) return unit;
    }
  }
  return undefined;
}

/** The leaves of an object schema, nested objects opened up; arrays are leaves. */
export function fieldsOf(root: Schema, language: Language): Field[] {
  const fields: Field[] = [];
  const visit = (schema: Schema, { path, context, required }: Pick<FieldPlace, "path" | "context" | "required">) => {
    const properties = isObject(schema.properties) ? schema.properties : {};
    const measured = Object.keys(properties).some((name) => conceptOf(wordsOfName(name).join(" "))?.key === "unit");
    const names = new Set(Array.isArray(schema.required) ? schema.required : []);
    for (const [name, child] of Object.entries(properties)) {
      const resolved = resolveSchema(child, root);
      const type = typeOf(resolved.schema);
      const needed = required && names.has(name);
      const words = wordsOfName(name);
      if (type === "object") visit(resolved.schema, { path: [...path, name], context: words, required: needed });
      else
        fields.push(
          makeField(resolved, { type, path: [...path, name], words, context, required: needed, language, measured }),
        );
    }
  };
  visit(resolveSchema(root, root).schema, { path: [], context: [], required: true });
  return fields;
}

interface FieldPlace extends Pick<Field, "type" | "path" | "required"> {
  /** Of the field's name, and of the object that it is part of. */
  readonly words: readonly string[];
  readonly context: readonly string[];
  readonly language: Language;
  /** A property for the unit is beside it, so that an amount is a quantity, not money. */
  readonly measured: boolean;
}

function makeField(
  { schema, nullable }: { schema: Schema; nullable: boolean },
  { type, path, words, context, required, language, measured }: FieldPlace,
): Field {
  const description = typeof schema.description === "string" ? schema.description : "";
  const title = typeof schema.title === "string" ? schema.title : "";
  const specific = words.filter((word) => !UNSPECIFIC.has(word) && !unitOf(word));
  const amount = measured && ["amount", "betrag", "menge"].includes(words.join(" "));
  const concept =
    conceptOf(amount ? "quantity" : words.join(" "), specific.join(" ")) ??
    (title ? conceptOf(wordsOfName(title).join(" ")) : undefined);
  const explained = wordsOfName(description).filter((word) => word.length > 3 && !language.isStopWord(word));
  const labels = labelsOf({ words, concept, title, description: explained });
  if (context.length > 0) labels.unshift({ words: [...context, ...words], weight: 1 });
  return {
    path,
    schema,
    type,
    required,
    nullable,
    concept,
    labels,
    description,
    unit: unitFor(words, description, language),
  };
}
