/**
 * `node bench/east-asian.ts FOLDER`: the text of PDFs with Chinese, Japanese or Korean, ours and that of pdf.js, each by its likeness
 * to that of pdftotext. Fetches nothing.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { getDocumentProxy, extractText as unpdfText } from "unpdf";
import { closeDocumentThreads, extractText } from "../shared/capabilities/documents/extract.ts";
import { similarity } from "../tests/helpers/similarity.ts";

/** Letters of these scripts that a text has at the least. */
const LETTERS = 20;
/** A difference of likeness that counts. */
const DIFFERENCE = 0.02;
const SCRIPTS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;

const lettersOf = (text: string): string => (text.match(SCRIPTS) ?? []).join("");

async function byPdfJs(bytes: Uint8Array): Promise<string> {
  const document = await getDocumentProxy(new Uint8Array(bytes));
  return (await unpdfText(document, { mergePages: true })).text;
}

const ours = async (bytes: Uint8Array): Promise<string> =>
  (await extractText(bytes, { signal: new AbortController().signal, mode: "never" })).text;

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Give a folder with PDFs: node bench/east-asian.ts FOLDER");
const likeness: { name: string; ours: number; pdfJs: number }[] = [];
for (const name of (await readdir(folder)).filter((each) => /\.pdf$/i.test(each)).sort()) {
  const path = join(folder, name);
  const { stdout } = spawnSync("pdftotext", ["-enc", "UTF-8", path, "-"], { encoding: "utf8", timeout: 30_000 });
  const expected = lettersOf(stdout ?? "");
  if (expected.length < LETTERS) continue;
  const bytes = await readFile(path);
  const read = async (how: typeof ours) => similarity(expected, lettersOf(await how(bytes).catch(() => "")));
  likeness.push({ name, ours: await read(ours), pdfJs: await read(byPdfJs) });
}
await closeDocumentThreads();

const mean = (of: (each: (typeof likeness)[number]) => number): string =>
  (likeness.reduce((sum, each) => sum + of(each), 0) / likeness.length).toFixed(3);
const worse = likeness.filter((each) => each.ours < each.pdfJs - DIFFERENCE);
const better = likeness.filter((each) => each.ours > each.pdfJs + DIFFERENCE);
console.log(
  `${likeness.length} PDFs; mean likeness: ours ${mean((each) => each.ours)}, pdf.js ${mean((each) => each.pdfJs)}`,
);
console.log(`nearer than pdf.js: ${better.length}; less near: ${worse.length}`);
for (const each of worse) console.log(`  ${each.name}: ${each.ours.toFixed(3)}, pdf.js ${each.pdfJs.toFixed(3)}`);
