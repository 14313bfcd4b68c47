/**
 * Every file of a folder of real documents, SLUICE_CORPUS: text, or the right named error.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { getDocumentProxy, extractText as unpdfText } from "unpdf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { corpusFolder, readCorpus } from "../../../bench/documents-corpus.ts";
import {
  closeDocumentThreads,
  type ExtractedText,
  extractText,
} from "../../../shared/capabilities/documents/extract.ts";
import { errorRate, similarity } from "../../helpers/similarity.ts";

const folder = corpusFolder();
const pdftotext = !spawnSync("pdftotext", ["-v"]).error;

interface Result {
  readonly found: ExtractedText | undefined;
  readonly error: string | null;
  readonly milliseconds: number;
}

const results = new Map<string, Result>();

/** By the corpus' own notes. */
const ENCRYPTED = /passtika/;
const RIGHT_TO_LEFT = /ArabicCIDTrueType|ThuluthFeatures|habibi/;

describe.skipIf(!folder)("the corpus (skipped where SLUICE_CORPUS names no folder of documents)", () => {
  beforeAll(async () => {
    const signal = AbortSignal.timeout(900_000);
    for (const { path, bytes } of await readCorpus(folder ?? "")) {
      const started = performance.now();
      try {
        const found = await extractText(bytes, { signal });
        results.set(path, { found, error: null, milliseconds: performance.now() - started });
      } catch (error) {
        const name = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        results.set(path, { found: undefined, error: name, milliseconds: performance.now() - started });
      }
    }
    process.stdout.write(`${table()}\n`);
  }, 900_000);
  afterAll(closeDocumentThreads);

  it("every file is completed with text, or failed with a named error that is final", () => {
    const faults = [...results].filter(([path, { found, error }]) =>
      ENCRYPTED.test(path) ? !error?.startsWith("DocumentEncryptedError") : !found,
    );

    expect(results.size).toBeGreaterThan(0);
    expect(faults).toEqual([]);
  });

  it("every scan is recognized, and at most 2 % of its characters are wrong", async () => {
    const truths = z
      .record(z.string(), z.string())
      .parse(JSON.parse(await readFile(join(folder ?? "", "scan_truth.json"), "utf8")));
    const rates = [...results]
      .filter(([path]) => basename(path) in truths)
      .map(([path, { found }]) => errorRate(truths[basename(path)] ?? "", found?.text ?? ""));

    process.stdout.write(
      `characters wrong on scans: ${rates.map((rate) => `${(100 * rate).toFixed(2)} %`).join(", ")}\n`,
    );
    expect(rates).toHaveLength(Object.keys(truths).length);
    expect(Math.max(...rates)).toBeLessThanOrEqual(0.02);
  });

  describe.skipIf(!pdftotext)("against pdftotext (skipped where there is none)", () => {
    it("PDF text is no less like it than that of unpdf, and right-to-left text at least .7", async () => {
      const compared: { path: string; ours: number; unpdf: number }[] = [];
      for (const [path, { found }] of results) {
        if (found?.format !== "pdf" || found.ocr) continue;
        const file = join(folder ?? "", path);
        const reference = spawnSync("pdftotext", [file, "-"], { encoding: "utf8" }).stdout;
        const rival = await readWithUnpdf(new Uint8Array(await readFile(file)));
        compared.push({ path, ours: similarity(reference, found.text), unpdf: similarity(reference, rival) });
      }
      const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      const rightToLeft = compared.filter(({ path }) => RIGHT_TO_LEFT.test(path));

      const lines = compared.map(
        ({ path, ours, unpdf }) => `${path.padEnd(66)} ${ours.toFixed(2)}  unpdf ${unpdf.toFixed(2)}`,
      );
      process.stdout.write(`similarity to pdftotext:\n${lines.join("\n")}\n`);
      expect(mean(compared.map(({ ours }) => ours))).toBeGreaterThan(mean(compared.map(({ unpdf }) => unpdf)));
      expect(mean(rightToLeft.map(({ ours }) => ours))).toBeGreaterThanOrEqual(0.7);
    }, 120_000);
  });
});

async function readWithUnpdf(bytes: Uint8Array): Promise<string> {
  const { text } = await unpdfText(await getDocumentProxy(bytes, { verbosity: 0 }));
  return text.join("\n");
}

function table(): string {
  const rows = [...results].map(([path, { found, error, milliseconds }]) =>
    [
      path.padEnd(66),
      (found ? "completed" : "failed").padEnd(9),
      String(found?.pages ?? "-").padStart(5),
      String(found?.characters ?? "-").padStart(10),
      (found?.ocr ? "yes" : "no").padStart(4),
      String(found?.language ?? "-").padStart(4),
      milliseconds.toFixed(0).padStart(7),
      error ?? "",
    ].join(" "),
  );
  const head = `${"file".padEnd(66)} ${"status".padEnd(9)} pages characters  ocr lang      ms error`;
  return [head, ...rows].join("\n");
}
