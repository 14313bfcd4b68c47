import { describe, expect, it } from "vitest";
import { despeckle } from "../../../shared/capabilities/documents/image/despeckle.ts";
import { decodePng } from "../../../shared/capabilities/documents/image/png.ts";
import { defaultLimits } from "../../../shared/capabilities/documents/limits.ts";
import { png, pngOf, seeded } from "../../helpers/document-builders.ts";

const pixels = (bytes: Buffer) => [...decodePng(bytes, defaultLimits).pixels];
/** Rows with the filter byte 0 in front. */
const rows = (...lines: number[][]) => Buffer.from(lines.flatMap((line) => [0, ...line]));

describe("PNG", () => {
  it.each([
    ["gray, 8 bits", 0, 8, rows([0, 128], [255, 7]), [0, 128, 255, 7]],
    ["gray, 1 bit", 0, 1, rows([0b01_000000], [0b10_000000]), [0, 255, 255, 0]],
    ["gray, 4 bits", 0, 4, rows([0x0f], [0x50]), [0, 255, 85, 0]],
    ["gray, 16 bits", 0, 16, rows([1, 2, 200, 9], [255, 255, 0, 0]), [1, 200, 255, 0]],
    ["color", 2, 8, rows([255, 255, 255, 0, 0, 0], [255, 0, 0, 0, 255, 0]), [255, 0, 76, 149]],
    [
      "color with transparency, over white",
      6,
      8,
      rows([0, 0, 0, 0, 0, 0, 0, 255], [9, 9, 9, 255, 0, 0, 0, 51]),
      [255, 0, 9, 204],
    ],
    ["gray with transparency", 4, 8, rows([0, 0, 0, 255], [10, 255, 20, 255]), [255, 0, 10, 20]],
  ])("%s", (_, color, depth, data, expected) => {
    expect(pixels(pngOf({ width: 2, height: 2, color, depth }, data))).toEqual(expected);
  });

  it("undoes every filter", () => {
    const sub = [1, 10, 5];
    const up = [2, 10, 5];
    const average = [3, 1, 1];
    const paeth = [4, 1, 1];

    expect(pixels(png(2, 4, Buffer.from([sub, up, average, paeth].flat())))).toEqual([10, 15, 20, 20, 11, 16, 12, 17]);
  });

  it("puts interlaced passes together", () => {
    const straight = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    // Adam7 of a picture of 3 x 3: passes 1, 4, 5, 6 and 7.
    const passes = [[[1]], [[3]], [[7, 9]], [[2], [8]], [[4, 5, 6]]];
    const data = Buffer.from(passes.flatMap((pass) => pass.flatMap((row) => [0, ...row])));

    expect(pixels(pngOf({ width: 3, height: 3, interlace: 1 }, data))).toEqual(straight);
  });

  it("refuses data that ends early", () => {
    expect(() => pixels(png(4, 4, rows([1, 2, 3, 4])))).toThrow("cut off");
  });
});

describe("despeckling", () => {
  /** White paper with a black bar five pixels thick. */
  const page = () => {
    const image = { width: 200, height: 200, pixels: new Uint8Array(200 * 200).fill(255) };
    for (let y = 100; y < 105; y++) image.pixels.fill(0, y * 200 + 20, y * 200 + 180);
    return image;
  };

  it("takes lone dark pixels away where there are many, and leaves strokes", () => {
    const noisy = page();
    const random = seeded(3);
    for (let speck = 0; speck < 200; speck++) noisy.pixels[Math.floor(random() * 200 * 200)] = 30;

    const clean = despeckle(noisy).pixels;

    const above = clean.subarray(0, 98 * 200).filter((value) => value < 128).length;
    expect(above).toBeLessThan(4);
    expect([...clean.subarray(102 * 200 + 30, 102 * 200 + 170)].every((value) => value < 128)).toBe(true);
  });

  it("leaves a clean page as it is, dots included", () => {
    const dotted = page();
    for (let dot = 0; dot < 5; dot++) dotted.pixels[50 * 200 + dot * 30 + 10] = 0;

    expect(despeckle(dotted)).toBe(dotted);
  });
});
