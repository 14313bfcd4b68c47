/**
 * What a browser shows of an HTML page, without scripts, styles and what is hidden by its markup.
 *
 * @module
 */

import { Parser } from "htmlparser2";
import { DocumentTooLargeError } from "../../../../contracts/documents/errors.ts";
import type { Limits } from "../limits.ts";
import { type Block, textOfBlocks } from "../structure/blocks.ts";

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
  "select",
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
/** The parser's work for an element grows with the number of those around it. */
const MOST_DEPTH = 5_000;

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
  const opened: Readonly<Record<string, () => void>> = {
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
  let depth = 0;
  const parser = new Parser(
    {
      onopentag(tag, attributes) {
        if (++depth > MOST_DEPTH)
          throw new DocumentTooLargeError("The page has elements within more elements than any page has.");
        const name = tag === "th" ? "td" : tag;
        if (hidden > 0 || HIDDEN.has(name) || isHidden(attributes)) {
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
        opened[name]?.();
      },
      onclosetag(tag) {
        depth--;
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
        characters += value.length;
        if (characters > limits.characters) throw new DocumentTooLargeError("The document's text is too long.");
        if (preformatted > 0) texts.push(value);
        else {
          const spaced = value.replace(/[^\S\u00a0]+/g, " ");
          const shown = isSpaced ? spaced.replace(/^ /, "") : spaced;
          if (shown === "") return;
          texts.push(shown);
          isSpaced = shown.endsWith(" ");
        }
      },
    },
    { decodeEntities: true },
  );
  parser.write(html);
  parser.end();
  flush();
  return blocks.map((block) => ("text" in block ? { ...block, text: block.text.replaceAll("\u00ad", "") } : block));
}

const VOID = new Set("area base br col embed hr img input link meta param source track wbr".split(" "));

function isHidden(attributes: Readonly<Record<string, string>>): boolean {
  return (
    "hidden" in attributes ||
    /display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all/i.test(attributes.style ?? "")
  );
}

/** The encoding that a page names for itself, where its bytes begin without a mark. */
export const namedEncoding = (head: string): string | undefined =>
  /<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)/i.exec(head)?.[1] ??
  /<\?xml[^>]+encoding\s*=\s*["']([\w-]+)/i.exec(head)?.[1];
