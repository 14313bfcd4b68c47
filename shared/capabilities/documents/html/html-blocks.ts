/**
 * What a browser shows of an HTML page, without scripts, styles and what is hidden by its markup.
 *
 * @module
 */

import { MarkdownTooComplexError } from "../../../../contracts/books/errors.ts";
import { DocumentTooLargeError } from "../../../../contracts/documents/errors.ts";
import { parseHtml } from "../../markdown/parse-html.ts";
import { linkBehind } from "../docx/fields.ts";
import type { Limits } from "../limits.ts";
import { type Block, textOfBlocks } from "../structure/blocks.ts";
import { Choice, shownByInput } from "./form-controls.ts";
import { HiddenByStyle } from "./hidden-by-style.ts";

/** Elements that show nothing, or nothing of their own text. */
const HIDDEN = new Set([
  "script",
  "style",
  "head",
  "template",
  "noscript",
  "iframe",
  "object",
  "svg",
  "datalist",
  "audio",
  "video",
]);
/** Elements that end the paragraph before and behind them. */
const BLOCK = new Set(
  "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split(
    " ",
  ),
);
/** Tables deeper than this are read as if they were not there: each level copies the text within. */
const MOST_NESTED = 24;

/** Links that lead out of the page. */
const OUTSIDE = /^(?:https?:|mailto:)/i;
/** Characters of a link that a reader could use; longer ones tell a sender who follows them. */
const LONGEST_LINK = 300;

interface Table {
  readonly rows: string[][];
  cells: string[];
}

