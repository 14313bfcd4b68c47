import { deflateSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeBmp, isBmp } from "../../../shared/capabilities/documents/image/bmp.ts";
import { decodeGif } from "../../../shared/capabilities/documents/image/gif.ts";
import { openTiff } from "../../../shared/capabilities/documents/image/tiff.ts";
import { defaultLimits } from "../../../shared/capabilities/documents/limits.ts";
import { loadPdfium, type Pdfium } from "../../../shared/capabilities/documents/pdf/pdfium.ts";

let pdfium: Pdfium;
beforeAll(async () => {
  pdfium = await loadPdfium();
});

/** A BMP of two by two pixels; rows are those of the file, padded to four bytes. */
function bmp(bits: number, rows: readonly number[][], palette: readonly number[] = [], height = 2): Buffer {
  const header = Buffer.alloc(54);
  header.write("BM");
  header.writeUInt32LE(54 + palette.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(2, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(bits, 28);
  const padded = rows.map((row) => Buffer.concat([Buffer.from(row)], Math.ceil(row.length / 4) * 4));
  return Buffer.concat([header, Buffer.from(palette), ...padded]);
}

describe("BMP", () => {
  const black = [0, 0, 0];
  const white = [255, 255, 255];

  it.each([
    [
      "24 bits, from the bottom up",
      bmp(24, [
        [...black, ...white],
        [...white, ...white],
      ]),
      [255, 255, 0, 255],
    ],
    [
      "24 bits, from the top down",
      bmp(
        24,
        [
          [...black, ...white],
          [...white, ...white],
        ],
        [],
        -2,
      ),
      [0, 255, 255, 255],
    ],
    [
      "32 bits",
      bmp(32, [
        [...black, 9, ...white, 9],
        [...white, 0, ...black, 0],
      ]),
      [255, 0, 0, 255],
    ],
    [
      "8 bits with a palette",
      bmp(
        8,
        [
          [0, 1],
          [1, 1],
        ],
        [0, 0, 255, 0, 255, 255, 255, 0],
      ),
      [255, 255, 76, 255],
    ],
    ["1 bit", bmp(1, [[0b01000000], [0b11000000]], [0, 0, 0, 0, 255, 255, 255, 0]), [255, 255, 0, 255]],
  ])("of %s is read", (_, bytes, expected) => {
    expect(isBmp(bytes)).toBe(true);
    expect([...decodeBmp(bytes, defaultLimits).pixels]).toEqual(expected);
  });

  it("that is cut off, too large or compressed is refused by name", () => {
    const good = bmp(24, [
      [...black, ...white],
      [...white, ...white],
    ]);
    const compressed = Buffer.from(good);
    compressed.writeUInt32LE(1, 30);

    expect(() => decodeBmp(good.subarray(0, 60), defaultLimits)).toThrow("cut off");
    expect(() => decodeBmp(good, { ...defaultLimits, pixels: 3 })).toThrow("2 x 2 pixels");
    expect(() => decodeBmp(compressed, defaultLimits)).toThrow("compressed");
  });
});

/** A GIF whose codes are written one by one, the table cleared before each. */
function gif(width: number, height: number, indices: readonly number[], flags = 0): Buffer {
  const head = [...Buffer.from("GIF89a"), width, 0, height, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255];
  const image = [0x2c, 0, 0, 0, 0, width, 0, height, 0, flags, 2];
  let [bits, count] = [0n, 0n];
  const put = (code: number) => {
    bits |= BigInt(code) << count;
    count += 3n;
  };
  for (const index of indices) {
    put(4);
    put(index);
  }
  put(5);
  const data = Array.from({ length: Number((count + 7n) / 8n) }, (_, at) => Number((bits >> BigInt(at * 8)) & 255n));
  return Buffer.from([...head, ...image, data.length, ...data, 0, 0x3b]);
}

describe("GIF", () => {
  it("is read", () => {
    expect([...decodeGif(gif(2, 2, [0, 1, 1, 0]), defaultLimits).pixels]).toEqual([0, 255, 255, 0]);
  });

  it("whose codes stand for several pixels is read", () => {
    // Clear, 1, then the code of "1 1" and that of "1 1 1" as they are made: a row of six pixels.
    const codes = [4, 1, 6, 7];
    let bits = 0;
    for (const [index, code] of codes.entries()) bits |= code << (index * 3);
    bits |= 5 << 12;
    const bytes = gif(6, 1, []);
    const start = bytes.indexOf(0x2c) + 11;
    const data = Buffer.from([3, bits & 255, (bits >> 8) & 255, (bits >> 16) & 255, 0, 0x3b]);

    expect([...decodeGif(Buffer.concat([bytes.subarray(0, start), data]), defaultLimits).pixels]).toEqual(
      Array(6).fill(255),
    );
  });

  it("that is interlaced has its rows in order", () => {
    // Rows 0 and 4 come first, then 2, then 1 and 3.
    expect([...decodeGif(gif(1, 5, [0, 1, 1, 0, 1], 0x40), defaultLimits).pixels]).toEqual([0, 0, 255, 255, 255]);
  });

  it("of noise ends in an error or a picture", () => {
    for (let seed = 0; seed < 200; seed++) {
      const bytes = gif(20, 20, [0, 1]);
      for (let at = bytes.length - 6; at < bytes.length; at++) bytes[at] = (seed * 7 + at * 13) % 256;
      try {
        expect(decodeGif(bytes, defaultLimits).pixels).toHaveLength(400);
      } catch (error) {
        expect(String(error)).toMatch(/GIF image is damaged/);
      }
    }
  });
});

interface TiffPage {
  readonly tags: Readonly<Record<number, number | readonly number[]>>;
  readonly strips: readonly Uint8Array[];
}

/** A TIFF with its numbers in either order of bytes; strips and their sizes are given apart. */
function tiff(pages: readonly TiffPage[], little = true): Buffer {
  const file = Buffer.alloc(20_000);
  const u16 = (value: number, at: number) => (little ? file.writeUInt16LE(value, at) : file.writeUInt16BE(value, at));
  const u32 = (value: number, at: number) => (little ? file.writeUInt32LE(value, at) : file.writeUInt32BE(value, at));
  file.write(little ? "II" : "MM");
  u16(42, 2);
  let [end, link] = [8, 4];
  const store = (bytes: Uint8Array): number => {
    file.set(bytes, end);
    end += bytes.length + (bytes.length % 2);
    return end - bytes.length - (bytes.length % 2);
  };
  for (const { tags, strips } of pages) {
    const places = strips.map(store);
    const all = Object.entries({ ...tags, 273: places, 279: strips.map(({ length }) => length) }).map(
      ([tag, value]) => [Number(tag), Array.isArray(value) ? value : [value]] as const,
    );
    const lists = all.map(([, values]) => {
      if (values.length < 2) return 0;
      const at = end;
      for (const value of values) {
        u32(value, end);
        end += 4;
      }
      return at;
    });
    u32(end, link);
    u16(all.length, end);
    for (const [index, [tag, values]] of all.entries()) {
      const at = end + 2 + index * 12;
      u16(tag, at);
      u16(4, at + 2);
      u32(values.length, at + 4);
      u32(values.length > 1 ? (lists[index] ?? 0) : (values[0] ?? 0), at + 8);
    }
    link = end + 2 + all.length * 12;
    end = link + 4;
  }
  return file.subarray(0, end);
}

const gray = (width: number, height: number) => ({
  256: width,
  257: height,
  258: 8,
  259: 1,
  262: 1,
  277: 1,
  278: height,
});

describe("TIFF", () => {
  const read = (bytes: Buffer, index = 0) => {
    const { width, height, pixels } = openTiff(bytes, defaultLimits).page(pdfium, index);
    return { width, height, pixels: [...pixels] };
  };
  const square = Buffer.from([0, 80, 160, 255]);

  it.each([true, false])("has all its pages, with little ends first: %s", (little) => {
    const bytes = tiff(
      [
        { tags: gray(2, 2), strips: [square] },
        { tags: gray(4, 1), strips: [square] },
      ],
      little,
    );

    expect(openTiff(bytes, defaultLimits).pages).toBe(2);
    expect(read(bytes)).toEqual({ width: 2, height: 2, pixels: [0, 80, 160, 255] });
    expect(read(bytes, 1)).toEqual({ width: 4, height: 1, pixels: [0, 80, 160, 255] });
  });

  it.each([
    ["strips", { ...gray(2, 2), 278: 1 }, [square.subarray(0, 2), square.subarray(2)], [0, 80, 160, 255]],
    ["Deflate", { ...gray(2, 2), 259: 8 }, [deflateSync(square)], [0, 80, 160, 255]],
    ["PackBits", { ...gray(2, 2), 259: 32_773 }, [Buffer.from([253, 80])], [80, 80, 80, 80]],
    ["LZW", { ...gray(2, 2), 259: 5 }, [Buffer.from([0x80, 0x00, 0x0a, 0x0a, 0x03, 0xfe, 0x02])], undefined],
    ["differences", { ...gray(2, 2), 259: 8, 317: 2 }, [deflateSync(Buffer.from([10, 10, 20, 5]))], [10, 20, 20, 25]],
    ["white as zero", { ...gray(2, 2), 262: 0 }, [square], [255, 175, 95, 0]],
    ["one bit", { ...gray(8, 1), 258: 1 }, [Buffer.from([0b10100001])], [255, 0, 255, 0, 0, 0, 0, 255]],
    [
      "a palette",
      { ...gray(2, 1), 258: 8, 262: 3, 320: Array.from({ length: 768 }, (_, at) => (at % 256) * 256) },
      [Buffer.from([7, 200])],
      [7, 200],
    ],
    ["color", { ...gray(2, 1), 258: 8, 262: 2, 277: 3 }, [Buffer.from([255, 0, 0, 255, 255, 255])], [76, 255]],
    ["a turn", { ...gray(2, 2), 274: 6 }, [square], [160, 0, 255, 80]],
  ])("of %s is read", (_, tags, strips, expected) => {
    const { pixels } = read(tiff([{ tags, strips }]));

    if (!expected) return expect(pixels).toHaveLength(4);
    for (const [index, pixel] of pixels.entries())
      expect(Math.abs(pixel - (expected[index] ?? 0))).toBeLessThanOrEqual(3);
  });

  it("of fax (T.6) is read: a white page with one black row", () => {
    // Vertical 0 for a white row; horizontal with 0 white (00110101) and 8 black (000101) for a black one; EOFB.
    const bits = `1${"001"}${"00110101"}${"000101"}${"000000000001".repeat(2)}`.padEnd(56, "0");
    const bytes = Buffer.from(Array.from({ length: 7 }, (_, at) => Number.parseInt(bits.slice(at * 8, at * 8 + 8), 2)));
    const fax = { ...gray(8, 2), 258: 1, 259: 4, 262: 0 };

    expect(read(tiff([{ tags: fax, strips: [bytes] }])).pixels).toEqual([...Array(8).fill(255), ...Array(8).fill(0)]);
  });

  it("that is damaged, or of a kind that is not read, is refused by name", () => {
    const page = { tags: gray(2, 2), strips: [square] };
    const bytes = tiff([page]);
    const circle = Buffer.from(bytes);
    circle.writeUInt32LE(circle.readUInt32LE(4), circle.length - 4);

    expect(() => openTiff(Buffer.from("II*\0\xff\xff\xff\x7f", "latin1"), defaultLimits)).toThrow("damaged or cut off");
    expect(openTiff(circle, defaultLimits).pages).toBe(1);
    expect(() => read(tiff([{ ...page, tags: { ...page.tags, 259: 6 } }]))).toThrow("save it as PDF or PNG");
    expect(() => read(tiff([{ ...page, tags: { ...page.tags, 256: 100_000, 257: 100_000 } }]))).toThrow(
      "100000 x 100000",
    );
  });
});
