import { parseHtml } from "../../markdown/parse-html.ts";
import type { Page, PageBlock } from "./page.ts";
import { readJsonLd, type StructuredData } from "./structured-data.ts";

const UNSEEN: ReadonlySet<string> = new Set(
  "script style template noscript head svg nav iframe object select".split(" "),
);
const KINDS: Readonly<Record<string, PageBlock["kind"]>> = {
  p: "paragraph",
  li: "item",
  td: "cell",
  th: "cell",
  pre: "code",
  blockquote: "paragraph",
  dd: "paragraph",
  dt: "paragraph",
};
/** Elements that end a block without being one. */
const BREAKS: ReadonlySet<string> = new Set(
  "div section article header footer main aside table ul ol tr body figure hr".split(" "),
);
const META_DATES = /^(?:article:(?:published|modified)_time|date|dcterms\.(?:date|modified)|last-modified)$/i;

/**
 * Reads a page, or a piece, of HTML.
 * @throws MarkdownTooComplexError
 */
export function readHtml(html: string): Page {
  const blocks: PageBlock[] = [];
  const data: StructuredData = { types: [], dates: [], broken: 0 };
  const links: string[] = [];
  let [unseen, lists, tables, quotations] = [0, 0, 0, 0];
  let kind: Pick<PageBlock, "kind" | "level"> = { kind: "paragraph" };
  let texts: string[] = [];
  let script: string[] | undefined;

  const flush = (): void => {
    const text = texts.join("").replace(/\s+/g, " ").trim();
    texts = [];
    if (text !== "") blocks.push({ ...kind, text });
    kind = { kind: "paragraph" };
  };
  parseHtml(html, {
    onopentag(name, attributes) {
      if (UNSEEN.has(name)) unseen++;
      const heading = /^h([1-6])$/.exec(name)?.[1];
      if (heading !== undefined || name in KINDS || BREAKS.has(name)) flush();
      if (heading !== undefined) kind = { kind: "heading", level: Number(heading) };
      else if (KINDS[name] !== undefined) kind = { kind: KINDS[name] };
      if (name === "br") texts.push(" ");
      const isSeen = unseen === 0;
      if (isSeen && (name === "ul" || name === "ol" || name === "dl")) lists++;
      if (isSeen && name === "table") tables++;
      if (isSeen && name === "blockquote") quotations++;
      if (isSeen && name === "a" && /^https?:\/\//i.test(attributes.href ?? "")) links.push(attributes.href ?? "");
      if (name === "script" && /ld\+json/i.test(attributes.type ?? "")) script = [];
      const itemType = /schema\.org\/(\w+)/i.exec(attributes.itemtype ?? "")?.[1];
      if (itemType !== undefined) data.types.push(itemType);
      const marked =
        name === "time"
          ? attributes.datetime
          : META_DATES.test(attributes.property ?? attributes.name ?? "")
            ? attributes.content
            : undefined;
      if (marked) data.dates.push(marked);
    },
    onclosetag(name) {
      if (name === "script" && script) {
        readJsonLd(script.join(""), data);
        script = undefined;
      }
      if (UNSEEN.has(name)) unseen = Math.max(0, unseen - 1);
      if (/^h[1-6]$/.test(name) || name in KINDS || BREAKS.has(name)) flush();
    },
    ontext(text) {
      if (script) script.push(text);
      else if (unseen === 0) texts.push(text);
    },
  });
  flush();
  const { types: schemaTypes, dates: markedDates, broken: brokenData } = data;
  return { format: "html", blocks, lists, tables, quotations, links, schemaTypes, markedDates, brokenData };
}
