/**
 * Markdown that does not do what its writer meant: what is left in the text of marks that did not work.
 *
 * @module
 */

import type { Nodes, Root } from "mdast";
import { hasOpenFence } from "../markdown/open-fence.ts";
import type { VisibleBlock } from "../markdown/visible-text.ts";
import { excerptOf, type Finding } from "./finding.ts";

/** What is searched. */
export interface MarkdownText {
  readonly source: string;
  readonly root: Root;
  readonly blocks: readonly VisibleBlock[];
}

interface Pattern {
  readonly code: Finding["code"];
  readonly message: string;
  readonly pattern: RegExp;
}

const patterns: readonly Pattern[] = [
  {
    code: "unclosed_emphasis",
    message: "These asterisks or underscores emphasize nothing.",
    pattern: /\*{2,}|(?<=^|[\s(„“"])\*(?=\p{L})|(?<=^|\s)__(?=\p{L})|(?<=\p{L})__(?=\s|$)/gu,
  },
  { code: "unclosed_code", message: "This backtick is not closed.", pattern: /`+/gu },
  {
    code: "broken_link",
    message: "This link is not complete.",
    pattern: /!?\[[^\][\n]{1,200}\]\((?:[^)\n]*$|[^)\n]{0,200} [^)\n]{0,200}\))/gu,
  },
  {
    code: "broken_link",
    message: "This link leads to a label that is defined nowhere.",
    pattern: /\[[^\][\n]{1,200}\]\[(?!\d{1,4}\])[^\][\n]{1,100}\]/gu,
  },
  { code: "broken_link", message: "This footnote is defined nowhere.", pattern: /\[\^[^\][\s]{1,50}\]/gu },
  {
    code: "broken_heading",
    message: "A heading needs a space behind its number signs.",
    pattern: /^#{2,6}(?=[^\s#])/gmu,
  },
];

/** Looks through a text. */
export function findBrokenMarkdown({ source, root, blocks }: MarkdownText): Finding[] {
  const findings: Finding[] = [];
  const add = (code: Finding["code"], message: string, offset: number) =>
    void findings.push({ code, message, offset, excerpt: excerptOf(source.slice(offset, offset + 100)) });
  for (const block of blocks.filter(({ kind }) => kind !== "code")) {
    for (const { code, message, pattern } of patterns) {
      for (const { index } of block.text.matchAll(pattern)) {
        const offset = block.sourceOf(index);
        if (source[offset - 1] !== "\\" && !block.isCode(index)) add(code, message, offset);
      }
    }
    if (block.kind === "paragraph" && /^\s*\|.*\|\s*$/m.test(block.text)) {
      add(
        "broken_table",
        "These lines look like a table and are none: the line below its head is missing or wrong.",
        block.offset,
      );
    }
  }
  if (hasOpenFence(root, source)) {
    const last = root.children.at(-1)?.position?.start.offset ?? 0;
    add("unclosed_code", "This block of code is not closed: all that follows is code.", last);
  }
  findings.push(...linksOf(root, source), ...htmlOf(root));
  return findings;
}

/** Links and pictures that lead nowhere. */
function linksOf(root: Root, source: string): Finding[] {
  return nodesOf(root).flatMap((node): Finding[] => {
    if ((node.type !== "link" && node.type !== "image") || node.url.trim() !== "") return [];
    const offset = node.position?.start.offset ?? 0;
    const excerpt = excerptOf(source.slice(offset, node.position?.end.offset));
    return [{ code: "broken_link", message: "This link leads nowhere.", offset, excerpt }];
  });
}

function htmlOf(root: Root): Finding[] {
  return nodesOf(root).flatMap((node): Finding[] => {
    if (node.type !== "html") return [];
    const message = "HTML is left out when the text is exported.";
    return [{ code: "html", message, offset: node.position?.start.offset ?? 0, excerpt: excerptOf(node.value) }];
  });
}

const nodesOf = (node: Nodes): Nodes[] => ["children" in node ? node.children.flatMap(nodesOf) : [], node].flat();
