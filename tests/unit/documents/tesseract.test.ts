import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodePng } from "../../../shared/documents/image/png.ts";
import { defaultLimits } from "../../../shared/documents/limits.ts";
import { TesseractEngine } from "../../../shared/documents/ocr/tesseract.ts";

const root = join(import.meta.dirname, "../../..");
const never = new AbortController().signal;
const letter = async () =>
  decodePng(await readFile(join(root, "examples/documents/brief-stadtwerke-scan.png")), defaultLimits);

let folder: string;
let engine: TesseractEngine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-tesseract-"));
  await copyFile(join(root, "shared/documents/ocr/languages/deu.traineddata.gz"), join(folder, "xyz.traineddata.gz"));
  engine = new TesseractEngine({ threads: 1, dataFolder: folder });
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

describe("Tesseract", () => {
  it("names a language that it has no data for", async () => {
    await expect(engine.recognize(await letter(), ["de", "sv"], never)).rejects.toThrow(
      'There is no recognition data for "sv": swe.traineddata is missing.',
    );
  });

  it("reads with data from a folder, and is sure of what it reads", async () => {
    const { text, confidence } = await engine.recognize(await letter(), ["xyz"], never);

    expect(text).toContain("in der Gärtnergasse werden zwischen dem 3. und dem 21. Juni die Wasserleitungen erneuert");
    expect(confidence).toBeGreaterThan(80);
  }, 120_000);

  it("stops at an abort, and reads on with another thread", async () => {
    const controller = new AbortController();
    const stopped = engine.recognize(await letter(), ["de"], controller.signal);
    setTimeout(() => controller.abort(new Error("soft limit")), 30);

    await expect(stopped).rejects.toThrow("soft limit");
    expect(
      (
        await engine.recognize({ width: 8, height: 8, pixels: new Uint8Array(64).fill(255) }, ["de"], never)
      ).text.trim(),
    ).toBe("");
  }, 120_000);
});
