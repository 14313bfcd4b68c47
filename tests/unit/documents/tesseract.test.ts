import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodePng } from "../../../shared/capabilities/documents/image/png.ts";
import { defaultLimits } from "../../../shared/capabilities/documents/limits.ts";
import { TesseractEngine } from "../../../shared/capabilities/documents/ocr/tesseract.ts";
import { line, pdfPages } from "../../helpers/document-builders.ts";
import { renderFirstPage } from "../../helpers/render-page.ts";
import { errorRate } from "../../helpers/similarity.ts";

const never = new AbortController().signal;
const root = join(import.meta.dirname, "../../..");

let engine: TesseractEngine;
beforeAll(() => {
  engine = new TesseractEngine({ threads: 1 });
});
afterAll(() => engine.close());

describe("Tesseract", () => {
  it("says which package has the data of a language that is not installed", async () => {
    const image = { width: 8, height: 8, pixels: new Uint8Array(64).fill(255) };

    await expect(engine.recognize(image, ["deu", "swe"], never)).rejects.toThrow(
      "OCR_LANGUAGES names swe, whose recognition data is not installed: npm install --save-exact @tesseract.js-data/swe",
    );
  });

  it("reads German with the data that the project ships", async () => {
    const bytes = await readFile(join(root, "examples/documents/brief-stadtwerke-scan.png"));

    const { text } = await engine.recognize(decodePng(bytes, defaultLimits), ["deu"], never);

    expect(text).toContain("in der Gärtnergasse werden zwischen dem 3. und dem 21. Juni die Wasserleitungen erneuert");
  }, 120_000);

  it("reads a further language with the data of its package, which German and English data misread", async () => {
    const french = [
      "Le garçon a reçu une leçon de français à l'école.",
      "Où êtes-vous allés à Noël ? Nous étions chez ma grand-mère.",
      "La fenêtre est fermée, mais la forêt paraît très proche.",
      "Les élèves ont déjà mangé des pâtes et des crêpes.",
      "Ça suffit ! Le maître a dû répéter le même problème.",
    ];
    const page = pdfPages([french.map((text, index) => line(text, 760 - index * 20)).join("")]);
    const read = async (languages: string[]) =>
      errorRate(french.join("\n"), (await engine.recognize(await renderFirstPage(page), languages, never)).text);

    expect(await read(["fra"])).toBeLessThan(0.01);
    expect(await read(["deu", "eng", "fra"])).toBeLessThan(0.02);
    expect(await read(["deu", "eng"])).toBeGreaterThan(0.02);
  }, 120_000);
});
