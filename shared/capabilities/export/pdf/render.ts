/**
 * Draws pages that have been filled.
 *
 * @module
 */

import { type FileHeading, type Operation, PAGE } from "./flow.ts";

const NUMBER = { size: 9, y: PAGE.height - 38, color: "#444444" };

/** What is drawn beside the pages' own content. */
export interface Rendering {
  /** Pages at the beginning that show no number. */
  readonly unnumbered: number;
  readonly headings: readonly FileHeading[];
  /** Pages before that on which the first heading may be. */
  readonly offset: number;
}

/** Draws pages, with numbers, outline and destinations. */
export function renderPages(
  doc: PDFKit.PDFDocument,
  pages: readonly (readonly Operation[])[],
  { unnumbered, headings, offset }: Rendering,
): void {
  const byPage = Map.groupBy(headings, ({ page }) => page + offset);
  const outline: { readonly depth: number; readonly item: PDFKit.PDFOutline }[] = [];
  for (const [index, operations] of pages.entries()) {
    doc.addPage();
    for (const { title, depth, destination, y } of byPage.get(index) ?? []) {
      while ((outline.at(-1)?.depth ?? 0) >= depth) outline.pop();
      const item = (outline.at(-1)?.item ?? doc.outline).addItem(title, { expanded: depth === 1 });
      outline.push({ depth, item });
      doc.addNamedDestination(destination, "XYZ", PAGE.left, y, null as never);
    }
    drawAll(doc, operations);
    if (index >= unnumbered) drawNumber(doc, index + 1);
  }
}

/** What follows each other and belongs to one element is one marked part of the page. */
function drawAll(doc: PDFKit.PDFDocument, operations: readonly Operation[]): void {
  for (let at = 0; at < operations.length; ) {
    const element = operations[at]?.element;
    let end = at;
    while (end < operations.length && operations[end]?.element === element) end++;
    const group = operations.slice(at, end);
    if (element) {
      const structure = element.in(doc);
      const content = doc.markStructureContent(element.tag);
      for (const { draw } of group) draw(doc);
      doc.endMarkedContent();
      structure.add(content);
    } else {
      doc.markContent("Artifact", { type: "Layout" });
      for (const { draw } of group) draw(doc);
      doc.endMarkedContent();
    }
    at = end;
  }
}

function drawNumber(doc: PDFKit.PDFDocument, number: number): void {
  doc.markContent("Artifact", { type: "Pagination" });
  doc.font("regular").fontSize(NUMBER.size).fillColor(NUMBER.color);
  const text = String(number);
  doc.text(text, (PAGE.width - doc.widthOfString(text)) / 2, NUMBER.y, { lineBreak: false, baseline: "alphabetic" });
  doc.endMarkedContent();
}
