/**
 * Lists of a schema out of tables, for the embedded engine: a column for each property, by what is at its head.
 *
 * @module
 */

import type { DocumentBlock } from "../../../contracts/documents/structure.ts";
import { isObject } from "../json-schema/json-pointer.ts";
import { labelPlaces } from "../llm/embedded/normalize/candidates.ts";
import { type Field, fieldsOf, resolveSchema, type Schema } from "../llm/embedded/normalize/fields.ts";
import type { PartReading } from "./part-reading.ts";
import type { Part } from "./parts.ts";
import { mentionsIn } from "./values/mentions.ts";
import type { Notation } from "./values/notation.ts";

/** What columns are called, in English and German, beside what the rules for texts know. */
const heads = [
  "description item service product article position leistung bezeichnung beschreibung artikel artikelbezeichnung ware",
  "quantity qty hours units pieces menge anzahl stunden stück",
  "unit_price price rate unit einzelpreis preis stückpreis stundensatz satz",
  "total amount sum line_total gesamt gesamtpreis betrag summe",
].map((line) => new Set(line.split(" ")));

/** Rows that add up others. */
const SUMS =
  /^\s*(?:(?:sub)?total|sum|net|vat|tax|zwischensumme|summe|gesamt|netto|brutto|mwst|ust|umsatzsteuer|übertrag)/iu;
/** Columns that have to be known before a table counts as the list. */
const LEAST_COLUMNS = 2;
const MAX_ROWS = 1_000;

/** A list that a table was read as. */
interface TableList {
  readonly items: readonly Record<string, unknown>[];
  readonly block: DocumentBlock;
}

const keyOf = (text: string): string =>
  text
    .toLowerCase()
    .trim()
    .replace(/[\s-]+/g, "_");

/** How well a column's head names a property. */
function likeness(head: string, field: Field, reading: PartReading): number {
  const name = field.path.join("_");
  const labels = labelPlaces(field, reading.wordsOf(head)).map(({ weight }) => weight);
  const isSameKind = heads.some((kind) => kind.has(keyOf(name)) && kind.has(keyOf(head)));
  return Math.max(0, ...labels, isSameKind ? 0.9 : 0);
}

/** The column of each property, each once, the surest first. */
function columnsOf(row: readonly string[], fields: readonly Field[], reading: PartReading): Map<Field, number> {
  const pairs = fields
    .flatMap((field) => row.map((head, column) => ({ field, column, score: likeness(head, field, reading) })))
    .filter(({ score }) => score > 0.5)
    .sort((a, b) => b.score - a.score);
  const columns = new Map<Field, number>();
  for (const { field, column } of pairs) {
    if (!columns.has(field) && ![...columns.values()].includes(column)) columns.set(field, column);
  }
  return columns;
}

function cellValue(cell: string, { type, schema }: Field, notation: Notation): unknown {
  const text = cell.trim();
  if (text === "") return undefined;
  if (type === "number" || type === "integer") return mentionsIn(text, notation).numbers[0]?.value;
  if (type !== "string") return undefined;
  return schema.format === "date" ? mentionsIn(text, notation).dates[0]?.text : text;
}

function listIn(block: DocumentBlock, fields: readonly Field[], { reading, notation }: Reader): TableList | undefined {
  const [head = [], ...rows] = block.rows ?? [];
  const columns = columnsOf(head, fields, reading);
  if (columns.size < LEAST_COLUMNS) return undefined;
  const items = rows.slice(0, MAX_ROWS).flatMap((row) => {
    const first = row.find((cell) => cell.trim() !== "") ?? "";
    if (SUMS.test(first)) return [];
    const values = [...columns].flatMap(([field, column]) => {
      const value = cellValue(row[column] ?? "", field, notation);
      return value === undefined ? [] : [[field.path[0] ?? "", value] as const];
    });
    return values.length >= LEAST_COLUMNS ? [Object.fromEntries(values)] : [];
  });
  return items.length > 0 ? { items, block } : undefined;
}

interface Reader {
  readonly reading: PartReading;
  readonly notation: Notation;
}

/**
 * The lists of a schema's own properties that the tables of a part hold.
 * @returns lists by property, and the text of the part without those tables
 */
export function tableItems(part: Part, schema: Schema, reader: Reader) {
  const { language } = reader.reading.words();
  const tables = part.pages.flatMap(({ blocks }) => blocks.filter(({ kind }) => kind === "table"));
  const lists = new Map<string, Record<string, unknown>[]>();
  const used = new Set<DocumentBlock>();
  for (const field of fieldsOf(schema, language)) {
    const [name] = field.path;
    if (field.type !== "array" || name === undefined || field.path.length > 1) continue;
    const item = resolveSchema(field.schema.items, schema).schema;
    if (!isObject(item.properties)) continue;
    const fields = fieldsOf({ ...schema, ...item }, language).filter(({ path }) => path.length === 1);
    for (const table of tables.filter((each) => !used.has(each))) {
      const list = listIn(table, fields, reader);
      if (!list) continue;
      used.add(list.block);
      lists.set(name, [...(lists.get(name) ?? []), ...list.items]);
    }
  }
  let text = part.text;
  for (const { text: table } of used) text = text.replace(table, () => "");
  return { lists, text };
}