/** @throws DocumentTooLargeError */
export function htmlBlocks(html: string, limits: Limits): Block[] {
  let blocks: Block[] = [];
  let texts: string[] = [];
  /** Whether the next space would be one too many. */
  let isSpaced = true;
  const outer: Block[][] = [];
  const tables: Table[] = [];
  const lists: { readonly ordered: boolean; count: number }[] = [];
  let [hidden, preformatted, characters, heading] = [0, 0, 0, 0];
  let item: string | undefined;
  const hiddenElements: string[] = [];

  const flush = (): void => {
    const text = texts.join("");
    const line = preformatted > 0 ? text : text.replace(/ ?\n ?/g, "\n").trim();
    texts = [];
    isSpaced = true;
    if (line === "") return;
    if (heading > 0) blocks.push({ kind: "heading", level: heading, marker: "", text: line });
    else if (item !== undefined)
      blocks.push({ kind: "item", level: Math.max(0, lists.length - 1), marker: item, text: line });
    else blocks.push({ kind: "paragraph", text: line });
    item = undefined;
  };
  const endCell = (): void => {
    flush();
    const cell = textOfBlocks(blocks).trim();
    blocks = outer.pop() ?? [];
    tables.at(-1)?.cells.push(cell);
  };
  /** Whether a word that follows would be written to a control's text. */
  let isBehindControl = false;
  /** Writes what a control shows, apart from what is around it. */
  const show = (text: string): void => {
    if (text === "") return;
    characters += text.length;
    texts.push(isSpaced ? text : ` ${text}`);
    isSpaced = false;
    isBehindControl = true;
  };
  /** The list to choose from that is being read. */
  let choice: Choice | undefined;
  const links: { readonly target: string; readonly from: number }[] = [];
  const opened: Readonly<Record<string, (attributes: Readonly<Record<string, string>>) => void>> = {
    input: (attributes) => show(shownByInput(attributes)),
    select(attributes) {
      choice = new Choice(attributes);
    },
    option: (attributes) => choice?.option(attributes),
    textarea: () => preformatted++,
    a(attributes) {
      const { href = "" } = attributes;
      links.push({ target: OUTSIDE.test(href) && href.length <= LONGEST_LINK ? href : "", from: texts.length });
    },
    br() {
      texts.push("\n");
      isSpaced = true;
    },
    pre: () => preformatted++,
    ul: () => lists.push({ ordered: false, count: 0 }),
    ol: () => lists.push({ ordered: true, count: 0 }),
    li() {
      const list = lists.at(-1);
      if (list) list.count++;
      item = list?.ordered ? `${list.count}.` : "•";
    },
    table: () => tables.push({ rows: [], cells: [] }),
    td: () => {
      outer.push(blocks);
      blocks = [];
    },
  };
  const closed: Readonly<Record<string, () => void>> = {
    select() {
      show(choice?.shown ?? "");
      choice = undefined;
    },
    textarea: () => preformatted--,
    a() {
      const { target, from } = links.pop() ?? { target: "", from: 0 };
      const text = texts.slice(from).join("");
      const address = linkBehind(target, text).trim();
      if (address !== "") texts.push(text.endsWith(" ") ? address : ` ${address}`);
      if (address !== "") isSpaced = false;
    },
    pre: () => preformatted--,
    ul: () => lists.pop(),
    ol: () => lists.pop(),
    li: () => {
      item = undefined;
    },
    td: endCell,
    tr() {
      const table = tables.at(-1);
      if (table && table.cells.length > 0) table.rows.push(table.cells.splice(0));
    },
    table() {
      const table = tables.pop();
      if (table && table.rows.length > 0) blocks.push({ kind: "table", rows: table.rows });
    },
  };
  const isTable = (name: string): boolean => name === "td" || name === "table" || name === "tr";
  /** Cells within this many others count for nothing: each would copy the text within. */
  let tooDeep = 0;
  const read = (): void => {
    const styles = new HiddenByStyle(html);
    parseHtml(html, {
      onopentag(tag, attributes) {
        const name = tag === "th" ? "td" : tag;
        if (hidden > 0 || HIDDEN.has(name) || isHidden(tag, attributes, styles.of(tag, attributes))) {
          if (!VOID.has(name)) {
            hidden++;
            hiddenElements.push(name);
          }
          return;
        }
        if (BLOCK.has(name)) flush();
        const rank = /^h([1-6])$/.exec(name)?.[1];
        if (rank !== undefined) heading = Number(rank);
        if (isTable(name) && (tooDeep > 0 || outer.length >= MOST_NESTED)) {
          tooDeep++;
          return;
        }
        opened[name]?.(attributes);
      },
      onclosetag(tag) {
        const name = tag === "th" ? "td" : tag;
        if (hidden > 0) {
          if (hiddenElements.at(-1) === name) {
            hiddenElements.pop();
            hidden--;
          }
          return;
        }
        if (BLOCK.has(name)) flush();
        if (/^h[1-6]$/.test(name)) heading = 0;
        if (isTable(name) && tooDeep > 0) {
          tooDeep--;
          return;
        }
        closed[name]?.();
      },
      ontext(value) {
        if (hidden > 0) return;
        if (choice) {
          choice.text(value);
          return;
        }
        characters += value.length;
        if (characters > limits.characters) throw new DocumentTooLargeError("The document's text is too long.");
        if (preformatted > 0) texts.push(value);
        else {
          const spaced = value.replace(/[^\S\u00a0]+/g, " ");
          const shown = isSpaced ? spaced.replace(/^ /, "") : spaced;
          if (shown === "") return;
          if (isBehindControl && /^[\p{L}\p{N}]/u.test(shown)) texts.push(" ");
          isBehindControl = false;
          texts.push(shown);
          isSpaced = shown.endsWith(" ");
        }
      },
    });
  };
  try {
    read();
  } catch (error) {
    throw error instanceof MarkdownTooComplexError ? new DocumentTooLargeError(error.message, { cause: error }) : error;
  }
  flush();
  return blocks.map((block) => ("text" in block ? { ...block, text: block.text.replaceAll("\u00ad", "") } : block));
}

const VOID = new Set("area base br col embed hr img input link meta param source track wbr".split(" "));

function isHidden(tag: string, attributes: Readonly<Record<string, string>>, byStyle: boolean | undefined): boolean {
  const { style = "" } = attributes;
  if (/display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all/i.test(style)) return true;
  // A dialog that is not open is not shown.
  if (tag === "dialog" && !("open" in attributes)) return true;
  // A display of its own shows an element, whatever a style sheet or its markup says.
  if (/(?:^|[;\s])display\s*:/i.test(style)) return false;
  return byStyle ?? "hidden" in attributes;
}

/** The encoding that a page names for itself, where its bytes begin without a mark. */
export const namedEncoding = (head: string): string | undefined =>
  /<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)/i.exec(head)?.[1] ??
  /<\?xml[^>]+encoding\s*=\s*["']([\w-]+)/i.exec(head)?.[1];
