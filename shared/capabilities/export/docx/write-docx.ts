/**
 * A book as a Word file: real headings, a table of contents, page numbers, footnotes and a list of sources.
 *
 * @module
 */

import {
  AlignmentType,
  Bookmark,
  Document,
  ExternalHyperlink,
  Footer,
  HeadingLevel,
  Packer,
  PageNumber,
  Paragraph,
  TableOfContents,
  TextRun,
} from "docx";
import { type Book, type BookChapter, type BookFile, headingOf } from "../book/book.ts";
import { labelsOf } from "../book/labels.ts";
import { readPictures } from "../book/pictures.ts";
import { sourceLine, sourceUrl } from "../book/source-line.ts";
import { type DocxBlock, DocxBlocks, type DocxState, sourceAnchor } from "./docx-blocks.ts";
import { numbering, styleNames, styles } from "./styles.ts";

/** Word names a language with a country. */
const locales: Readonly<Record<string, string>> = { en: "en-GB", de: "de-DE", fr: "fr-FR", es: "es-ES", it: "it-IT" };
/** Headings that the table of contents has. */
const CONTENTS_DEPTH = "1-2";

type Footnotes = Record<string, { readonly children: readonly Paragraph[] }>;

/** Writes the file. */
export async function writeDocx(book: Book): Promise<BookFile> {
  const { byUrl, warnings } = readPictures(book);
  const labels = labelsOf(book.language);
  const shared = {
    pictures: byUrl,
    sources: book.sources.length,
    pictureLabel: labels.picture,
    starts: new Set<number>(),
    count: { lists: 0 },
  };
  const footnotes: Footnotes = {};
  const chapters = book.chapters.map((chapter) => chapterOf(chapter, shared, footnotes));
  const document = new Document({
    title: book.title,
    creator: book.author,
    lastModifiedBy: book.author,
    ...(book.metadata.description && { description: book.metadata.description }),
    ...(book.metadata.keywords && { keywords: book.metadata.keywords.join(", ") }),
    ...(book.metadata.subtitle && { subject: book.metadata.subtitle }),
    styles: styles(locales[book.language] ?? book.language),
    numbering: numbering(shared.starts),
    footnotes,
    hyphenation: { autoHyphenation: true },
    sections: [
      {
        properties: { titlePage: true },
        footers: { default: pageNumber(), first: new Footer({ children: [] }) },
        children: [
          ...titleOf(book),
          new Paragraph({ style: styleNames.contents, pageBreakBefore: true, text: labels.contents }),
          new TableOfContents(labels.contents, { hyperlink: true, headingStyleRange: CONTENTS_DEPTH }),
          ...chapters.flat(),
          ...sourcesOf(book),
        ],
      },
    ],
  });
  return { bytes: new Uint8Array(await Packer.toBuffer(document)), pages: null, warnings };
}

const pageNumber = () =>
  new Footer({
    children: [
      new Paragraph({ alignment: AlignmentType.CENTER, children: [new TextRun({ children: [PageNumber.CURRENT] })] }),
    ],
  });

function titleOf({ title, author, metadata }: Book): Paragraph[] {
  const { subtitle, publisher, date, description, rights } = metadata;
  const behind = [description, rights].flatMap((text) => (text ? text.split("\n") : []));
  return [
    new Paragraph({ heading: HeadingLevel.TITLE, text: title }),
    ...(subtitle ? [new Paragraph({ style: "Subtitle", text: subtitle })] : []),
    ...[author, publisher, date].flatMap((text) => (text ? [new Paragraph({ style: "Author", text })] : [])),
    ...behind.map((text, index) => new Paragraph({ text, pageBreakBefore: index === 0 })),
  ];
}

/** A chapter's heading, blocks and notes. */
function chapterOf(chapter: BookChapter, shared: Omit<DocxState, "noteNumber">, footnotes: Footnotes): DocxBlock[] {
  const before = Object.keys(footnotes).length;
  const numbers = new Map([...chapter.notes.keys()].map((label, index) => [label, before + index + 1] as const));
  // A note of Word's cannot have notes.
  const inNotes = new DocxBlocks({ ...shared, noteNumber: () => undefined });
  for (const [label, blocks] of chapter.notes) {
    const children = inNotes.blocks(blocks).filter((block) => block instanceof Paragraph);
    footnotes[String(numbers.get(label))] = { children: children.length > 0 ? children : [new Paragraph({})] };
  }
  const heading = new Paragraph({
    heading: HeadingLevel.HEADING_1,
    pageBreakBefore: true,
    children: [new TextRun(headingOf(chapter))],
  });
  const writer = new DocxBlocks({ ...shared, noteNumber: (label) => numbers.get(label) });
  return [heading, ...writer.blocks(chapter.root.children)];
}

function sourcesOf({ sources, language }: Book): Paragraph[] {
  if (sources.length === 0) return [];
  const items = sources.map((source, index) => {
    const url = sourceUrl(source);
    return new Paragraph({
      style: styleNames.source,
      children: [
        new Bookmark({ id: sourceAnchor(index + 1), children: [new TextRun(`[${index + 1}] `)] }),
        new TextRun(sourceLine(source)),
        ...(url === undefined
          ? []
          : [
              new TextRun(" "),
              new ExternalHyperlink({ link: url, children: [new TextRun({ text: url, style: "Hyperlink" })] }),
            ]),
      ],
    });
  });
  return [
    new Paragraph({ heading: HeadingLevel.HEADING_1, pageBreakBefore: true, text: labelsOf(language).sources }),
    ...items,
  ];
}
