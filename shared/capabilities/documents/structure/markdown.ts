/**
 * Writes the blocks of a document as Markdown (CommonMark with GitHub's tables). Pages are separated by comments.
 *
 * @module
 */

import type { DocumentBlock, DocumentPage } from "../../../../contracts/documents/structure.ts";
import { largest } from "../../../lib/lists.ts";

/** @param hasPages whether its parts are pages, which a comment is before */
export function markdownOf(pages: readonly DocumentPage[]): string {
  const parts = pages.map(({ page, blocks }) => {
    const written = markdownOfBlocks(blocks);
    return page === null ? written : `<!-- page ${page} -->\n\n${written}`.trimEnd();
  });
  return parts.filter((part) => part !== "").join("\n\n");
}

function markdownOfBlocks(blocks: readonly DocumentBlock[]): string {
  const parts: string[] = [];
  let wasItem = false;
  for (const block of blocks) {
    const written = markdownOfBlock(block);
    const isItem = block.kind === "item";
    // Items of one list follow each other without an empty line.
    if (parts.length > 0) parts.push(isItem && wasItem ? "\n" : "\n\n");
    parts.push(written);
    wasItem = isItem;
  }
  return parts.join("");
}

/** Levels of headings that Markdown has. */
const MOST_LEVELS = 6;
const NUMBERED = /^\d{1,9}[.)]$/;

function markdownOfBlock({ kind, level, marker, text, rows }: DocumentBlock): string {
  if (kind === "table") return tableOf(rows ?? []);
  if (kind === "heading") {
    const title = escaped(`${marker ?? ""} ${text}`.trim()).replace(/\s*\n\s*/g, " ");
    return `${"#".repeat(Math.min(MOST_LEVELS, Math.max(1, level ?? 1)))} ${title}`;
  }
  if (kind === "item") {
    const indent = "    ".repeat(Math.min(8, level ?? 0));
    const isNumber = NUMBERED.test(marker ?? "");
    // A marker that Markdown does not have, such as § 3 or a), is in the text of the item.
    const before = isNumber ? `${marker} ` : !marker || marker === "•" ? "- " : `- ${escaped(marker)} `;
    return `${indent}${before}${escaped(text).replace(/\s*\n\s*/g, `\n${indent}  `)}`;
  }
  return escaped(text).replace(/\n/g, "\\\n");
}

function tableOf(rows: readonly (readonly string[])[]): string {
  const columns = largest(
    rows.map((row) => row.length),
    1,
  );
  const line = (row: readonly string[]): string =>
    `| ${Array.from({ length: columns }, (_, column) => cellOf(row[column] ?? "")).join(" | ")} |`;
  const [first = [], ...rest] = rows;
  return [line(first), `|${" --- |".repeat(columns)}`, ...rest.map(line)].join("\n");
}

const cellOf = (text: string): string =>
  escaped(text)
    .replaceAll("|", "\\|")
    .replace(/\s*\n\s*/g, "<br>")
    .trim();

/** Characters that would begin something in Markdown. A sign within words, as in file_name, begins nothing. */
function escaped(text: string): string {
  return text
    .replace(/[\\`*[\]<]/g, "\\$&")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/^([ \t]*)(#{1,6}(?= )|[-+>](?= )|={3,}$|-{3,}$|~{3})/gm, "$1\\$2")
    .replace(/^([ \t]*\d{1,9})([.)](?= ))/gm, "$1\\$2");
}
