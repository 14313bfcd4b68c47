/**
 * Pages that lie on their side, upside down or skewed, with the real recognition.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GrayImage } from "../../../shared/capabilities/documents/image/gray-image.ts";
import { orient } from "../../../shared/capabilities/documents/image/orient.ts";
import { decodePng } from "../../../shared/capabilities/documents/image/png.ts";
import { rotate } from "../../../shared/capabilities/documents/image/rotate.ts";
import { defaultLimits } from "../../../shared/capabilities/documents/limits.ts";
import { TesseractEngine } from "../../../shared/capabilities/documents/ocr/tesseract.ts";
import { storedRows } from "../../helpers/orientations.ts";
import { errorRate } from "../../helpers/similarity.ts";

const never = new AbortController().signal;
let engine: TesseractEngine;
let page: GrayImage;
let truth: string;

/** The picture's memory moves to the engine: each call gets its own. */
const copy = (image: GrayImage): GrayImage => ({ ...image, pixels: new Uint8Array(image.pixels) });
const read = (image: GrayImage) => engine.recognize(copy(image), ["deu"], never);

beforeAll(async () => {
  engine = new TesseractEngine();
  const scan = join(import.meta.dirname, "../../../examples/documents/brief-stadtwerke-scan.png");
  page = decodePng(await readFile(scan), defaultLimits);
  truth = (await read(page)).text;
}, 60_000);
afterAll(() => engine.close());

describe("a scan", () => {
  it.each([
    [90, 6],
    [180, 3],
    [270, 8],
  ] as const)(
    "turned by %i degrees is read as upright",
    async (_, orientation) => {
      const { text, confidence } = await read(orient(page, orientation));

      expect(errorRate(truth, text)).toBeLessThan(0.02);
      expect(confidence).toBeGreaterThan(85);
    },
    60_000,
  );

  it.each([-15, -12, -7, -5, 5, 8, 12, 15])(
    "skewed by %i degrees is read as straight",
    async (degrees) => {
      const { text } = await read(rotate(page, degrees));

      expect(errorRate(truth, text)).toBeLessThan(0.03);
    },
    60_000,
  );

  it("skewed and upside down is read too", async () => {
    const { text } = await read(rotate(orient(page, 3), 6));

    expect(errorRate(truth, text)).toBeLessThan(0.03);
  }, 60_000);
});

describe("the orientations of Exif", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8] as const)("%i is seen upright", (orientation) => {
    const rows = storedRows[orientation];
    const image = {
      width: rows[0]?.length ?? 0,
      height: rows.length,
      pixels: new Uint8Array(Buffer.from(rows.join(""))),
    };

    const seen = orient(image, orientation);

    expect([seen.width, seen.height]).toEqual([2, 3]);
    expect(Buffer.from(seen.pixels).toString()).toBe("abcdef");
  });
});
