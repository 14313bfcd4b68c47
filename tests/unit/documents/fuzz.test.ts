/**
 * Damaged documents: always text or a named error, soon, and the same process continues.
 *
 * @module
 */

import { afterAll, describe, expect, it } from "vitest";
import { corpusFolder, exampleFolder, readCorpus } from "../../../bench/documents-corpus.ts";
import { closeDocumentThreads, outcome, seeded } from "../../helpers/document-builders.ts";

const NAMED = /^(DocumentEncrypted|DocumentCorrupt|UnsupportedFormat|DocumentTooLarge)Error: /;
/** Set FUZZ_RUNS and FUZZ_SEED for longer hunts. */
const runs = Number(process.env.FUZZ_RUNS ?? 3);
const random = seeded(Number(process.env.FUZZ_SEED ?? 1));
const files = await readCorpus(corpusFolder() ?? exampleFolder);

const damages: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  "cut off": (bytes) => bytes.slice(0, Math.floor(random() * bytes.length)),
  "a few bytes changed": (bytes) => changed(bytes, 1 + Math.floor(random() * 8)),
  "one byte in a hundred changed": (bytes) => changed(bytes, Math.ceil(bytes.length / 100)),
  "a piece taken out": (bytes) => {
    const start = Math.floor(random() * bytes.length);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + Math.floor(random() * 999))]);
  },
};

function changed(bytes: Uint8Array, count: number): Uint8Array {
  const copy = bytes.slice();
  for (let change = 0; change < count; change++) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
  return copy;
}

afterAll(closeDocumentThreads);

describe.each(Object.entries(damages))("%s", (_, damage) => {
  it(
    `${files.length} files end with text or a named error`,
    async () => {
      const unnamed: string[] = [];
      for (const { path, bytes } of files) {
        for (let run = 0; run < runs; run++) {
          const result = await outcome(damage(bytes), { limits: { stepSeconds: 30 } }).catch(String);
          if (/^\w*Error: /.test(result) && !NAMED.test(result)) unnamed.push(`${path}: ${result}`);
        }
      }

      expect(unnamed).toEqual([]);
    },
    300_000 * runs,
  );
});
