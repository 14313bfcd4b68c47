/**
 * Reads an XLSX (ECMA-376): each sheet that is shown, with its cells as they are shown, its notes and its text boxes.
 *
 * @module
 */

import { DocumentCorruptError, DocumentTooLargeError } from "../../../../contracts/documents/errors.ts";
import { decodeXml, type Relationship, relationId, relationshipsOf } from "../container/relationships.ts";
import { attribute, scanXml } from "../container/scan-xml.ts";
import type { ZipFile } from "../container/zip.ts";
import { detectLanguage } from "../language.ts";
import type { Limits } from "../limits.ts";
import { drawingBlocks } from "../slides/drawing-blocks.ts";
import type { Block } from "../structure/blocks.ts";
import { HiddenColumns } from "./hidden-columns.ts";
import { type NumberWriter, numberWriter } from "./number-formats.ts";
import { type SheetRow, sheetBlocks } from "./sheet-blocks.ts";

/** Texts by which the language is detected. */
const MOST_STRINGS = 5_000;

/** Where the main part of an XLSX is; that of an XLSB has another ending. */
export const isXlsx = (zip: ZipFile): boolean => mainPart(zip) !== undefined;

const mainPart = (zip: ZipFile): string | undefined =>
  relationshipsOf(zip, "").find(({ kind, target }) => kind === "officeDocument" && /^xl\/[^/]*\.xml$/i.test(target))
    ?.target;

interface SheetContext {
  readonly strings: readonly string[];
  readonly write: NumberWriter;
  /** Counts characters against the bound. */
  readonly count: (text: string) => string;
  /** Told of a cell whose formula has no result. */
  readonly miss: () => void;
  /** Told of a part of a sheet that is missing. */
  readonly lose: () => void;
}

/** What a workbook shows. */
export interface Workbook {
  readonly blocks: readonly Block[];
  /** Cells with formulas whose results are not in the file. */
  readonly uncalculated: number;
  /** What it refers to and the file does not hold, with a verb. */
  readonly missing: readonly string[];
}

/** @throws DocumentCorruptError, DocumentTooLargeError, DocumentEncryptedError */
export function readXlsx(zip: ZipFile, limits: Limits): Workbook {
  const main = mainPart(zip) ?? "";
  const workbook = partOf(zip, main);
  if (workbook === "") throw new DocumentCorruptError("The workbook's main part is missing.");
  const relationships = relationshipsOf(zip, main);
  const { sheets, is1904 } = readWorkbook(workbook);
  const missing = new Set<string>();
  const ofKind = (kind: string) => {
    const part = relationships.find((relationship) => relationship.kind === kind);
    if (kind === "styles" && part && !zip.has(part.target)) missing.add("How numbers and dates are shown is");
    return partOf(zip, part?.target ?? "");
  };
  let [characters, uncalculated] = [0, 0];
  const strings = readStrings(ofKind("sharedStrings"));
  const language = detectLanguage(strings.slice(0, MOST_STRINGS).join("\n"));
  const context: SheetContext = {
    strings,
    write: numberWriter({ styles: ofKind("styles"), is1904, language }),
    count(text) {
      characters += text.length;
      if (characters > limits.characters) throw new DocumentTooLargeError("The document's text is too long.");
      return text;
    },
    miss: () => uncalculated++,
    lose: () => missing.add("A note or a text box of a sheet is"),
  };
  const blocks = sheets.flatMap(({ name, id }) => {
    const part = relationships.find((relationship) => relationship.id === id)?.target ?? "";
    const sheet = partOf(zip, part);
    if (sheet === "") throw new DocumentCorruptError(`The sheet ${name} of the workbook is missing.`);
    const blocks = [...sheetBlocks(sheetRows(sheet, context)), ...aroundSheet(zip, part, context)];
    return blocks.length > 0 ? [{ kind: "heading" as const, level: 2, marker: "", text: name }, ...blocks] : [];
  });
  return { blocks, uncalculated, missing: [...missing] };
}

const partOf = (zip: ZipFile, name: string): string => decodeXml(zip.read(name) ?? new Uint8Array());

function readWorkbook(xml: string) {
  const sheets: { readonly name: string; readonly id: string }[] = [];
  let is1904 = false;
  scanXml(xml, {
    open(name, attributes) {
      if (name === "workbookPr") is1904 = /^(?:1|true)$/.test(attribute(attributes, "date1904") ?? "");
      if (name !== "sheet" || /hidden/i.test(attribute(attributes, "state") ?? "")) return;
      sheets.push({ name: attribute(attributes, "name") ?? "", id: relationId(attributes) });
    },
    close() {},
    text() {},
  });
  return { sheets, is1904 };
}

