/**
 * What an OpenDocument file shows (ODF 1.3 part 3): paragraphs, headings and list items with their numbers, tables and
 * sheets, text boxes, notes behind the text, pictures where they are.
 *
 * @module
 */

import { DocumentTooLargeError } from "../../../../contracts/documents/errors.ts";
import { append } from "../../../lib/lists.ts";
import { attribute, scanXml } from "../container/scan-xml.ts";
import { linkBehind } from "../docx/fields.ts";
import type { Limits } from "../limits.ts";
import { sheetBlocks } from "../spreadsheet/sheet-blocks.ts";
import { type Block, textOfBlocks } from "../structure/blocks.ts";
import { ListCounter } from "../structure/list-numbers.ts";
import { LIST_LEVELS } from "./odf-lists.ts";
import type { OdfStyles } from "./odf-styles.ts";
import { OdfTable } from "./odf-table.ts";

/** Content that a reader of the page does not see. */
const SKIPPED = new Set(
  "tracked-changes forms hidden-text hidden-paragraph title desc script event-listeners index-title-template".split(
    " ",
  ),
);
/** Shapes that have paragraphs of their own, which are behind the one that they hang on. */
const SHAPES = "text-box custom-shape rect ellipse circle line polyline polygon path connector caption measure".split(
  " ",
);
/** Elements with a text of their own. Deeper than `MOST_NESTED`, they are read as if they were not there. */
const CONTAINERS = new Set([...SHAPES, "table-cell", "covered-table-cell", "note-body", "annotation", "page"]);
const MOST_NESTED = 24;
/** Spaces that one element may stand for. */
const MOST_SPACES = 1_000;

/** What is being collected: the text of the document, a cell, a text box or a note. */
interface Flow {
  readonly blocks: Block[];
  /** Text boxes and pictures that wait for the end of their paragraph. */
  readonly waiting: Block[];
  readonly texts: string[];
  readonly lists: string[];
  isParagraph: boolean;
  isHidden: boolean;
  /** Level of the heading, 0 for none. */
  heading: number;
  /** Whether the next paragraph is the first of its item. */
  isItem: boolean;
  /** At which number its item begins; 0 to count on. */
  start: number;
}

const newFlow = (heading = 0): Flow => ({
  blocks: [],
  waiting: [],
  texts: [],
  lists: [],
  isParagraph: false,
  isHidden: false,
  heading,
  isItem: false,
  start: 0,
});

type Handlers = Readonly<Record<string, (attributes: string) => void>>;

/** Addresses of pictures that are not in the file. */
const OUTSIDE = /^(?:[a-z][a-z\d+.-]*:|\.\.\/)/i;

/** Bounds, and who is told of a cell whose formula has no result. */
interface OdfOptions extends Limits {
  readonly miss?: () => void;
}

/**
 * @returns the blocks of each slide; those of anything else together
 * @throws DocumentTooLargeError, DocumentCorruptError
 */
