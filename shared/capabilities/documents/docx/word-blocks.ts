/**
 * What a part of a Word document shows: paragraphs, headings and list items with their numbers, tables by row, text
 * boxes behind the paragraph that they hang on, pictures where they are.
 *
 * @module
 */

import { DocumentTooLargeError } from "../../../../contracts/documents/errors.ts";
import { append } from "../../../lib/lists.ts";
import { attribute, scanXml } from "../container/scan-xml.ts";
import type { Limits } from "../limits.ts";
import { type Block, textOfBlocks } from "../structure/blocks.ts";
import { Equations } from "./equations.ts";
import { Fields, linkBehind } from "./fields.ts";
import type { LostPart } from "./lost-parts.ts";
import type { Notes } from "./notes.ts";
import type { Numbering } from "./numbering.ts";
import { isOn, type Style } from "./styles.ts";
import { CHECKED, isSymbolFont, symbolOf, symbolText, UNCHECKED } from "./symbols.ts";

/** What the text of a part depends on beside the part itself. */
export interface WordContext {
  readonly limits: Limits;
  readonly style: (id: string | undefined) => Style;
  readonly numbering: Numbering;
  readonly notes: Notes;
  /** The target of a relationship of this part, and whether it is outside the document. */
  readonly target: (id: string) => { readonly target: string; readonly external: boolean } | undefined;
  /** Told of what it refers to and the file does not hold. */
  readonly lost: (part: LostPart) => void;
  /** Whether the file holds a part. */
  readonly has: (name: string) => boolean;
  /** Reads a document that is taken in as a whole. */
  readonly chunk: (name: string) => readonly Block[];
}

/** Content that a reader of the page does not see: fallbacks of what was read already, deleted and moved text. */
const SKIPPED = new Set(["Fallback", "del", "moveFrom", "delText", "delInstrText", "rPrChange", "pPrChange", "rt"]);
/** Elements whose own text counts; `v` are the values of a chart. */
const TEXT = new Set(["t", "v"]);
const INLINE: Readonly<Record<string, string>> = { tab: "\t", br: "\n", cr: "\n", noBreakHyphen: "-", ptab: "\t" };
/** Elements with a text of their own, collected apart from what surrounds them. */
const CONTAINERS = new Set(["tbl", "tc", "txbxContent"]);
/** Deeper than this, containers are read as if they were not there: each level copies the text within. */
const MOST_NESTED = 24;

interface Paragraph {
  style?: string;
  list?: number;
  level?: number;
  heading?: number;
  /** The mark of the note that it begins. */
  note?: string;
}

/** What is being collected: the text of a part, a text box or a cell. */
interface Flow {
  readonly blocks: Block[];
  texts: string[];
  paragraph: Paragraph;
  /** Text boxes and pictures that wait for the end of their paragraph. */
  readonly waiting: Block[];
}

const emptyFlow = (): Flow => ({ blocks: [], texts: [], paragraph: {}, waiting: [] });
const PLAIN = { hidden: false, font: "" };

type Handlers = Readonly<Record<string, (attributes: string) => void>>;

