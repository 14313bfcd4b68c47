/**
 * How fast documents become text, through the whole pipeline with its threads, against what else there is.
 *
 * @module
 */

import { closeDocumentThreads, extractText } from "../shared/capabilities/documents/extract.ts";
import type { OcrEngine } from "../shared/capabilities/documents/ocr/engine.ts";
import { TesseractEngine } from "../shared/capabilities/documents/ocr/tesseract.ts";
import { type CorpusFile, corpusFolder, exampleFolder, readCorpus } from "./documents-corpus.ts";
import { docRivals, docxRivals, ocrRivals, pdfRivals, type Rival } from "./documents-rivals.ts";

export interface DocumentBenchRow {
  /** Such as `PDF, this project`. */
  readonly name: string;
  readonly unit: "documents/s" | "pages/s";
  /** Null when it could not be measured; `note` says why. */
  readonly rate: number | null;
  /** This project's rate by that of the rival, in the same run. */
  readonly ratio: number | null;
  /** What must hold, and whether it does; null where nothing is asked. */
  readonly target: { readonly text: string; readonly met: boolean } | null;
  readonly note: string;
}

interface Target {
  readonly rival?: string;
  readonly text: string;
  readonly met: (figure: number) => boolean;
}

/** Each is timed this often, in turns, so that a busy moment of the machine hits all alike; the median counts. */
const ROUNDS = 5;
const signal = new AbortController().signal;
/** Reads nothing: what is measured is the text that a document has. */
const noRecognition: OcrEngine = { parallel: 1, recognize: async () => ({ text: "", confidence: 0 }) };

const OURS = "this project";
type Rivals = Readonly<Record<string, Rival>>;

export async function benchDocuments(): Promise<DocumentBenchRow[]> {
  const folder = corpusFolder() ?? exampleFolder;
  const files = await readCorpus(folder);
  const of = (pattern: RegExp) => files.filter(({ path }) => pattern.test(path));
  const oneThread = new TesseractEngine({ threads: 1 });
  const extract = (ocr: OcrEngine) => async (files: readonly CorpusFile[]) => {
    const started = performance.now();
    for (const { bytes } of files) await extractText(bytes, { signal, ocr }).catch(() => {});
    return { seconds: (performance.now() - started) / 1_000 };
  };
  const rivalsOf = (ocr: OcrEngine, rivals: Rivals): Rivals => ({ [OURS]: extract(ocr), ...rivals });
  const rows = [
    ...(await compare(
      { kind: "PDF", files: await withTextLayer(of(/\.pdf$/i)), folder },
      rivalsOf(noRecognition, pdfRivals),
      [{ rival: "pypdf", text: "8 times pypdf's rate", met: (ratio) => ratio >= 8 }],
    )),
    ...(await compare({ kind: "DOCX", files: of(/\.docx$/i), folder }, rivalsOf(noRecognition, docxRivals), [
      { text: "over 200 a second", met: (rate) => rate > 200 },
    ])),
    ...(await compare({ kind: "DOC", files: of(/\.doc$/i), folder }, rivalsOf(noRecognition, docRivals), [
      { text: "over 200 a second", met: (rate) => rate > 200 },
    ])),
    ...(await compare({ kind: "OCR", files: of(/scan[^/]*\.(png|jpe?g)$/i), folder }, rivalsOf(oneThread, ocrRivals), [
      { rival: "tesseract, one thread", text: "within 1.3 times its time", met: (ratio) => ratio >= 1 / 1.3 },
    ])),
  ];
  await Promise.all([oneThread.close(), closeDocumentThreads()]);
  return rows;
}

/** Scans are measured apart. */
async function withTextLayer(files: readonly CorpusFile[]): Promise<CorpusFile[]> {
  const kept: CorpusFile[] = [];
  for (const file of files) {
    let scanned = false;
    const ocr: OcrEngine = {
      parallel: 1,
      recognize: async () => {
        scanned = true;
        return { text: "", confidence: 0 };
      },
    };
    await extractText(file.bytes, { signal, ocr }).catch(() => {});
    if (!scanned) kept.push(file);
  }
  return kept;
}

async function compare(
  { kind, files, folder }: { readonly kind: string; readonly files: readonly CorpusFile[]; readonly folder: string },
  all: Rivals,
  targets: readonly Target[],
): Promise<DocumentBenchRow[]> {
  const seconds = new Map<string, number[]>();
  const skipped = new Map<string, string>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, read] of Object.entries(all)) {
      if (skipped.has(name)) continue;
      const timing = await read(files, folder);
      if ("skipped" in timing) skipped.set(name, timing.skipped);
      else seconds.set(name, [...(seconds.get(name) ?? []), timing.seconds]);
    }
  }
  const rateOf = (name: string): number | null => {
    const sorted = seconds.get(name)?.toSorted((a, b) => a - b);
    const median = sorted?.[Math.floor(sorted.length / 2)];
    return median === undefined ? null : files.length / median;
  };
  const own = rateOf(OURS);
  return Object.keys(all).map((name) => {
    const rate = rateOf(name);
    const ratio = name === OURS || !rate || !own ? null : own / rate;
    const target = targets.find(({ rival }) => (rival ?? OURS) === name);
    const figure = target?.rival ? ratio : rate;
    return {
      name: `${kind}, ${name}`,
      unit: kind === "OCR" ? "pages/s" : "documents/s",
      rate,
      ratio,
      target: target && figure !== null ? { text: target.text, met: target.met(figure) } : null,
      note: skipped.get(name) ?? `${files.length} files`,
    } satisfies DocumentBenchRow;
  });
}
