import { Parser } from "htmlparser2";
import { MarkdownTooComplexError } from "../../../contracts/books/errors.ts";

/** The parser's work for an element grows with the number of those around it. */
const MOST_DEPTH = 5_000;

/** What is called for the parts of a page, in its order. */
export type HtmlHandler = NonNullable<ConstructorParameters<typeof Parser>[0]>;

/**
 * Reads HTML from its beginning to its end; elements that are not closed are closed there.
 * @throws MarkdownTooComplexError before the parser's work grows with the square of the page
 */
export function parseHtml(html: string, handler: HtmlHandler): void {
  let depth = 0;
  const bounded: HtmlHandler = {
    ...handler,
    onopentag(name, attributes, isImplied) {
      if (++depth > MOST_DEPTH) {
        throw new MarkdownTooComplexError(
          `The HTML has elements within more than ${MOST_DEPTH} others; those that are not closed count.`,
        );
      }
      handler.onopentag?.(name, attributes, isImplied);
    },
    onclosetag(name, isImplied) {
      depth--;
      handler.onclosetag?.(name, isImplied);
    },
  };
  new Parser(bounded).end(html);
}
