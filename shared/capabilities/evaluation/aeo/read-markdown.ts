import type { Nodes, PhrasingContent } from "mdast";
import { parseMarkdown } from "../../markdown/parse-markdown.ts";
import type { Page, PageBlock } from "./page.ts";
import { readHtml } from "./read-html.ts";

const FRONT_MATTER = /^---\r?\n([\s\S]{0,20000}?)\r?\n---\r?\n/;
const FRONT_DATE =
  /^\s*(?:date|updated|last_?mod(?:ified)?|datum|aktualisiert)\s*:\s*["']?(\d{4}-\d{2}-\d{2}[^\s"']*)/gim;

/** Reads a page of Markdown; what it holds of HTML, such as JSON-LD, is read as well. @throws MarkdownTooComplexError */
export function readMarkdown(content: string): Page {
  const front = FRONT_MATTER.exec(content);
  const root = parseMarkdown(front ? content.slice(front[0].length) : content);
  const blocks: PageBlock[] = [];
  const links: string[] = [];
  const html: string[] = [];
  const counts = { lists: 0, tables: 0, quotations: 0 };

  const textOf = (node: Nodes | PhrasingContent): string => {
    if (node.type === "link" && /^https?:\/\//i.test(node.url)) links.push(node.url);
    if (node.type === "html") html.push(node.value);
    if (node.type === "text" || node.type === "inlineCode") return node.value;
    if (node.type === "break") return " ";
    return "children" in node ? node.children.map(textOf).join("") : "";
  };
  const walk = (node: Nodes, kind: PageBlock["kind"]): void => {
    switch (node.type) {
      case "heading":
        blocks.push({ kind: "heading", level: node.depth, text: textOf(node) });
        return;
      case "paragraph":
        blocks.push({ kind, text: textOf(node) });
        return;
      case "tableCell":
        blocks.push({ kind: "cell", text: textOf(node) });
        return;
      case "code":
        blocks.push({ kind: "code", text: node.value });
        return;
      case "html":
        html.push(node.value);
        return;
      case "definition":
        if (/^https?:\/\//i.test(node.url)) links.push(node.url);
        return;
      default:
        if (node.type === "list") counts.lists++;
        if (node.type === "table") counts.tables++;
        if (node.type === "blockquote") counts.quotations++;
        if ("children" in node)
          for (const child of node.children) walk(child, node.type === "listItem" ? "item" : kind);
    }
  };
  walk(root, "paragraph");
  const inner = readHtml(html.join("\n"));
  return {
    ...{ format: "markdown", blocks: blocks.filter(({ text }) => text.trim() !== "").concat(inner.blocks) },
    ...{ lists: counts.lists + inner.lists, tables: counts.tables + inner.tables },
    quotations: counts.quotations + inner.quotations,
    links: [...links, ...inner.links],
    ...{ schemaTypes: inner.schemaTypes, brokenData: inner.brokenData },
    markedDates: [...inner.markedDates, ...[...(front?.[1] ?? "").matchAll(FRONT_DATE)].map(([, date = ""]) => date)],
  };
}
