/**
 * A page as an answer engine reads it, whether it was written in Markdown or in HTML.
 *
 * @module
 */

/** A block of a page that is read. */
export interface PageBlock {
  readonly kind: "heading" | "paragraph" | "item" | "cell" | "code";
  /** Of a heading, 1 to 6. */
  readonly level?: number;
  readonly text: string;
}

/** What the criteria look at. */
export interface Page {
  readonly format: "markdown" | "html";
  readonly blocks: readonly PageBlock[];
  readonly lists: number;
  readonly tables: number;
  readonly quotations: number;
  /** Addresses of links to other sites. */
  readonly links: readonly string[];
  /** Types of schema.org that the page names, in JSON-LD or as microdata. */
  readonly schemaTypes: readonly string[];
  /** JSON-LD that cannot be read. */
  readonly brokenData: number;
  /** Dates that are marked up: in meta elements, time elements, JSON-LD or front matter. */
  readonly markedDates: readonly string[];
}

/** What is in a page's prose and lists, without headings and code. */
export const proseOf = ({ blocks }: Page): string =>
  blocks
    .filter(({ kind }) => kind !== "heading" && kind !== "code")
    .map(({ text }) => text)
    .join("\n\n");

/** Markdown that begins with a tag is a page of HTML. */
export const isHtml = (content: string): boolean =>
  /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]{0,2000}?-->\s*)*<[!a-z]/i.test(content);