/** Texts that cells refer to by number, without the readings of Japanese words. */
function readStrings(xml: string): string[] {
  const strings: string[] = [];
  let [inText, inReading] = [0, 0];
  const parts: string[] = [];
  scanXml(xml, {
    open(name) {
      if (name === "t") inText++;
      else if (name === "rPh") inReading++;
    },
    close(name) {
      if (name === "t") inText--;
      else if (name === "rPh") inReading--;
      else if (name === "si") strings.push(parts.splice(0).join(""));
    },
    text(value) {
      if (inText > 0 && inReading === 0) parts.push(value);
    },
  });
  return strings;
}

function sheetRows(xml: string, { strings, write, count, miss }: SheetContext): SheetRow[] {
  const rows: SheetRow[] = [];
  const hidden = new HiddenColumns();
  let cells: (readonly [number, string])[] = [];
  let [number, column, style, kind] = [0, -1, 0, ""];
  let [isHidden, isFormula, inValue, inReading] = [false, false, false, false];
  const parts: string[] = [];
  const shown = (value: string): string => {
    if (kind === "s") {
      const text = strings[Number(value)];
      if (text === undefined) throw new DocumentCorruptError("A text that a sheet refers to is missing.");
      return text;
    }
    if (kind === "b") return value === "1" ? "TRUE" : "FALSE";
    if (kind !== "" && kind !== "n") return value;
    const parsed = Number(value);
    return value.trim() === "" || !Number.isFinite(parsed) ? value : write(parsed, style);
  };
  scanXml(xml, {
    open(name, attributes) {
      if (name === "row") {
        number = Number.parseInt(attribute(attributes, "r") ?? "", 10) || number + 1;
        isHidden = isOn(attribute(attributes, "hidden"));
        [cells, column] = [[], -1];
      } else if (name === "c") {
        column = columnOf(attribute(attributes, "r") ?? "") ?? column + 1;
        kind = attribute(attributes, "t") ?? "";
        style = Number.parseInt(attribute(attributes, "s") ?? "", 10) || 0;
        isFormula = false;
      } else if (name === "v" || name === "t") inValue = true;
      else if (name === "col" && isOn(attribute(attributes, "hidden"))) {
        hidden.add(Number(attribute(attributes, "min")) - 1, Number(attribute(attributes, "max")) - 1);
      } else if (name === "f") isFormula = true;
      else if (name === "rPh") inReading = true;
    },
    close(name) {
      if (name === "v" || name === "t") inValue = false;
      else if (name === "c") {
        const value = parts.splice(0).join("");
        const isShown = !isHidden && !hidden.has(column);
        // A result that is an empty text is one.
        if (isFormula && isShown && value === "" && kind !== "str") miss();
        const found = value === "" || !isShown ? "" : count(shown(value)).trim();
        if (found !== "") cells.push([column, found]);
      } else if (name === "row" && cells.length > 0) rows.push({ number, cells });
      else if (name === "rPh") inReading = false;
    },
    text(value) {
      if (inValue && !inReading) parts.push(value);
    },
  });
  return rows;
}

const isOn = (value: string | undefined): boolean => value === "1" || value === "true";

/** The number, from 0, of the column that a cell's name such as AB12 begins with. */
function columnOf(name: string): number | undefined {
  const letters = /^[A-Z]{1,3}/.exec(name)?.[0];
  if (!letters) return undefined;
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** What hangs on a sheet: notes on its cells, and texts of its drawings. */
function aroundSheet(zip: ZipFile, part: string, { count, lose }: SheetContext): Block[] {
  const read: Readonly<Record<string, (xml: string) => readonly Block[]>> = {
    comments: noteBlocks,
    drawing: (xml) => drawingBlocks(xml).blocks,
  };
  return relationshipsOf(zip, part).flatMap(({ kind, target, external }: Relationship) => {
    if (!external && kind in read && !zip.has(target)) lose();
    const blocks = external ? [] : (read[kind]?.(partOf(zip, target)) ?? []);
    for (const block of blocks) if ("text" in block) count(block.text);
    return blocks;
  });
}

function noteBlocks(xml: string): Block[] {
  const blocks: Block[] = [];
  let [cell, inText] = ["", false];
  const parts: string[] = [];
  scanXml(xml, {
    open(name, attributes) {
      if (name === "comment") cell = attribute(attributes, "ref") ?? "";
      else if (name === "t") inText = true;
    },
    close(name) {
      if (name === "t") inText = false;
      if (name !== "comment") return;
      const text = parts.splice(0).join("").replace(/\s+/g, " ").trim();
      if (text !== "") blocks.push({ kind: "paragraph", text: `${cell}: ${text}` });
    },
    text(value) {
      if (inText) parts.push(value);
    },
  });
  return blocks;
}