/** @throws DocumentTooLargeError, DocumentCorruptError */
export function wordBlocks(xml: string, context: WordContext): Block[] {
  let flow = emptyFlow();
  const outer: Flow[] = [];
  const tables: { readonly rows: string[][]; cells: string[] }[] = [];
  const fields = new Fields();
  const equations = new Equations();
  const links: { readonly target: string | undefined; readonly from: number }[] = [];
  let run = PLAIN;
  let box: { readonly checked: boolean; readonly from: number } | undefined;
  let [skipped, inText, inInstruction, inParagraphProperties, inRunProperties, inForm] = [0, 0, 0, 0, 0, 0];
  let [characters, tooDeep] = [0, 0];

  const write = (text: string): void => {
    characters += text.length;
    if (characters > context.limits.characters) throw new DocumentTooLargeError("The document's text is too long.");
    if (text !== "") flow.texts.push(text);
  };
  const isShown = (): boolean => !run.hidden && !fields.hidesText;
  const wait = (id: string | undefined): void => {
    const picture = context.target(id ?? "");
    if (id && (!picture || !(picture.external || context.has(picture.target)))) context.lost("picture");
    else if (picture && !picture.external) flow.waiting.push({ kind: "picture", name: picture.target });
  };
  const endParagraph = (): void => {
    flow.blocks.push(blockOf(flow, context));
    append(flow.blocks, flow.waiting.splice(0));
    flow.texts = [];
    flow.paragraph = {};
  };
  const beginFlow = (): void => {
    outer.push(flow);
    flow = emptyFlow();
  };
  const endFlow = (): Block[] => {
    if (flow.texts.length > 0 || flow.waiting.length > 0) endParagraph();
    const { blocks } = flow;
    flow = outer.pop() ?? flow;
    return blocks;
  };

  const inParagraph: Handlers = {
    pStyle: (attributes) => Object.assign(flow.paragraph, { style: attribute(attributes, "val") }),
    numId: (attributes) => Object.assign(flow.paragraph, { list: numberOf(attributes) }),
    ilvl: (attributes) => Object.assign(flow.paragraph, { level: numberOf(attributes) }),
    outlineLvl: (attributes) => Object.assign(flow.paragraph, { heading: numberOf(attributes) + 1 }),
  };
  const inRun: Handlers = {
    vanish(attributes) {
      run = { ...run, hidden: isOn(attribute(attributes, "val")) };
    },
    rStyle(attributes) {
      if (context.style(attribute(attributes, "val")).hidden) run = { ...run, hidden: true };
    },
    rFonts(attributes) {
      const font = attribute(attributes, "ascii") ?? attribute(attributes, "hAnsi") ?? "";
      run = { ...run, font: isSymbolFont(font) ? font : "" };
    },
  };
  const opened: Handlers = {
    r() {
      run = PLAIN;
    },
    fldChar(attributes) {
      const type = attribute(attributes, "fldCharType");
      if (type === "begin") fields.begin();
      else if (type === "separate") fields.separate(flow.texts.length);
      else if (type === "end") write(fields.end(flow.texts));
    },
    fldSimple(attributes) {
      fields.begin(attribute(attributes, "instr"));
      fields.separate(flow.texts.length);
    },
    hyperlink(attributes) {
      const link = context.target(attribute(attributes, "id") ?? "");
      links.push({ target: link?.external ? link.target : undefined, from: flow.texts.length });
    },
    sym(attributes) {
      const code = Number.parseInt(attribute(attributes, "char") ?? "", 16);
      if (isShown()) write(symbolOf(attribute(attributes, "font") ?? run.font, code));
    },
    footnoteReference: (attributes) => write(context.notes.refer("footnote", attribute(attributes, "id"))),
    endnoteReference: (attributes) => write(context.notes.refer("endnote", attribute(attributes, "id"))),
    footnote: (attributes) => beginNote("footnote", attributes),
    endnote: (attributes) => beginNote("endnote", attributes),
    checkbox() {
      box = { checked: false, from: flow.texts.length };
    },
    checked(attributes) {
      if (box) box = { ...box, checked: isOn(attribute(attributes, "val")) };
    },
    blip: (attributes) => wait(attribute(attributes, "embed")),
    imagedata: (attributes) => wait(attribute(attributes, "id")),
    altChunk(attributes) {
      const part = context.target(attribute(attributes, "id") ?? "");
      if (!part) context.lost("altChunk");
      else if (!part.external) append(flow.blocks, context.chunk(part.target));
    },
    headerReference: (attributes) => needs("header", attributes),
    footerReference: (attributes) => needs("footer", attributes),
    chart: (attributes) => needs("chart", attributes),
    tbl: () => tables.push({ rows: [], cells: [] }),
    tc: beginFlow,
    txbxContent: beginFlow,
  };
  const beginNote = (kind: "footnote" | "endnote", attributes: string): void => {
    flow.paragraph.note = context.notes.mark(kind, attribute(attributes, "id"));
  };
  /** A part that is read by itself, behind this one. */
  const needs = (part: LostPart, attributes: string): void => {
    const id = attribute(attributes, "\\w+:id");
    if (id !== undefined && !context.target(id)) context.lost(part);
  };
  const closed: Readonly<Record<string, () => void>> = {
    p: endParagraph,
    pt: endParagraph,
    r() {
      run = PLAIN;
    },
    fldSimple: () => write(fields.end(flow.texts)),
    hyperlink() {
      const { target, from } = links.pop() ?? { target: undefined, from: 0 };
      if (target !== undefined) write(linkBehind(target, flow.texts.slice(from).join("")));
    },
    sdt() {
      if (box && flow.texts.length === box.from) write(box.checked ? CHECKED : UNCHECKED);
      box = undefined;
    },
    tc() {
      const blocks = endFlow();
      tables.at(-1)?.cells.push(textOfBlocks(blocks).trim());
      append(
        flow.waiting,
        blocks.filter(({ kind }) => kind === "picture"),
      );
    },
    tr() {
      const table = tables.at(-1);
      if (table) table.rows.push(table.cells.splice(0));
    },
    tbl() {
      const table = tables.pop();
      if (!table) return;
      flow.blocks.push({ kind: "table", rows: table.rows });
      append(flow.blocks, flow.waiting.splice(0));
    },
    txbxContent() {
      const blocks = endFlow();
      append(flow.waiting, blocks);
    },
  };
  /** Whether an element is a container within so many others that it counts for nothing. */
  const isTooDeep = (name: string, by: 1 | -1): boolean => {
    if (tooDeep === 0 && (by < 0 || outer.length < MOST_NESTED)) return false;
    if (CONTAINERS.has(name)) tooDeep += by;
    return CONTAINERS.has(name) || name === "tr";
  };

  scanXml(xml, {
    open(name, attributes) {
      if (SKIPPED.has(name)) skipped++;
      if (TEXT.has(name)) inText++;
      if (name === "instrText") inInstruction++;
      if (name === "pPr") inParagraphProperties++;
      if (name === "rPr") inRunProperties++;
      if (name === "ffData") inForm++;
      if (skipped > 0) return;
      flow.texts = equations.open(name, attributes, flow.texts);
      if (inForm > 0) fields.form(name, attributes);
      // The mark of a paragraph may be hidden though its text is not.
      else if (inParagraphProperties > 0) inParagraph[name]?.(attributes);
      else if (inRunProperties > 0) inRun[name]?.(attributes);
      else if (!isTooDeep(name, 1)) {
        opened[name]?.(attributes);
        if (name in INLINE && isShown()) write(INLINE[name] ?? "");
      }
    },
    close(name) {
      if (TEXT.has(name)) inText--;
      if (name === "instrText") inInstruction--;
      if (name === "pPr") inParagraphProperties--;
      if (name === "rPr") inRunProperties--;
      if (name === "ffData") inForm--;
      if (SKIPPED.has(name)) skipped--;
      else if (skipped === 0) {
        flow.texts = equations.close(name, flow.texts);
        if (!isTooDeep(name, -1)) closed[name]?.();
      }
    },
    text(value) {
      if (skipped > 0) return;
      if (inInstruction > 0) fields.instruct(value);
      else if (inText > 0 && isShown()) write(run.font ? symbolText(run.font, value) : value);
    },
  });
  while (outer.length > 0) {
    const blocks = endFlow();
    append(flow.blocks, blocks);
  }
  return endFlow();
}

const numberOf = (attributes: string): number => Number.parseInt(attribute(attributes, "val") ?? "", 10) || 0;

function blockOf({ texts, paragraph }: Flow, context: WordContext): Block {
  const style = context.style(paragraph.style);
  const text = style.hidden ? "" : `${paragraph.note ?? ""}${texts.join("")}`.replaceAll("\u00ad", "");
  if (text.trim() === "") return { kind: "paragraph", text: "" };
  const list = paragraph.list ?? style.list?.list ?? 0;
  const level = paragraph.level ?? style.list?.level ?? 0;
  const marker = list > 0 ? context.numbering.next({ list, level }) : "";
  const heading = style.heading ?? paragraph.heading ?? 0;
  if (heading >= 1 && heading <= 9) return { kind: "heading", level: heading, marker, text };
  return marker === "" ? { kind: "paragraph", text } : { kind: "item", level, marker, text };
}
