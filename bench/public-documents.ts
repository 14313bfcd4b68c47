/**
 * Reads every document below a folder, and compares what it says with the programs that people use: pdftotext, pandoc and
 * antiword. Fetches nothing: any collection of files will do, such as the test files of a public project.
 *
 *     node bench/public-documents.ts FOLDER [--pages 2] [--every 3] [--json]
 *
 * @module
 */

import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { FinalError } from "../contracts/errors.ts";
import { closeDocumentThreads, type ExtractedText, extractText } from "../shared/capabilities/documents/extract.ts";
import { similarity } from "../tests/helpers/similarity.ts";

const run = promisify(execFile);
const READ = /\.(?:pdf|docx?|rtf|odt|odp|ods|eml|html?|pptx|xlsx|csv|tiff?|bmp|gif|webp|png|jpe?g|txt|md)$/i;
/** Shorter texts are not compared: a page number more is half of such a one. */
const FEWEST_CHARACTERS = 100;
const ALIKE = 0.8;

/** What came of one file. */
interface Outcome {
  readonly path: string;
  readonly format: string;
  readonly error?: string;
  readonly warnings: readonly string[];
  readonly characters: number;
  readonly seconds: number;
  readonly likeness?: number;
}

async function read(root: string, path: string): Promise<Outcome> {
  const started = performance.now();
  const extension = extname(path).slice(1).toLowerCase();
  const seconds = () => Math.round(performance.now() - started) / 1_000;
  try {
    const options = { signal: AbortSignal.timeout(900_000), limits: { recognizedPages: Number(values.pages) } };
    const found = await extractText(await readFile(join(root, path)), { ...options, fileName: path });
    const took = seconds();
    const likeness = await likenessOf(join(root, path), found);
    const warnings = found.warnings.map(({ kind }) => kind);
    const { format, characters } = found;
    return { path, format, warnings, characters, seconds: took, ...(likeness !== undefined && { likeness }) };
  } catch (error) {
    const named = error instanceof FinalError ? `${error.name}: ${error.message}` : `NOT NAMED ${String(error)}`;
    return { path, format: extension, error: named, warnings: [], characters: 0, seconds: seconds() };
  }
}

const pandocFormats = new Set(["docx", "odt", "rtf", "html"]);

/** @returns undefined where there is no other program for the format, or it finds hardly any text */
async function likenessOf(file: string, { format, text, ocr }: ExtractedText): Promise<number | undefined> {
  const call = commandFor(file, format);
  // What is recognized off a picture is in none of the other programs' texts.
  if (!call || ocr) return undefined;
  const [program, args] = call;
  const other = await run(program, args, { timeout: 60_000, maxBuffer: 256 * 1_024 * 1_024 }).catch(() => undefined);
  if (!other || other.stdout.trim().length < FEWEST_CHARACTERS) return undefined;
  const theirs = program === "pandoc" ? withoutRules(other.stdout) : other.stdout;
  return Math.round(1_000 * similarity(withoutRules(text), theirs)) / 1_000;
}

/** Pandoc draws tables and marks lists with signs, and names pictures by their alternative text. */
const withoutRules = (text: string): string => text.replace(/\[[^\]\n]*\]|[-+=|*•☒☐]+|^\s*\d+\.\s/gmu, "");

function commandFor(file: string, format: string): [string, string[]] | undefined {
  if (format === "pdf") return ["pdftotext", [file, "-"]];
  if (format === "doc") return ["antiword", ["-w", "0", "-m", "UTF-8.txt", file]];
  if (pandocFormats.has(format)) return ["pandoc", ["-f", format, "-t", "plain", "--wrap=none", file]];
  return undefined;
}

function print(all: readonly Outcome[]): void {
  const formats = [...new Set(all.map(({ format }) => format))].sort();
  console.log("| format | files | completed | failed by name | with warnings | compared | mean likeness | below 0.8 |");
  console.log("|---|---|---|---|---|---|---|---|");
  for (const format of formats) {
    const of = all.filter((outcome) => outcome.format === format);
    const completed = of.filter(({ error }) => error === undefined);
    const likenesses = completed.flatMap(({ likeness }) => likeness ?? []);
    const mean = likenesses.reduce((sum, each) => sum + each, 0) / likenesses.length;
    const warned = completed.filter(({ warnings }) => warnings.length > 0).length;
    const low = likenesses.filter((each) => each < ALIKE).length;
    const cells = [format, of.length, completed.length, of.length - completed.length, warned, likenesses.length];
    console.log(`| ${[...cells, likenesses.length > 0 ? mean.toFixed(3) : "", low].join(" | ")} |`);
  }
  for (const { path, error = "" } of all.filter(({ error }) => error?.startsWith("NOT NAMED")))
    console.log(`\nnot named: ${path}: ${error}`);
  console.log("\nbelow 0.8:");
  for (const { path, likeness = 1, warnings } of all)
    if (likeness < ALIKE) console.log(`${likeness.toFixed(3)} ${path} ${[...new Set(warnings)].join(",")}`);
}

const { values, positionals } = parseArgs({
  options: {
    pages: { type: "string", default: "2" },
    every: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const [folder] = positionals;
if (folder === undefined) {
  console.error("node bench/public-documents.ts FOLDER [--pages RECOGNIZED_OF_EACH] [--every NTH_FILE] [--json]");
  process.exit(2);
}

const names = (await readdir(folder, { recursive: true })).filter((name) => READ.test(name)).sort();
const outcomes: Outcome[] = [];
for (const path of names.filter((_, index) => index % Number(values.every) === 0)) {
  const outcome = await read(folder, path);
  outcomes.push(outcome);
  if (values.json) console.log(JSON.stringify(outcome));
}
if (!values.json) print(outcomes);
await closeDocumentThreads();
