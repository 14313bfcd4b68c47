/**
 * PDFs as veraPDF sees them, which checks what a program can of PDF/UA-1 (ISO 14289-1).
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { exportToPdf } from "../../contracts/tasks/export.ts";
import { buildBook } from "../../shared/capabilities/export/book/build-book.ts";
import { writePdf } from "../../shared/capabilities/export/pdf/write-pdf.ts";
import { book } from "../fixtures/books.ts";

/** Jars of org.verapdf.apps:greenfield-apps, from Maven: `mvn dependency:copy-dependencies`. */
const jars = process.env.VERAPDF_JARS;
const folder = mkdtempSync(join(tmpdir(), "sluice-ua-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const example = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../../examples/books", name), "utf8"));
const long = `| a | b |\n|-|-|\n| c |\n| ${"long ".repeat(2_000)} | d |\n\n1. one\n   - two\n\n> quoted\n\n\`\`\`\ncode\n\`\`\``;
const books: readonly (readonly [name: string, input: unknown])[] = [
  ["tables, lists, pictures, footnotes and sources", book],
  ["the example", example("druckerin.de.json")],
  [
    "cells that are empty or higher than a page",
    { title: "T", author: "A", language: "en", chapters: [{ title: "One", content: long }] },
  ],
];

describe.skipIf(jars === undefined)("PDF/UA-1 (skipped unless VERAPDF_JARS names a folder)", () => {
  it.each(books)("%s", { timeout: 600_000 }, async (_, input) => {
    const { bytes } = await writePdf(buildBook(exportToPdf.input.parse(input)).book);
    const file = join(folder, "book.pdf");
    writeFileSync(file, bytes);
    const args = [
      "-cp",
      join(jars ?? "", "*"),
      "org.verapdf.apps.GreenfieldCliWrapper",
      "--flavour",
      "ua1",
      "--format",
      "text",
      "-v",
      file,
    ];
    expect(execFileSync("java", args, { encoding: "utf8" })).toMatch(/^PASS /);
  });
});
