import type { Book } from "../book/book.ts";
import { labelsOf } from "../book/labels.ts";
import { type FileHeading, Flow, type Operation, PAGE, TEXT_WIDTH } from "./flow.ts";
import { breakLines, type Line, type Stretch } from "./lines.ts";
import { sizes } from "./pdf-style.ts";
import { setLine, setLines } from "./set-text.ts";
import type { Element } from "./structure.ts";
import type { Typefaces } from "./typefaces.ts";

/** How the list is set. */
export interface ContentsSetting {
  readonly faces: Typefaces;
  readonly book: Book;
  readonly element: Element;
  /** Pages before the first chapter's. */
  readonly offset: number;
}

const LEADING = 16;
/** Room for the number at the right. */
const NUMBER_WIDTH = 28;

/** Sets the table of contents. @returns its pages */
export function setContents(
  entries: readonly FileHeading[],
  { faces, book, element, offset }: ContentsSetting,
): { readonly pages: readonly (readonly Operation[])[] } {
  const flow = new Flow();
  const title: Stretch = { text: labelsOf(book.language).contents, face: "bold", size: sizes.chapter.size, mark: {} };
  const heading = breakLines([title], faces, { width: TEXT_WIDTH, align: "left", language: "" });
  flow.y += 30;
  setLines(flow, heading, { element: element.child("H1"), x: PAGE.left, leading: sizes.chapter.leading });
  flow.y += 14;
  const list = element.child("TOC");
  for (const { title: text, depth, page, destination } of entries) {
    if (depth === 1) flow.gap(4);
    const { size } = sizes.body;
    const x = PAGE.left + (depth - 1) * 14;
    const width = PAGE.left + TEXT_WIDTH - x - NUMBER_WIDTH;
    const mark = { goTo: destination, color: "#1a1a1a" };
    const lines = breakLines([{ text, face: "regular", size, mark }], faces, { width, align: "left", language: "" });
    const number = { text: String(page + offset + 1), face: "regular", size, mark } as const;
    const place = { element: list.child("TOCI").child("Reference"), x, leading: LEADING };
    flow.need(lines.length * LEADING);
    for (const [index, line] of lines.entries()) {
      setLine(flow, line, { ...place, y: flow.y });
      if (index === lines.length - 1) setNumber(line, number, { flow, faces, place });
      flow.y += LEADING;
    }
  }
  return { pages: flow.pages };
}

/** Dots from the end of the title to the number. */
function setNumber(
  title: Line,
  number: Stretch,
  {
    flow,
    faces,
    place,
  }: { readonly flow: Flow; readonly faces: Typefaces; readonly place: Omit<Parameters<typeof setLine>[2], "y"> },
): void {
  const right = PAGE.left + TEXT_WIDTH;
  const [line] = breakLines([number], faces, { width: NUMBER_WIDTH, align: "right", language: "" });
  const from = place.x + title.width + 6;
  const to = right - (line?.width ?? 0) - 4;
  const y = flow.y + LEADING * 0.75 - 0.6;
  if (to > from + 6) {
    flow.draw(undefined, (doc) => {
      doc.moveTo(to, y).lineTo(from, y).lineWidth(0.7).dash(0.7, { space: 3.3 }).stroke("#888888").undash();
    });
  }
  if (line) setLine(flow, line, { ...place, x: right - NUMBER_WIDTH, y: flow.y });
}
