/**
 * Documents that were once read wrongly, each standing for a kind, with the real recognition: a folder beside the
 * checkout, or the one that SLUICE_CASES names. Files made for the same kinds are in the other tests of this folder.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { closeDocumentThreads, extractText } from "../../../shared/capabilities/documents/extract.ts";

const folder = process.env.SLUICE_CASES ?? resolve(import.meta.dirname, "../../../../shared/cases/documents");

const CONTROL = /(?![\t\n\f])[\p{Cc}\p{Co}]/u;
const letter = [/Sehr geehrte|Mit freundlichen|Vertrag|Rechnung|Frist|Kündigung|Betrag/i];

interface Case {
  readonly has?: readonly (string | RegExp)[];
  readonly lacks?: readonly (string | RegExp)[];
  /** Kind of a warning that comes with it. */
  readonly warning?: RegExp;
  /** Where reading is to fail. */
  readonly error?: RegExp;
}

const cases: Readonly<Record<string, Case>> = {
  "poi__word_with_embeded.doc": { has: [/^I have lots of embedded files in me/] },
  "docling__ocr_test_rotated_180.pdf": { has: ["Docling bundles PDF document conversion to", "JSON and Markdown"] },
  "scan-long-stamp.pdf": { has: [/Seite|Eingang|Stempel/i, ...letter] },
  "scan-strips-stamp.pdf": { has: ["Seite 1", ...letter] },
  "hyphen.pdf": {
    has: ["Brutto-Listenpreis", "Kfz-Steuer", "Vor- und Nachname", "E-Mail-Adresse", "Rechnungsnummer"],
    lacks: ["BruttoListenpreis", "KfzSteuer", "Vorund", "E-MailAdresse"],
  },
  "form-legacy.docx": {
    has: [/☒\s*verheiratet/, /☐\s*ledig/, /☒\s*Ja/, /☐\s*Nein/, /Steuerklasse:\s*Klasse III/],
  },
  "poi__ComplexNumberedLists.docx": {
    has: [
      /1\.\s*Entry #1/,
      /2\.\s*Entry #2/,
      /3\.\s*Entry #3/,
      /1\.\s*Restarted to 1/,
      /11\.\s*Now 11/,
      /12\.\s*Carrying on @ 12/,
    ],
  },
  // Named by its error when it was not read; since BMP is read, what it shows.
  "white-page.bmp": { has: ["Rechnung 4711"] },
  "utf8-one-bad-byte.txt": { has: ["Übergrößen", "\ufffd"], lacks: ["Ãœ", "Ã¶"] },
  "scan-in.docx": { has: letter },
  "tika__testAltChunkHTML.docx": { has: [/\w{3,}/], lacks: [/<\/?(?:html|body|p)\b/i] },
  "poi__Word6.doc": { error: /UnsupportedFormatError.*Word 95 or older/ },
  "poi__Bug53380_4.doc": { has: ["[Document Title]", "[Alt+R for Date]", "Page 2"] },
  // Arabic letters that its fonts do not name, and that the languages of recognition do not have: nothing is better.
  "pdfjs__complex_ttf_font.pdf": { warning: /^(?:unreadable_text|text_layer_replaced)$/, lacks: [CONTROL, "KDQJH"] },
  "contract.docx": {
    has: [
      /1\.\s*Mietgegenstand/,
      /2\.\s*Die Miete/,
      /3\.\s*Die Kaution/,
      "Donaudampfschiff",
      /^1\tMiete Mai zzgl\. NK\t850,00$/m,
    ],
    lacks: ["VERSTECKT", "\u00ad"],
  },
};

describe.skipIf(!existsSync(folder))(`cases of ${folder} (skipped where it is not there)`, () => {
  afterAll(closeDocumentThreads);

  for (const [name, { has = [], lacks = [], warning, error }] of Object.entries(cases)) {
    it.skipIf(!existsSync(join(folder, name)))(
      name,
      async () => {
        const { text, kinds } = await read(name);
        if (error) return expect(text).toMatch(error);
        expect(text).not.toMatch(/^\w*Error: /);
        for (const part of has) expect(text).toMatch(part);
        for (const part of lacks) expect(text).not.toMatch(part);
        if (warning) expect(kinds).toContainEqual(expect.stringMatching(warning));
      },
      120_000,
    );
  }
});

async function read(name: string): Promise<{ text: string; kinds: readonly string[] }> {
  try {
    const bytes = await readFile(join(folder, name));
    const { text, warnings } = await extractText(bytes, { fileName: name, signal: AbortSignal.timeout(100_000) });
    return { text, kinds: warnings.map(({ kind }) => kind) };
  } catch (error) {
    return { text: error instanceof Error ? `${error.name}: ${error.message}` : String(error), kinds: [] };
  }
}
