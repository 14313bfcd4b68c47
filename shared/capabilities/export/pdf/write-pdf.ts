/**
 * A book as a PDF: title page, contents, chapters on pages of their own, page numbers, outline, tags.
 *
 * @module
 */

import PDFDocument from "pdfkit";
import { type Book, type BookChapter, type BookFile, headingOf, type Warning } from "../book/book.ts";
import { labelsOf } from "../book/labels.ts";
import { readPictures } from "../book/pictures.ts";
import { sourceLine, sourceUrl } from "../book/source-line.ts";
import { setContents } from "./contents.ts";
import { type FileHeading, Flow, PAGE, TEXT_WIDTH } from "./flow.ts";
import { isHyphenated } from "./hyphenation.ts";
import { breakLines, type Stretch } from "./lines.ts";
import { PdfBlocks, type PdfState, pageColumn } from "./pdf-blocks.ts";
import { sizes } from "./pdf-style.ts";
import { renderPages } from "./render.ts";
import { setLine, setLines } from "./set-text.ts";
import { sourceDestination } from "./stretches.ts";
import { Element } from "./structure.ts";
import { setTitle } from "./title-page.ts";
import { Typefaces } from "./typefaces.ts";

/** Writes the file. @throws BookTooLargeError */
export async function writePdf(book: Book): Promise<BookFile> {
  const { byUrl, warnings } = readPictures(book);
  const doc = new PDFDocument({
    ...{ autoFirstPage: false, size: [PAGE.width, PAGE.height], margin: 0, font: null as never },
    ...{ tagged: true, lang: book.language, displayTitle: true, pdfVersion: "1.7", subset: "PDF/UA" as never },
    info: {
      Title: book.title,
      Author: book.author,
      Creator: "Sluice",
      ...(book.metadata.subtitle && { Subject: book.metadata.subtitle }),
      ...(book.metadata.keywords && { Keywords: book.metadata.keywords.join(", ") }),
    },
  });
  // With the number that pdfkit sets, it lists the glyphs of each font but not the parts that they are made of, which no
  // reader needs and PDF/UA refuses. The text names the part of the standard as well.
  (doc as unknown as { subset: string }).subset = "1";
  const chunks: Buffer[] = [];
  doc.on("data", (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => doc.once("end", resolve).once("error", reject));

  const faces = new Typefaces(doc as never);
  const root = new Element("Document");
  const front = { flow: new Flow(), element: root.child("Part") };
  const contents = { element: root.child("Part") };
  const body = setBody(book, { faces, pictures: byUrl, element: root.child("Part") });
  setTitle(book, { ...front, faces });
  const before = front.flow.pages.length;
  const entries = body.headings.filter(({ depth }) => depth <= 2);
  // The page numbers are right once the contents have as many pages as they were reckoned with.
  let list = setContents(entries, { faces, book, element: contents.element, offset: before + 1 });
  if (list.pages.length > 1) {
    list = setContents(entries, { faces, book, element: contents.element, offset: before + list.pages.length });
  }
  const pages = [...front.flow.pages, ...list.pages, ...body.flow.pages];
  renderPages(doc, pages, { unnumbered: before, headings: body.headings, offset: before + list.pages.length });
  root.end();
  doc.end();
  await ended;
  const told = [...warnings, ...charactersTold(faces, book)];
  return { bytes: new Uint8Array(Buffer.concat(chunks)), pages: pages.length, warnings: told };
}

interface Setting {
  readonly faces: Typefaces;
  readonly pictures: PdfState["pictures"];
  readonly element: Element;
}

function setBody(book: Book, setting: Setting): { readonly flow: Flow; readonly headings: readonly FileHeading[] } {
  const flow = new Flow();
  const headings: FileHeading[] = [];
  const labels = labelsOf(book.language);
  const heading = (title: string, depth: number) =>
    void headings.push({ title, depth, page: flow.page, y: flow.y, destination: `heading-${headings.length + 1}` });
  const shared = {
    ...{ flow, faces: setting.faces, language: book.language, pictures: setting.pictures, heading },
    ...{ pictureLabel: labels.picture, sources: book.sources.length },
  };
  for (const [index, chapter] of book.chapters.entries()) {
    const element = setting.element.child("Sect");
    setChapterHeading(headingOf(chapter), { ...shared, element, isFirst: index === 0 });
    setChapter(chapter, { ...shared, element, index, notesTitle: labels.notes });
  }
  if (book.sources.length > 0) {
    const element = setting.element.child("Sect");
    setChapterHeading(labels.sources, { ...shared, element, isFirst: false });
    setSources(book, { ...shared, element });
  }
  return { flow, headings };
}

type Shared = Omit<PdfState, "noteNumber" | "noteDestination"> & { readonly element: Element };

/** Where a chapter's heading is below the top of its page. */
const CHAPTER_DROP = 62;

function setChapterHeading(
  title: string,
  { flow, faces, element, heading, isFirst }: Shared & { isFirst: boolean },
): void {
  if (!isFirst) flow.newPage();
  flow.y += CHAPTER_DROP;
  const stretch: Stretch = { text: title, face: "bold", size: sizes.chapter.size, mark: {} };
  const lines = breakLines([stretch], faces, { width: TEXT_WIDTH, align: "left", language: "" });
  heading(title, 1);
  setLines(flow, lines, { element: element.child("H1"), x: PAGE.left, leading: sizes.chapter.leading });
  flow.y += 22;
}

function setChapter(
  { root, notes }: BookChapter,
  { element, index, notesTitle, ...shared }: Shared & { readonly index: number; readonly notesTitle: string },
): void {
  const numbers = new Map([...notes.keys()].map((label, at) => [label, at + 1] as const));
  const noteDestination = (number: number) => `note-${index + 1}-${number}`;
  const writer = new PdfBlocks({ ...shared, noteNumber: (label) => numbers.get(label), noteDestination });
  writer.blocks(root.children, pageColumn(element));
  if (notes.size === 0) return;
  const { flow } = shared;
  flow.gap(16);
  flow.need(3.5 * sizes.small.leading);
  const title: Stretch = { text: notesTitle, face: "bold", size: 11, mark: {} };
  const lines = breakLines([title], shared.faces, { width: TEXT_WIDTH, align: "left", language: "" });
  setLines(flow, lines, { element: element.child("H2"), x: PAGE.left, leading: 16 });
  const list = element.child("L");
  for (const [label, blocks] of notes) {
    const number = numbers.get(label) ?? 0;
    const item = { list, label: `${number}.`, destination: noteDestination(number) };
    setItem(item, shared, (column) => writer.blocks(blocks, column));
  }
}

function setSources({ sources }: Book, { element, ...shared }: Shared): void {
  const list = element.child("L");
  const writer = new PdfBlocks({
    ...{ ...shared, sources: 0 },
    ...{ noteNumber: () => undefined, noteDestination: () => "" },
  });
  for (const [index, source] of sources.entries()) {
    const url = sourceUrl(source);
    const link =
      url === undefined ? [] : [{ type: "link" as const, url, children: [{ type: "text" as const, value: url }] }];
    const text = { type: "text" as const, value: `${sourceLine(source)}${url === undefined ? "" : " "}` };
    const item = { list, label: `[${index + 1}]`, destination: sourceDestination(index + 1) };
    setItem(item, shared, (column) => writer.blocks([{ type: "paragraph", children: [text, ...link] }], column));
  }
}

/** An item of a list of notes or sources: a label, and a text that links lead to. */
function setItem(
  { list, label, destination }: { readonly list: Element; readonly label: string; readonly destination: string },
  { flow, faces }: Pick<Shared, "flow" | "faces">,
  set: (column: ReturnType<typeof pageColumn>) => void,
): void {
  const { size, leading } = sizes.small;
  const width = 26;
  const item = list.child("LI");
  flow.gap(3);
  flow.need(2 * leading);
  const mark = item.child("Lbl");
  const first = (y: number) => {
    flow.draw(undefined, (doc) => void doc.addNamedDestination(destination, "XYZ", PAGE.left, y, null as never));
    const lines = breakLines([{ text: label, face: "regular", size, mark: {} }], faces, {
      width,
      align: "left",
      language: "",
    });
    for (const line of lines) setLine(flow, line, { element: mark, x: PAGE.left, leading, y });
  };
  const column = pageColumn(item.child("LBody"), sizes.small);
  set({ ...column, x: column.x + width, width: column.width - width, isBook: false, first });
}

/** What the fonts could not show. */
function charactersTold(faces: Typefaces, { language }: Book): Warning[] {
  const warnings: Warning[] = [];
  if (faces.missing.size > 0) {
    const shown = [...faces.missing].slice(0, 10).map(([char, count]) => `"${char}" (${codeOf(char)}, ${count})`);
    const more = faces.missing.size > shown.length ? ` and ${faces.missing.size - shown.length} more` : "";
    const message = `The PDF's fonts do not have ${shown.join(", ")}${more}; U+FFFD stands in their place.`;
    warnings.push({ code: "missing_character", message, chapter: null });
  }
  if (faces.hasRightToLeft) {
    const message = "The PDF sets words from left to right; lines in Hebrew or Arabic do not read as they should.";
    warnings.push({ code: "right_to_left", message, chapter: null });
  }
  if (!isHyphenated(language)) {
    const message = `The PDF divides no words: there are no rules for the language ${language}.`;
    warnings.push({ code: "missing_hyphenation", message, chapter: null });
  }
  return warnings;
}

const codeOf = (char: string): string =>
  [...char].map((each) => `U+${(each.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`).join(" ");
