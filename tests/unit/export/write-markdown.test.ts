import { expect, it } from "vitest";
import { exportToMarkdown } from "../../../contracts/tasks/export.ts";
import { buildBook } from "../../../shared/capabilities/export/book/build-book.ts";
import { writeMarkdown } from "../../../shared/capabilities/export/markdown/write-markdown.ts";

type Request = Parameters<typeof exportToMarkdown.input.parse>[0];
const exported = (over: Record<string, unknown>) => {
  const input = exportToMarkdown.input.parse({ title: "A Book", author: "Ann Author", ...over } satisfies Request);
  const { book, warnings } = buildBook(input);
  return { text: new TextDecoder().decode(writeMarkdown(book).bytes), warnings };
};
const chapter = (content: string, more: object = {}) => ({ number: 1, title: "One", content, ...more });

it("writes title, chapters and sources", () => {
  const { text, warnings } = exported({
    metadata: { subtitle: "Of Lakes", date: "2026-11-29" },
    chapters: [
      { title: "Introduction", content: "Hello." },
      chapter("## First\n\nA *lake* [1].\n\n### Deeper\n\n- a\n- b\n\n| x | y |\n|---|--:|\n| 1 | 2 |"),
    ],
    sources: [{ title: "The Lake", author: "Beck, Rita", year: 1989, url: "https://example.com/lake", type: "book" }],
  });
  expect(warnings).toEqual([]);
  expect(text).toBe(`# A Book

_Of Lakes_

Ann Author

2026-11-29

# Introduction

Hello.

# 1. One

## First

A _lake_ \\[1].

### Deeper

- a
- b

| x |  y |
| - | -: |
| 1 |  2 |

# Sources

1. Beck, Rita: The Lake (1989), book [https://example.com/lake](https://example.com/lake)
`);
});

it("keeps the footnotes of two chapters apart", () => {
  const { text } = exported({
    chapters: [chapter("a[^1]\n\n[^1]: first"), { number: 2, title: "Two", content: "b[^1]\n\n[^1]: second" }],
  });
  expect(text).toContain("a[^1-1]");
  expect(text).toContain("[^1-1]: first");
  expect(text).toContain("b[^2-1]");
  expect(text).toContain("[^2-1]: second");
});

it("closes what a chapter left open, so that the next one is not swallowed", () => {
  const { text, warnings } = exported({
    chapters: [
      chapter("text\n\n```js\nlet a;"),
      { number: 2, title: "Two", content: "<!-- open\n\nstill" },
      chapter("end"),
    ],
  });
  expect(text).toContain("```js\nlet a;\n```\n\n# 2. Two");
  expect(text).not.toContain("<!--");
  expect(text.trimEnd().endsWith("end")).toBe(true);
  expect(warnings.map(({ code, chapter }) => [code, chapter])).toEqual([
    ["unclosed_code", 1],
    ["html_dropped", 2],
  ]);
});

it("makes HTML into text and tells how many tags it left out", () => {
  const { text, warnings } = exported({
    chapters: [
      chapter('A <b>bold</b> word<br>and more\n\n<div onclick="x()">boxed</div>\n\n<script>alert(1)</script>\n\nend'),
    ],
  });
  expect(text).toContain("A bold word\\\nand more\n\nboxed\n\nend");
  expect(text).not.toMatch(/onclick|alert/);
  expect(warnings).toEqual([
    { code: "html_dropped", chapter: 1, message: "5 HTML tags were left out; the text between them was kept." },
  ]);
});

it("drops a heading that says the chapter's title again, and lets headings begin below it", () => {
  const { text } = exported({ chapters: [chapter("# Chapter 1: One\n\n# Part\n\n### Detail\n\ntext")] });
  expect(text).toContain("# 1. One\n\n## Part\n\n#### Detail\n\ntext");
});

it("tells of marks without a source, and of footnotes without a mark", () => {
  const { warnings } = exported({ chapters: [chapter("a [1] b [2, 3]\n\n[^x]: lost")], sources: [{ title: "S" }] });
  expect(warnings).toEqual([
    { code: "unknown_footnote", chapter: 1, message: "Footnotes that no mark in the text names were left out: x." },
    { code: "unknown_source", chapter: 1, message: "No source stands behind [2], [3]." },
  ]);
});

it("resolves references, so that two chapters may use one label", () => {
  const { text } = exported({
    chapters: [chapter("[a][x]\n\n[x]: https://one.example"), chapter("[b][x]\n\n[x]: https://two.example")],
  });
  expect(text).toContain("[a](https://one.example)");
  expect(text).toContain("[b](https://two.example)");
});

it("leaves out characters that no file may hold", () => {
  const { text } = exported({ title: "A\u0001B\ud800", chapters: [chapter("x\u0008y")] });
  expect(text).toContain("# AB\ufffd");
  expect(text).toContain("xy");
});
