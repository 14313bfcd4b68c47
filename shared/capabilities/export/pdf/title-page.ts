import type { Book } from "../book/book.ts";
import { type Flow, PAGE, TEXT_WIDTH } from "./flow.ts";
import { breakLines, type LineOptions } from "./lines.ts";
import { sizes, type TextSize } from "./pdf-style.ts";
import { setLines } from "./set-text.ts";
import type { Element } from "./structure.ts";
import type { Face, Typefaces } from "./typefaces.ts";

/** Where the title page is. */
export interface TitleSetting {
  readonly flow: Flow;
  readonly faces: Typefaces;
  readonly element: Element;
}

interface Style extends TextSize {
  readonly face: Face;
  readonly align?: LineOptions["align"];
  readonly tag?: string;
}

/** Sets the title page, and what belongs behind it. */
export function setTitle(book: Book, { flow, faces, element }: TitleSetting): void {
  const { subtitle, publisher, date, description, rights } = book.metadata;
  const put = (text: string, { face, size, leading, align = "center", tag = "P" }: Style) => {
    const options = { width: TEXT_WIDTH, align, language: book.language };
    const lines = breakLines([{ text, face, size, mark: {} }], faces, options);
    setLines(flow, lines, { element: element.child(tag), x: PAGE.left, leading });
  };
  flow.y += 130;
  put(book.title, { ...sizes.title, face: "bold", tag: "H1" });
  if (subtitle) {
    flow.gap(10);
    put(subtitle, { size: 13, leading: 18, face: "italic" });
  }
  flow.gap(26);
  put(book.author, { size: 13, leading: 18, face: "regular" });
  const imprint = [publisher, date].filter((line) => line !== null && line !== undefined);
  if (imprint.length > 0) {
    flow.y = Math.max(flow.y + 20, PAGE.height - PAGE.bottom - 40);
    for (const line of imprint) put(line, { ...sizes.small, face: "regular" });
  }
  const behind = [description, rights].flatMap((text) => (text ? text.split("\n") : []));
  if (behind.length === 0) return;
  flow.newPage();
  const lines = behind.length * 3 * sizes.small.leading;
  flow.y = Math.max(PAGE.top, PAGE.height - PAGE.bottom - Math.max(lines, 90));
  for (const line of behind) {
    put(line, { ...sizes.small, face: "regular", align: "left" });
    flow.gap(5);
  }
}
