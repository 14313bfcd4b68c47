import { parseHtml } from "./parse-html.ts";

/** Elements whose text nobody reads. */
const UNSEEN: ReadonlySet<string> = new Set(["script", "style", "template", "noscript", "title", "head"]);
const LINES: ReadonlySet<string> = new Set(["br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6"]);

/**
 * The text of a piece of HTML, and how many tags and comments it has.
 * @throws MarkdownTooComplexError
 */
export function textOfHtml(html: string): { readonly text: string; readonly tags: number } {
  const texts: string[] = [];
  let unseen = 0;
  let tags = 0;
  parseHtml(html, {
    onopentag(name) {
      tags++;
      if (UNSEEN.has(name)) unseen++;
      if (LINES.has(name) && texts.length > 0) texts.push("\n");
    },
    onclosetag(name) {
      if (UNSEEN.has(name)) unseen--;
    },
    oncomment: () => void tags++,
    ontext(text) {
      if (unseen === 0) texts.push(text);
    },
  });
  // A closing tag alone, as Markdown has it between two words, opens nothing.
  if (tags === 0 && /^\s*<\//.test(html)) tags = 1;
  return { text: texts.join(""), tags };
}
