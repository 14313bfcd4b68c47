/**
 * Books as other programs read them: python-docx and pypdf, and pandoc and poppler where they are there.
 *
 * @module
 */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportAllFormats } from "../../contracts/tasks/export.ts";
import { run } from "../../functions/tasks/export-all-formats.ts";
import { taskContext } from "../helpers/task-context.ts";

const python = process.env.BOOKS_PYTHON ?? "python3";
const hasPython = spawnSync(python, ["-c", "import docx, pypdf"]).status === 0;
const has = (program: string) => spawnSync(program, ["--help"]).error === undefined;
const how = "pip install python-docx pypdf, and BOOKS_PYTHON names the Python that has them";

const book = JSON.parse(readFileSync(join(import.meta.dirname, "../../examples/books/druckerin.de.json"), "utf8"));
const headings = [
  ["Heading 1", "1. Ankunft in Leipzig"],
  ["Heading 2", "Die Werkstatt"],
  ["Heading 1", "2. Eine Presse unter der Treppe"],
  ["Heading 2", "Das eigene Haus"],
  ["Heading 1", "3. Was bleibt"],
  ["Heading 2", "Die Drucke"],
  ["Heading 1", "Quellen"],
];
const sentence = "Nach vier Jahren kannte Lindner jede Schrift im Haus und die meisten ihrer Fehler.";
const inOneLine = (text: string) => text.replace(/\s+/g, " ");

let folder: string;
const file = (extension: string) => join(folder, `Die-Druckerin.${extension}`);
const said = (program: string, ...args: string[]) => execFileSync(program, args, { encoding: "utf8" });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-books-"));
  const put = async (name: string, bytes: Uint8Array) => writeFileSync(join(folder, name), bytes);
  await run(exportAllFormats.input.parse(book), taskContext({ files: { put } }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!hasPython)(`in Python (skipped where it lacks something: ${how})`, () => {
  it("the Word file has Word's headings, a table, and who wrote it", () => {
    const code = `
import docx, json, sys
d = docx.Document(sys.argv[1])
print(json.dumps({"headings": [[p.style.name, p.text] for p in d.paragraphs if p.style.name.startswith("Heading")],
  "table": [[c.text for c in r.cells] for r in d.tables[0].rows], "title": d.core_properties.title, "author": d.core_properties.author}))`;
    expect(JSON.parse(said(python, "-c", code, file("docx")))).toEqual({
      headings,
      table: [
        ["Jahr", "Aufträge", "Bogen"],
        ["1888", "14", "3.100"],
        ["1890", "61", "18.400"],
        ["1893", "112", "52.750"],
      ],
      title: "Die Druckerin",
      author: "Werkstatt für Lebensbilder",
    });
  });

  it("the PDF has an outline, a language, tags, and who wrote it", () => {
    const code = `
import pypdf, json, sys
r = pypdf.PdfReader(sys.argv[1])
flat = lambda items: [t for i in items for t in (flat(i) if isinstance(i, list) else [i.title])]
print(json.dumps({"outline": flat(r.outline), "language": r.trailer["/Root"]["/Lang"], "tagged": bool(r.trailer["/Root"]["/MarkInfo"]["/Marked"]),
  "title": str(r.metadata["/Title"]), "author": str(r.metadata["/Author"])}))`;
    expect(JSON.parse(said(python, "-c", code, file("pdf")))).toEqual({
      outline: headings.map(([, title]) => title),
      language: "de",
      tagged: true,
      title: "Die Druckerin",
      author: "Werkstatt für Lebensbilder",
    });
  });
});

it.skipIf(!has("pandoc"))(
  "pandoc reads the Word file with its headings, footnote and list (skipped without pandoc)",
  () => {
    const text = said("pandoc", file("docx"), "-t", "markdown", "--wrap=none");
    expect(text).toContain("# 1. Ankunft in Leipzig");
    expect(text).toContain(sentence);
    expect(text).toMatch(/^\[\^1\]: Das Haushaltsbuch/m);
    expect(text).toMatch(/^1\. +Der Satz ist eng/m);
  },
);

it.skipIf(!has("pdfinfo"))("poppler reads the PDF with its words and embedded fonts (skipped without poppler)", () => {
  expect(inOneLine(said("pdftotext", file("pdf"), "-"))).toContain(sentence);
  expect(said("pdfinfo", file("pdf"))).toMatch(/Tagged: +yes/);
  const fonts = said("pdffonts", file("pdf"))
    .split("\n")
    .slice(2)
    .filter((line) => line !== "");
  expect(fonts.length).toBeGreaterThan(2);
  for (const font of fonts) expect(font).toMatch(/ yes yes yes /);
});
