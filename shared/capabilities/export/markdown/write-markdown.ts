/**
 * A book as one Markdown file.
 *
 * @module
 */

import type { List, ListItem, Nodes, PhrasingContent, Root, RootContent } from "mdast";
import { gfmToMarkdown } from "mdast-util-gfm";
import { toMarkdown } from "mdast-util-to-markdown";
import { type Book, type BookFile, headingOf } from "../book/book.ts";
import { labelsOf } from "../book/labels.ts";
import { sourceLine, sourceUrl } from "../book/source-line.ts";

const text = (value: string): PhrasingContent => ({ type: "text", value });
const heading = (depth: 1 | 2, title: string): RootContent => ({ type: "heading", depth, children: [text(title)] });
const paragraph = (...children: PhrasingContent[]): RootContent => ({ type: "paragraph", children });

/** Writes the file: title, chapters under headings of depth 1, footnotes under labels of their own, sources. */
export function writeMarkdown(book: Book): BookFile {
  const root: Root = {
    type: "root",
    children: [...titleOf(book), ...book.chapters.flatMap(chapterOf), ...sourcesOf(book)],
  };
  const written = toMarkdown(root, {
    extensions: [gfmToMarkdown()],
    bullet: "-",
    emphasis: "_",
    rule: "-",
    fences: true,
    resourceLink: true,
  });
  return { bytes: new TextEncoder().encode(written), pages: null, warnings: [] };
}

function titleOf({ title, author, metadata }: Book): RootContent[] {
  const { subtitle, publisher, date, rights, description } = metadata;
  const lines = [subtitle, author, publisher, date].filter((line) => line !== null && line !== undefined);
  return [
    heading(1, title),
    ...lines.map((line, index) =>
      paragraph(index === 0 && subtitle ? { type: "emphasis", children: [text(line)] } : text(line)),
    ),
    ...[description, rights].flatMap((line) => (line ? [paragraph(text(line))] : [])),
  ];
}

function chapterOf(chapter: Book["chapters"][number], index: number): RootContent[] {
  const label = (own: string) => `${index + 1}-${own}`;
  const relabelled = (node: Nodes): Nodes => {
    if (node.type === "footnoteReference")
      return { ...node, identifier: label(node.identifier), label: label(node.identifier) };
    if (!("children" in node)) return node;
    return { ...node, children: node.children.map(relabelled) } as Nodes;
  };
  const notes = [...chapter.notes].map(
    ([own, blocks]) =>
      ({
        type: "footnoteDefinition",
        identifier: label(own),
        label: label(own),
        children: blocks.map(relabelled),
      }) as RootContent,
  );
  const blocks = chapter.root.children.map((node) => relabelled(node) as RootContent);
  return [heading(1, headingOf(chapter)), ...blocks, ...notes];
}

/** The list's numbers are those that the text's marks name. */
function sourcesOf({ sources, language }: Book): RootContent[] {
  if (sources.length === 0) return [];
  const items = sources.map((source): ListItem => {
    const url = sourceUrl(source);
    const link: PhrasingContent[] = url ? [text(" "), { type: "link", url, children: [text(url)] }] : [];
    return {
      type: "listItem",
      spread: false,
      children: [{ type: "paragraph", children: [text(sourceLine(source)), ...link] }],
    };
  });
  const list: List = { type: "list", ordered: true, start: 1, spread: false, children: items };
  return [heading(1, labelsOf(language).sources), list];
}