export function odfBlocks(xml: string, styles: OdfStyles, { miss, ...limits }: OdfOptions): Block[][] {
  const slides: Block[][] = [];
  const notes: Block[] = [];
  const tables: (OdfTable & { isHidden?: boolean })[] = [];
  const links: { readonly target: string; readonly from: number }[] = [];
  const spans: boolean[] = [];
  const counter = new ListCounter();
  const outer: Flow[] = [];
  let flow = newFlow();
  let [skipped, hidden, tooDeep, characters] = [0, 0, 0, 0];
  let [isSpreadsheet, isTitle] = [false, false];

  const count = (length: number): void => {
    characters += length;
    if (characters > limits.characters) throw new DocumentTooLargeError("The document's text is too long.");
  };
  const write = (text: string): void => {
    count(text.length);
    if (hidden === 0) flow.texts.push(text);
  };
  const begin = (heading = 0): void => {
    outer.push(flow);
    flow = newFlow(heading);
  };
  const end = (): Block[] => {
    const { blocks, waiting } = flow;
    flow = outer.pop() ?? newFlow();
    return [...blocks, ...waiting];
  };
  const endNote = (): void => {
    const text = textOfBlocks(end()).trim();
    if (text !== "") notes.push({ kind: "paragraph", text });
  };
  const endParagraph = (): void => {
    const text = flow.texts.splice(0).join("").replaceAll("\u00ad", "");
    flow.blocks.push(blockOf(flow.isHidden ? "" : text));
    append(flow.blocks, flow.waiting.splice(0));
    flow.isParagraph = false;
  };
  const blockOf = (text: string): Block => {
    if (text.trim() === "") return { kind: "paragraph", text: "" };
    const { heading, lists, isItem, start } = flow;
    const list = lists.findLast((name) => name !== "");
    const level = Math.min(LIST_LEVELS, lists.length) - 1;
    const isCounted = isItem && list !== undefined && level >= 0;
    flow.isItem = false;
    flow.start = 0;
    if (isCounted && start > 0) counter.restart(list, level, start);
    if (heading > 0) {
      const marker = isCounted ? counted(list, level) : counted("", heading - 1);
      return { kind: "heading", level: heading, marker, text };
    }
    const marker = isCounted ? counted(list, level) : "";
    return marker === "" ? { kind: "paragraph", text } : { kind: "item", level, marker, text };
  };
  const counted = (list: string, level: number): string => {
    const levels = styles.lists.get(list);
    return levels ? counter.next(list, level, levels) : "";
  };
  const beginParagraph = (attributes: string): void => {
    flow.isParagraph = true;
    flow.isHidden = styles.hidden.has(attribute(attributes, "text:style-name") ?? "");
  };
  const opened: Handlers = {
    h(attributes) {
      flow.heading = Math.min(9, Math.max(1, numberOf(attributes, "outline-level") || 1));
      beginParagraph(attributes);
    },
    p: beginParagraph,
    span(attributes) {
      const isHidden = styles.hidden.has(attribute(attributes, "text:style-name") ?? "");
      spans.push(isHidden);
      if (isHidden) hidden++;
    },
    s: (attributes) => write(" ".repeat(Math.min(MOST_SPACES, numberOf(attributes, "c") || 1))),
    tab: () => write("\t"),
    "line-break": () => write("\n"),
    a: (attributes) => links.push({ target: attribute(attributes, "href") ?? "", from: flow.texts.length }),
    list(attributes) {
      const name = attribute(attributes, "text:style-name") ?? "";
      const continuesList =
        attribute(attributes, "continue-numbering") === "true" || attribute(attributes, "continue-list") !== undefined;
      if (name !== "" && flow.lists.length === 0 && !continuesList) {
        counter.restart(name, 0, styles.lists.get(name)?.[0]?.start ?? 1);
      }
      flow.lists.push(name);
    },
    "list-item"(attributes) {
      flow.isItem = true;
      flow.start = numberOf(attributes, "start-value");
    },
    spreadsheet() {
      isSpreadsheet = true;
    },
    table(attributes) {
      const table = new OdfTable(attribute(attributes, "table:name") ?? "", count);
      const isHidden = styles.hidden.has(attribute(attributes, "table:style-name") ?? "");
      tables.push(Object.assign(table, { isHidden }));
    },
    "table-column": (attributes) => tables.at(-1)?.beginColumn(attributes),
    "table-row": (attributes) => tables.at(-1)?.beginRow(attributes),
    "table-cell"(attributes) {
      tables.at(-1)?.beginCell(attributes);
      begin();
    },
    "covered-table-cell": (attributes) => opened["table-cell"]?.(attributes),
    frame(attributes) {
      isTitle = attribute(attributes, "presentation:class") === "title";
    },
    image(attributes) {
      const name = attribute(attributes, "href");
      if (name && !OUTSIDE.test(name)) flow.waiting.push({ kind: "picture", name: name.replace(/^\.\//, "") });
    },
    "note-citation": () => write("["),
    ...Object.fromEntries(SHAPES.map((shape) => [shape, () => begin(isTitle ? 2 : 0)])),
    "note-body": () => begin(),
    annotation: () => begin(),
    page: () => begin(),
  };
  const endShape = (): void => {
    const blocks = end();
    append(flow.isParagraph ? flow.waiting : flow.blocks, blocks);
  };
  const closed: Handlers = {
    h() {
      endParagraph();
      flow.heading = 0;
    },
    p: endParagraph,
    span() {
      if (spans.pop()) hidden--;
    },
    a() {
      const { target, from } = links.pop() ?? { target: "", from: 0 };
      if (/^(?:https?|mailto|ftp):/i.test(target)) write(linkBehind(target, flow.texts.slice(from).join("")));
    },
    list: () => flow.lists.pop(),
    "list-item"() {
      flow.isItem = false;
    },
    "table-cell"() {
      const blocks = end();
      const table = tables.at(-1);
      if (!table) return append(flow.blocks, blocks);
      table.endCell(textOfBlocks(blocks).trim());
      append(
        flow.waiting,
        blocks.filter(({ kind }) => kind === "picture"),
      );
    },
    "covered-table-cell": () => closed["table-cell"]?.(""),
    "table-row": () => tables.at(-1)?.endRow(),
    table() {
      const table = tables.pop();
      if (!table || table.isHidden) return;
      const isSheet = isSpreadsheet && outer.length === 0;
      if (isSheet) for (let missed = table.uncalculated; missed > 0; missed--) miss?.();
      if (isSheet && table.rows.length > 0) {
        flow.blocks.push({ kind: "heading", level: 2, marker: "", text: table.name });
        append(flow.blocks, sheetBlocks(table.rows));
      } else if (!isSheet) flow.blocks.push({ kind: "table", rows: table.wholeRows() });
      append(flow.blocks, flow.waiting.splice(0));
    },
    frame() {
      isTitle = false;
      if (!flow.isParagraph) append(flow.blocks, flow.waiting.splice(0));
    },
    "note-citation": () => write("]"),
    ...Object.fromEntries(SHAPES.map((shape) => [shape, endShape])),
    "note-body": endNote,
    annotation: endNote,
    page: () => slides.push([...end(), ...notes.splice(0)]),
  };
  scanXml(xml, {
    open(name, attributes) {
      if (SKIPPED.has(name)) skipped++;
      if (skipped > 0) return;
      if (CONTAINERS.has(name) && (tooDeep > 0 || outer.length >= MOST_NESTED)) tooDeep++;
      else opened[name]?.(attributes);
    },
    close(name) {
      if (SKIPPED.has(name)) skipped--;
      else if (skipped > 0) return;
      else if (CONTAINERS.has(name) && tooDeep > 0) tooDeep--;
      else closed[name]?.("");
    },
    text(value) {
      // Line ends and runs of spaces in the file mean one space; what is between paragraphs means nothing.
      if (skipped === 0 && flow.isParagraph) write(value.replace(/[\t\n\r ]+/g, " "));
    },
  });
  while (outer.length > 0) {
    const blocks = end();
    append(flow.blocks, blocks);
  }
  if (slides.length > 0) return slides;
  return [[...flow.blocks, ...flow.waiting, ...(notes.length > 0 ? [EMPTY_LINE, ...notes] : [])]];
}

const EMPTY_LINE: Block = { kind: "paragraph", text: "" };

const numberOf = (attributes: string, name: string): number =>
  Number.parseInt(attribute(attributes, name) ?? "", 10) || 0;
