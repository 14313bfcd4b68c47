/**
 * The libraries and programs that the document engine was chosen against, each timed on the same files.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import mammoth from "mammoth";
import { getDocumentProxy, extractText as unpdfText } from "unpdf";
// @ts-expect-error: the package has no types
import WordExtractor from "word-extractor";
import type { CorpusFile } from "./documents-corpus.ts";

/** Seconds for all files, or why it could not be measured. */
export type Timing = { readonly seconds: number } | { readonly skipped: string };

export type Rival = (files: readonly CorpusFile[], folder: string) => Promise<Timing>;

/** A library in this process: a file that it cannot read counts with the time that it took to say so. */
const library =
  (read: (bytes: Uint8Array) => Promise<unknown>): Rival =>
  async (files) => {
    const started = performance.now();
    for (const { bytes } of files) await read(bytes).catch(() => {});
    return { seconds: (performance.now() - started) / 1_000 };
  };

const PYTHON = `
import sys, time, logging, warnings
logging.disable(logging.CRITICAL); warnings.simplefilter("ignore")
engine, *paths = sys.argv[1:]
if engine == "pypdf":
    import pypdf
    def read(path): return "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
elif engine == "pypdfium2":
    import pypdfium2
    def read(path):
        document = pypdfium2.PdfDocument(path)
        return "".join(document[i].get_textpage().get_text_range() for i in range(len(document)))
else:
    import docx
    def read(path):
        document = docx.Document(path)
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\\n".join([paragraph.text for paragraph in document.paragraphs] + cells)
started = time.perf_counter()
for path in paths:
    try: read(path)
    except Exception: pass
print(time.perf_counter() - started)
`;

/** A Python library, timed within Python, without the time that starting it and importing take. */
const python =
  (engine: string): Rival =>
  async (files, folder) => {
    const paths = files.map(({ path }) => `${folder}/${path}`);
    const { status, stdout } = spawnSync("python3", ["-c", PYTHON, engine, ...paths], { encoding: "utf8" });
    return status === 0 ? { seconds: Number(stdout) } : { skipped: `no python3 with ${engine} here` };
  };

/** A program, started once for each file as it is from a shell. */
const program =
  (name: string, args: (path: string) => string[]): Rival =>
  async (files, folder) => {
    const env = { ...process.env, OMP_THREAD_LIMIT: "1" };
    if (spawnSync(name, ["--version"], { env }).error) return { skipped: `no ${name} here` };
    const started = performance.now();
    for (const { path } of files) spawnSync(name, args(`${folder}/${path}`), { env, stdio: "ignore" });
    return { seconds: (performance.now() - started) / 1_000 };
  };

export const pdfRivals: Readonly<Record<string, Rival>> = {
  pypdf: python("pypdf"),
  pypdfium2: python("pypdfium2"),
  pdftotext: program("pdftotext", (path) => [path, "-"]),
  unpdf: library(async (bytes) => unpdfText(await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 }))),
};
export const docxRivals: Readonly<Record<string, Rival>> = {
  mammoth: library((bytes) => mammoth.extractRawText({ buffer: Buffer.from(bytes) })),
  "python-docx": python("python-docx"),
};
export const docRivals: Readonly<Record<string, Rival>> = {
  "word-extractor": library((bytes) => new WordExtractor().extract(Buffer.from(bytes))),
  antiword: program("antiword", (path) => [path]),
  catdoc: program("catdoc", (path) => [path]),
};
export const ocrRivals: Readonly<Record<string, Rival>> = {
  "tesseract, one thread": program("tesseract", (path) => [path, "-", "-l", "deu+eng"]),
};
