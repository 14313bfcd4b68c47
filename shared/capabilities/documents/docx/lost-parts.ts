import type { PageWarning } from "../opened-document.ts";
import { missingPart } from "../page-warnings.ts";

/** Parts that the text of a document refers to. */
export type LostPart =
  | "numbering"
  | "styles"
  | "footnote"
  | "endnote"
  | "comments"
  | "chart"
  | "diagramData"
  | "header"
  | "footer"
  | "picture"
  | "altChunk";

const MISSING: Readonly<Record<LostPart, string>> = {
  numbering: "The numbers of its lists and headings are",
  styles: "What its styles say, such as numbers of headings, is",
  footnote: "The text of footnotes is",
  endnote: "The text of endnotes is",
  comments: "Its comments are",
  chart: "The text of a chart is",
  diagramData: "The text of a diagram is",
  header: "The text of a header is",
  footer: "The text of a footer is",
  picture: "A picture is",
  altChunk: "A file that the document takes in as a whole is",
};

/** Collects what a document refers to and does not hold. */
export class LostParts {
  readonly #lost = new Set<LostPart>();

  add(part: LostPart): void {
    this.#lost.add(part);
  }

  /** A warning for each kind of part. */
  get warnings(): PageWarning[] {
    return [...this.#lost].map((part) => missingPart(MISSING[part]));
  }
}
