/**
 * Makes a chapter's tree one that every format can be written from.
 *
 * @module
 */

import type { Definition, FootnoteDefinition, Nodes, Parent, PhrasingContent, Root } from "mdast";
import type { Chapter } from "../../../../contracts/tasks/book-fields.ts";
import { hasOpenFence } from "../../markdown/open-fence.ts";
import { parseMarkdown } from "../../markdown/parse-markdown.ts";
import { textOfHtml } from "../../markdown/text-of-html.ts";
import type { Block, BookChapter, Warning } from "./book.ts";

/** Deepest heading there is. */
const DEEPEST = 6;

/** A warning about a chapter. */
type Tell = (code: Warning["code"], message: string) => void;

/**
 * Reads a chapter and cleans it.
 * @param tell called with warnings for the result
 * @throws MarkdownTooComplexError
 */
export function cleanChapter({ number = null, title, content }: Chapter, tell: Tell): BookChapter {
  const root = parseMarkdown(content);
  const cleaner = new Cleaner(root);
  cleaner.clean(root);
  if (cleaner.tags > 0) {
    tell("html_dropped", `${cleaner.tags} HTML tags were left out; the text between them was kept.`);
  }
  if (hasOpenFence(root, content)) {
    tell("unclosed_code", "The last block of code is not closed: all that follows its fence is set as code.");
  }
  dropOwnHeading(root, title);
  shiftHeadings(root);
  const notes = new Map<string, readonly Block[]>();
  for (const label of cleaner.named) {
    const definition = cleaner.footnotes.get(label);
    if (definition) notes.set(label, definition.children);
  }
  const unnamed = [...cleaner.footnotes.keys()].filter((label) => !notes.has(label));
  if (unnamed.length > 0) {
    tell("unknown_footnote", `Footnotes that no mark in the text names were left out: ${list(unnamed)}.`);
  }
  return { number: number ?? null, title: title.trim(), root, notes };
}

const list = (labels: readonly string[]) =>
  labels.length > 5 ? `${labels.slice(0, 5).join(", ")} and ${labels.length - 5} more` : labels.join(", ");

/** Resolves references, takes footnotes out, and makes HTML into text. */
class Cleaner {
  readonly #definitions = new Map<string, Definition>();
  readonly footnotes = new Map<string, FootnoteDefinition>();
  /** Labels in the order in which the text names them. */
  readonly named = new Set<string>();
  tags = 0;

  constructor(root: Root) {
    this.#collect(root);
  }

  /** The first definition of a label counts. */
  #collect(parent: Parent): void {
    for (const child of parent.children) {
      if (child.type === "definition" && !this.#definitions.has(child.identifier)) {
        this.#definitions.set(child.identifier, child);
      }
      if (child.type === "footnoteDefinition" && !this.footnotes.has(child.identifier)) {
        this.footnotes.set(child.identifier, child);
      }
      if ("children" in child) this.#collect(child);
    }
  }

  clean(parent: Parent): void {
    const children = parent.children.flatMap((child): Nodes[] => this.#replacements(child, parent));
    parent.children = children as Parent["children"];
    for (const child of parent.children) if ("children" in child) this.clean(child);
    if (parent.type === "root") this.#cleanNotes();
  }

  /** Notes may name further notes. */
  #cleanNotes(): void {
    for (const label of this.named) {
      const definition = this.footnotes.get(label);
      if (definition) this.clean(definition);
    }
  }

  #replacements(node: Nodes, parent: Parent): Nodes[] {
    switch (node.type) {
      case "definition":
      case "footnoteDefinition":
        return [];
      case "html":
        return this.#textOf(node.value, parent);
      case "linkReference": {
        const target = this.#definitions.get(node.identifier);
        return target ? [{ type: "link", url: target.url, children: node.children }] : [...node.children];
      }
      case "imageReference": {
        const target = this.#definitions.get(node.identifier);
        return target ? [{ type: "image", url: target.url, alt: node.alt ?? null }] : [];
      }
      case "footnoteReference":
        this.named.add(node.identifier);
        return [node];
      default:
        return [node];
    }
  }

  #textOf(html: string, parent: Parent): Nodes[] {
    const { text, tags } = textOfHtml(html);
    this.tags += tags;
    if (/^\s*<br\s*\/?>\s*$/i.test(html)) return isBlockParent(parent) ? [] : [{ type: "break" }];
    if (text.trim() === "") return [];
    const words: PhrasingContent = { type: "text", value: text.trim() };
    return isBlockParent(parent) ? [{ type: "paragraph", children: [words] }] : [{ ...words, value: text }];
  }
}

const isBlockParent = ({ type }: Parent): boolean =>
  ["root", "blockquote", "listItem", "footnoteDefinition"].includes(type);

/** A chapter's content often begins with its title again. */
function dropOwnHeading(root: Root, title: string): void {
  const [first] = root.children;
  if (first?.type !== "heading") return;
  const words = (text: string) => (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(" ");
  const [own, given] = [words(plainText(first)), words(title)];
  if (own === given || own.replace(/^(?:chapter |kapitel )?\d+ /, "") === given) root.children.shift();
}

/** The title of the chapter is the only heading of depth 1: those in it begin at 2, and no level is skipped on the way there. */
function shiftHeadings(root: Root): void {
  const headings = root.children.filter((node) => node.type === "heading");
  const shift = 2 - Math.min(...headings.map(({ depth }) => depth));
  for (const heading of headings) {
    heading.depth = Math.min(DEEPEST, heading.depth + shift) as typeof heading.depth;
  }
}

/** The text of a node and all in it. */
function plainText(node: Nodes): string {
  if ("value" in node) return node.value;
  return "children" in node ? node.children.map(plainText).join("") : "";
}
