/**
 * Blocks of a chapter as paragraphs and tables of Word.
 *
 * @module
 */

import {
  AlignmentType,
  BorderStyle,
  ExternalHyperlink,
  FootnoteReferenceRun,
  HeadingLevel,
  ImageRun,
  InternalHyperlink,
  type IParagraphOptions,
  Paragraph,
  type ParagraphChild,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from "docx";
import type { Code, List, PhrasingContent, Table as TableNode } from "mdast";
import { largest } from "../../../lib/lists.ts";
import type { Block } from "../book/book.ts";
import { inlineRuns, type RunStyle, type TextRun as StyledText } from "../book/inline-runs.ts";
import type { Picture } from "../book/picture.ts";
import { BULLETS, CODE_FONT, itemIndent, LIST_LEVELS, orderedFrom, styleNames } from "./styles.ts";

/** What is in a file's body. */
export type DocxBlock = Paragraph | Table;

/** What the blocks of a whole file share. */
export interface DocxState {
  readonly pictures: ReadonlyMap<string, Picture>;
  readonly sources: number;
  /** What stands for a picture without a description. */
  readonly pictureLabel: string;
  /** With which numbers ordered lists begin. */
  readonly starts: Set<number>;
  /** Ordered lists so far: each counts again. */
  readonly count: { lists: number };
  /** The number of a chapter's footnote in the file. @returns undefined when there is none of that label */
  noteNumber(label: string): number | undefined;
}

/** Where a block is. */
interface Surroundings {
  readonly level: number;
  readonly style?: string;
  /** What the first paragraph of a list item takes. */
  readonly numbering?: IParagraphOptions["numbering"];
  readonly prefix?: string;
}

const headings = [
  ...[HeadingLevel.HEADING_1, HeadingLevel.HEADING_2, HeadingLevel.HEADING_3],
  ...[HeadingLevel.HEADING_4, HeadingLevel.HEADING_5, HeadingLevel.HEADING_6],
];
/** Width between the margins, in pixels of Word's 96 an inch. */
const TEXT_WIDTH = 600;
const MOST_HEIGHT = 800;
const LINE = { style: BorderStyle.SINGLE, size: 4, color: "999999" } as const;

/** Writes blocks. */
export class DocxBlocks {
  readonly #state: DocxState;

  constructor(state: DocxState) {
    this.#state = state;
  }

  /** @param surroundings of the blocks; the body's when left out */
  blocks(nodes: readonly Block[], surroundings: Surroundings = { level: -1 }): DocxBlock[] {
    return nodes.flatMap((node, index) => {
      const { numbering, prefix, ...rest } = surroundings;
      return this.#block(node, index === 0 ? surroundings : rest);
    });
  }

  #block(node: Block, at: Surroundings): DocxBlock[] {
    switch (node.type) {
      case "heading":
        return [this.#paragraph(node.children, at, { heading: headings[node.depth - 1] ?? HeadingLevel.HEADING_6 })];
      case "paragraph":
        return [this.#paragraph(node.children, at)];
      case "blockquote":
        return this.blocks(node.children as Block[], { ...at, style: styleNames.quote });
      case "list":
        return this.#list(node, at);
      case "code":
        return [this.#code(node, at)];
      case "table":
        return [this.#table(node), new Paragraph({ spacing: { after: 60 } })];
      case "thematicBreak":
        return [new Paragraph({ alignment: AlignmentType.CENTER, children: [new TextRun("* * *")] })];
      default:
        return [];
    }
  }

  #paragraph(nodes: readonly PhrasingContent[], at: Surroundings, more: IParagraphOptions = {}): Paragraph {
    const { level, style, numbering, prefix } = at;
    return new Paragraph({
      ...(style !== undefined && more.heading === undefined && { style }),
      ...(numbering && more.heading === undefined ? { numbering } : level >= 0 && { indent: itemIndent(level) }),
      ...more,
      children: [...(prefix === undefined ? [] : [new TextRun(prefix)]), ...this.inline(nodes)],
    });
  }

  /** Inline content. @param style of all of it */
  inline(nodes: readonly PhrasingContent[], style: RunStyle = {}): ParagraphChild[] {
    return inlineRuns(nodes, this.#state.sources, style).flatMap((run): ParagraphChild[] => {
      if (run.kind === "text") return [this.#text(run)];
      if (run.kind === "break") return [new TextRun({ break: 1 })];
      if (run.kind === "picture") return [this.#picture(run)];
      const number = this.#state.noteNumber(run.label);
      return number === undefined ? [] : [new FootnoteReferenceRun(number)];
    });
  }

  #text({ text, bold, italic, code, strike, link, source }: StyledText): ParagraphChild {
    const run = new TextRun({
      text,
      ...(bold && { bold }),
      ...(italic && { italics: true }),
      ...(strike && { strike }),
      ...(code && { font: CODE_FONT }),
      ...(link !== undefined && { style: "Hyperlink" }),
    });
    if (link !== undefined) return new ExternalHyperlink({ link, children: [run] });
    return source === undefined ? run : new InternalHyperlink({ anchor: sourceAnchor(source), children: [run] });
  }

  #picture({ url, alt }: { readonly url: string; readonly alt: string }): ParagraphChild {
    const picture = this.#state.pictures.get(url);
    const label = this.#state.pictureLabel;
    if (!picture) return new TextRun(`[${alt === "" ? label : `${label}: ${alt}`}]`);
    const { type, bytes, width, height } = picture;
    const scale = Math.min(1, TEXT_WIDTH / width, MOST_HEIGHT / height);
    const transformation = {
      width: Math.max(1, Math.round(width * scale)),
      height: Math.max(1, Math.round(height * scale)),
    };
    return new ImageRun({
      type,
      data: bytes,
      transformation,
      altText: { name: label, title: alt, description: alt },
    });
  }

  #list({ ordered, start, children }: List, at: Surroundings): DocxBlock[] {
    const level = Math.min(at.level + 1, LIST_LEVELS - 1);
    const first = start ?? 1;
    if (ordered) this.#state.starts.add(first);
    const numbering = ordered
      ? { reference: orderedFrom(first), level, instance: ++this.#state.count.lists }
      : { reference: BULLETS, level };
    return children.flatMap(({ checked, children }) => {
      const prefix = typeof checked === "boolean" ? (checked ? "☒ " : "☐ ") : undefined;
      const style = at.style === undefined ? {} : { style: at.style };
      const item = { level, numbering, ...style, ...(prefix !== undefined && { prefix }) };
      return this.blocks(children.length > 0 ? (children as Block[]) : [{ type: "paragraph", children: [] }], item);
    });
  }

  #code({ value }: Code, { level }: Surroundings): Paragraph {
    const lines = value.replaceAll("\t", "    ").split("\n");
    return new Paragraph({
      style: styleNames.code,
      ...(level >= 0 && { indent: itemIndent(level) }),
      children: lines.map((text, index) => new TextRun({ text, ...(index > 0 && { break: 1 }) })),
    });
  }

  #table({ align, children }: TableNode): Table {
    const columns = largest(
      children.map((row) => row.children.length),
      1,
    );
    return new Table({
      width: { size: 100, type: WidthType.PERCENTAGE },
      borders: { top: LINE, bottom: LINE, left: LINE, right: LINE, insideHorizontal: LINE, insideVertical: LINE },
      rows: children.map((row, rowIndex) => {
        const cells = Array.from({ length: columns }, (_, column) => {
          const style: RunStyle = rowIndex === 0 ? { bold: true } : {};
          const children = this.inline(row.children[column]?.children ?? [], style);
          const alignment = alignments[align?.[column] ?? "left"];
          return new TableCell({
            margins: { top: 40, bottom: 40, left: 80, right: 80 },
            children: [new Paragraph({ style: styleNames.cell, alignment, children })],
          });
        });
        return new TableRow({ tableHeader: rowIndex === 0, cantSplit: true, children: cells });
      }),
    });
  }
}

const alignments = { left: AlignmentType.LEFT, center: AlignmentType.CENTER, right: AlignmentType.RIGHT };

/** The name of the bookmark at a source of the list. */
export const sourceAnchor = (number: number): string => `source_${number}`;
