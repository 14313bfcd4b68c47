/**
 * Pictures that are a part of a page of text.
 *
 * @module
 */

import { deflateSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import type { GrayImage } from "../../../shared/capabilities/documents/image/gray-image.ts";
import { closeDocumentThreads, extract, FakeOcr, line, pdf, png, seeded } from "../../helpers/document-builders.ts";
import { drawn, pptx, shape } from "../../helpers/office-builders.ts";

afterAll(closeDocumentThreads);

/** Gray rows: paper with strokes of ink, or with all shades. */
function rows(width: number, height: number, shade: (x: number, y: number) => number): Buffer {
  const pixels = Buffer.alloc(width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) pixels[y * width + x] = shade(x, y);
  return pixels;
}
const written = (x: number, y: number): number => (y % 40 < 4 && x % 20 < 12 ? 0 : 255);
const photograph = (() => {
  const random = seeded(4);
  return () => Math.floor(random() * 256);
})();

interface Shown {
  readonly width: number;
  readonly height: number;
  readonly shade?: (x: number, y: number) => number;
  /** Points on the page. */
  readonly wide: number;
  readonly high: number;
}

const own = "A report with a picture in it, and a line of text";

/** A page of text with pictures beside each other, from 200 points above its foot on. */
const page = (pictures: readonly Shown[], text = own): Buffer => {
  const names = pictures.map((_, index) => `/X${index} ${5 + index} 0 R`).join(" ");
  const draw = pictures.map(
    ({ wide, high }, index) => `q ${wide} 0 0 ${high} ${40 + index * 260} 200 cm /X${index} Do Q\n`,
  );
  return pdf([
    { dictionary: "<< /Type /Catalog /Pages 2 0 R >>" },
    { dictionary: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>" },
    {
      dictionary: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> /XObject << ${names} >> >> /Contents 4 0 R >>`,
    },
    { dictionary: "<< >>", stream: Buffer.from(line(text, 780) + draw.join("")) },
    ...pictures.map(({ width, height, shade = written }) => ({
      dictionary: `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode >>`,
      stream: deflateSync(rows(width, height, shade)),
    })),
  ]);
};

const screenshot: Shown = { width: 600, height: 400, wide: 240, high: 160 };

class Sure extends FakeOcr {
  readonly images: GrayImage[] = [];
  readonly #answer: { readonly text: string; readonly confidence: number };

  constructor(text: string, confidence: number) {
    super();
    this.#answer = { text, confidence };
  }

  override async recognize(image: GrayImage) {
    this.images.push(image);
    return this.#answer;
  }
}

describe("a picture that is a part of a page of text", () => {
  const seen = "Error 4711: the printer is out of paper";

  it("is read by itself, without the page around it, and joined with its text", async () => {
    const ocr = new Sure(seen, 90);

    const found = await extract(page([screenshot]), { ocr });

    expect(found).toMatchObject({ text: `${own}\n\n${seen}`, ocr: true, warnings: [] });
    const { width, height } = ocr.images[0] as GrayImage;
    expect([Math.round(width / 10), Math.round(height / 10)]).toEqual([60, 40]);
  });

  it("is read with another one in one picture", async () => {
    const ocr = new Sure(seen, 90);

    await extract(page([screenshot, screenshot]), { ocr });

    expect(ocr.images.map(({ height }) => Math.round(height / 100))).toEqual([9]);
  });

  it.each<[string, Shown]>([
    ["a logo", { ...screenshot, wide: 90, high: 60 }],
    ["of few pixels", { ...screenshot, width: 200, height: 130 }],
    ["a photograph", { ...screenshot, shade: photograph }],
  ])("is not read when it is %s", async (_, shown) => {
    const ocr = new Sure(seen, 90);

    expect(await extract(page([shown]), { ocr })).toMatchObject({ text: own, ocr: false, warnings: [] });
    expect(ocr.images).toEqual([]);
  });

  it.each<[string, string, number]>([
    ["is in doubt", seen, 45],
    ["is signs", "x|}4 qzr7 %&kk bcdfg ;;; wrt 8zx", 80],
    ["is lines of a letter each", "H\n1\ni\nE\nT\nl\nI\n1\nH\nU\nA\nB\nC\nD", 80],
    ["is in the text of the page already", "report with a picture\nline of text", 90],
  ])("adds nothing where what is recognized %s", async (_, text, confidence) => {
    expect(await extract(page([screenshot]), { ocr: new Sure(text, confidence) })).toMatchObject({
      text: own,
      ocr: false,
    });
  });

  it("adds what is rather clear with a warning", async () => {
    expect(await extract(page([screenshot]), { ocr: new Sure(seen, 60) })).toMatchObject({
      text: `${own}\n\n${seen}`,
      warnings: [{ page: 1, kind: "low_confidence" }],
    });
  });
});

it("several pictures of a slide are read together", async () => {
  const picture = (width: number) => {
    const pixels = rows(width, 500, written);
    // A filter byte in front of each row.
    const data = Buffer.concat(
      Array.from({ length: 500 }, (_, y) =>
        Buffer.concat([Buffer.from([0]), pixels.subarray(y * width, (y + 1) * width)]),
      ),
    );
    return Buffer.concat([png(width, 500, data), Buffer.alloc(5_000)]);
  };
  const name = (index: number) => `<p:pic><p:blipFill><a:blip r:embed="p${index}"/></p:blipFill></p:pic>`;
  const random = seeded(9);
  const noise = () => Buffer.from(Array.from({ length: 5_000 }, () => Math.floor(random() * 256)));
  const ocr = new Sure("The text of both pictures on the slide", 90);

  const found = await extract(
    pptx(
      [`${shape(drawn("The slide has a text of its own, long enough"))}${name(0)}${name(1)}`],
      {},
      {
        "media/one.png": Buffer.concat([picture(600), noise()]),
        "media/two.png": Buffer.concat([picture(700), noise()]),
      },
    ),
    { ocr },
  );

  expect(found.text).toContain("The text of both pictures");
  expect(ocr.images.map(({ width, height }) => [width, height > 1_000])).toEqual([[700, true]]);
});
