/**
 * The orientations that pictures state, in the files of each format that states them.
 *
 * @module
 */

import { deflateSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { decodePicture } from "../../../shared/capabilities/documents/image/decode-picture.ts";
import type { Orientation } from "../../../shared/capabilities/documents/image/orient.ts";
import { defaultLimits } from "../../../shared/capabilities/documents/limits.ts";
import { loadPdfium, type Pdfium } from "../../../shared/capabilities/documents/pdf/pdfium.ts";
import { pngOf } from "../../helpers/document-builders.ts";
import { makeJpeg } from "../../helpers/make-jpeg.ts";
import { seenRows, storedRows } from "../../helpers/orientations.ts";

/** Dots on each side of a field. */
const SIDE = 8;
const shadeOf = (letter: string): number => 32 * (letter.charCodeAt(0) - 96);

/** A TIFF file of entries of two bytes each; without a picture it is what Exif data are. */
function tiff(
  entries: readonly (readonly [tag: number, value: number])[],
  picture: Uint8Array = Buffer.alloc(0),
): Buffer {
  const bytes = Buffer.alloc(10 + entries.length * 12 + 4);
  bytes.write("MM\0*\0\0\0\x08", "latin1");
  bytes.writeUInt16BE(entries.length, 8);
  for (const [index, [tag, value]] of entries.entries()) {
    const at = 10 + index * 12;
    bytes.writeUInt16BE(tag, at);
    bytes.writeUInt16BE(3, at + 2);
    bytes.writeUInt32BE(1, at + 4);
    bytes.writeUInt16BE(value, at + 8);
  }
  return Buffer.concat([bytes, picture]);
}

function pixels(rows: readonly string[]): Buffer {
  return Buffer.concat(
    rows.flatMap((row) =>
      Array.from({ length: SIDE }, () => Buffer.concat([...row].map((letter) => Buffer.alloc(SIDE, shadeOf(letter))))),
    ),
  );
}

const sizeOf = (rows: readonly string[]) => ({ width: (rows[0]?.length ?? 0) * SIDE, height: rows.length * SIDE });
const orientationEntry = (orientation: number) => [[0x112, orientation]] as const;

const files: Readonly<Record<string, (rows: readonly string[], orientation: Orientation) => Buffer>> = {
  JPEG(rows, orientation) {
    const across = rows[0]?.length ?? 0;
    const letters = rows.join("");
    const whole = makeJpeg({ across, down: rows.length }, (index) => ({
      mean: shadeOf(letters[index] ?? "a") - 128,
      wave: false,
    }));
    const exif = Buffer.concat([Buffer.from("Exif\0\0"), tiff(orientationEntry(orientation))]);
    const segment = Buffer.from([0xff, 0xe1, (exif.length + 2) >> 8, (exif.length + 2) & 255]);
    return Buffer.concat([whole.subarray(0, 2), segment, exif, whole.subarray(2)]);
  },
  PNG(rows, orientation) {
    const { width, height } = sizeOf(rows);
    const dots = pixels(rows);
    const lines = Array.from({ length: height }, (_, y) => [
      Buffer.from([0]),
      dots.subarray(y * width, (y + 1) * width),
    ]);
    const whole = pngOf({ width, height }, Buffer.concat(lines.flat()));
    const exif = tiff(orientationEntry(orientation));
    const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from("eXIf"), exif, Buffer.alloc(4)]);
    chunk.writeUInt32BE(exif.length, 0);
    // Behind the signature and the header.
    return Buffer.concat([whole.subarray(0, 33), chunk, whole.subarray(33)]);
  },
  TIFF: (rows, orientation) => tiffOf(rows, orientation, 1),
  "TIFF that is packed": (rows, orientation) => tiffOf(rows, orientation, 8),
};

function tiffOf(rows: readonly string[], orientation: Orientation, compression: number): Buffer {
  const { width, height } = sizeOf(rows);
  const data = compression === 1 ? pixels(rows) : deflateSync(pixels(rows));
  const entries = [
    [0x100, width],
    [0x101, height],
    [0x102, 8],
    [0x103, compression],
    [0x106, 1],
    [0x111, 10 + 9 * 12 + 4],
    [0x112, orientation],
    [0x116, height],
    [0x117, data.length],
  ] as const;
  return tiff(entries, data);
}

let pdfium: Pdfium;
beforeAll(async () => {
  pdfium = await loadPdfium();
});

describe.each(Object.keys(files))("a %s", (format) => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8] as const)("of orientation %i is seen upright", (orientation) => {
    const bytes = files[format]?.(storedRows[orientation], orientation) ?? Buffer.alloc(0);

    const { width, pixels: dots } = decodePicture(bytes, pdfium, defaultLimits);

    const seen = seenRows.map((row, y) =>
      [...row].map((_, x) => {
        const shade = dots[(y * SIDE + 4) * width + x * SIDE + 4] ?? 0;
        return String.fromCharCode(96 + Math.round(shade / 32));
      }),
    );
    expect([width, seen.map((row) => row.join(""))]).toEqual([2 * SIDE, seenRows]);
  });
});
