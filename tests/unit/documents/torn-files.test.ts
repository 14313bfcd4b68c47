/**
 * Files whose data are damaged in the middle: what is left of them comes with a warning that names the page.
 *
 * @module
 */

import { deflateSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { isTornJpeg } from "../../../shared/capabilities/documents/image/jpeg-damage.ts";
import {
  closeDocumentThreads,
  extract,
  FakeOcr,
  line,
  outcome,
  type PdfObject,
  pdf,
  pdfPages,
  seeded,
  warningKinds,
} from "../../helpers/document-builders.ts";
import { makeJpeg } from "../../helpers/make-jpeg.ts";

afterAll(closeDocumentThreads);

const FONT = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >>";
const contentOf = (page: number) =>
  Array.from({ length: 50 }, (_, row) =>
    line(`Page ${page}, position ${row}: ${(row * 7_919) % 1_000} euro`, 800 - row * 15),
  ).join("");
const packed = (text: string): PdfObject => ({
  dictionary: "<< /Filter /FlateDecode >>",
  stream: deflateSync(Buffer.from(text)),
});

/** Three pages of text; the content of page 2 is object 6. */
const pages = (further: readonly PdfObject[] = []): PdfObject[] => [
  { dictionary: "<< /Type /Catalog /Pages 2 0 R >>" },
  { dictionary: "<< /Type /Pages /Kids [3 0 R 5 0 R 7 0 R] /Count 3 >>" },
  ...[1, 2, 3].flatMap((page) => [
    {
      dictionary: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << ${FONT} /XObject << /X 9 0 R >> >> /Contents ${2 + 2 * page} 0 R >>`,
    },
    packed(contentOf(page)),
  ]),
  { dictionary: "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] >>", stream: Buffer.from("0 0 m") },
  ...further,
];
const changed = (number: number, change: (object: PdfObject) => PdfObject): Buffer =>
  pdf(pages().map((object, index) => (index === number - 1 ? change(object) : object)));
const withStream =
  (change: (stream: Buffer) => Uint8Array) =>
  ({ dictionary, stream }: PdfObject): PdfObject => ({ dictionary, stream: change(Buffer.from(stream ?? [])) });

describe("a page of a PDF", () => {
  it("that is whole comes without a warning, as does one whose checksum was left out", async () => {
    expect(await warningKinds(pdf(pages()))).toEqual([]);
    expect(
      await warningKinds(
        changed(
          6,
          withStream((stream) => stream.subarray(0, -4)),
        ),
      ),
    ).toEqual([]);
  });

  it.each<[string, Buffer]>([
    [
      "overwritten in its middle",
      changed(
        6,
        withStream((stream) => stream.fill(0x55, 200, 230)),
      ),
    ],
    [
      "of another bit",
      changed(
        6,
        withStream((stream) => stream.fill((stream[300] ?? 0) ^ 1, 300, 301)),
      ),
    ],
    [
      "cut off",
      changed(
        6,
        withStream((stream) => stream.subarray(0, 300)),
      ),
    ],
    ["missing", changed(5, ({ dictionary }) => ({ dictionary: dictionary.replace("/Contents 6", "/Contents 66") }))],
    [
      "in parts, one of which is missing",
      changed(5, ({ dictionary }) => ({
        dictionary: dictionary.replace("/Contents 6 0 R", "/Contents [6 0 R 66 0 R]"),
      })),
    ],
    [
      "not packed, and overwritten",
      changed(6, () => ({
        dictionary: "<< >>",
        stream: Buffer.from(contentOf(2)).fill(0, 1_000, 1_200),
      })),
    ],
    [
      "not packed, and torn within a text",
      changed(6, () => ({
        dictionary: "<< >>",
        stream: Buffer.from(contentOf(2)).subarray(0, contentOf(2).indexOf("position 20")),
      })),
    ],
    [
      "in a tree that does not lead to it",
      changed(2, ({ dictionary }) => ({ dictionary: dictionary.replace("5 0 R", "55 0 R") })),
    ],
  ])("whose content is %s is told of, and the others have their text", async (_, file) => {
    const { text, warnings } = await extract(file);

    expect(warnings.map(({ page, kind }) => [page, kind])).toEqual([[2, "page_damaged"]]);
    expect(warnings[0]?.message).toMatch(/get the file once more/);
    expect(text).toContain("Page 1, position 49: 31 euro");
    expect(text).toContain("Page 3, position 49: 31 euro");
  });

  it("that draws a form which is damaged is told of", async () => {
    const form = (stream: Uint8Array) =>
      changed(9, () => ({
        dictionary: "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Filter /FlateDecode >>",
        stream,
      }));
    const whole = deflateSync(Buffer.from(contentOf(4)));

    expect(await warningKinds(form(whole))).toEqual([]);
    expect(await warningKinds(form(whole.subarray(0, 90)))).toEqual(
      [1, 2, 3].map((page) => ({ page, kind: "page_damaged" })),
    );
  });

  it("that is within a stream of objects is told of where that is damaged", async () => {
    const font = `<< ${FONT} >>`;
    const page = `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources 9 0 R /Contents 6 0 R >>`;
    const inside = `8 0 9 ${page.length + 1} `;
    const stream = deflateSync(Buffer.from(`${inside}${page} ${font}`));
    const file = (objects: Uint8Array) => {
      const list = `<< /Type /XRef /Size 9 /W [1 4 1] /Root 1 0 R /Index [1 9] >>`;
      const parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R 8 0 R] /Count 2 >>",
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << ${FONT} >> /Contents 4 0 R >>`,
        contentOf(1),
        objects,
        contentOf(2),
      ] as const;
      let bytes = Buffer.from("%PDF-1.5\n");
      const rows: number[][] = [];
      for (const [index, part] of parts.entries()) {
        rows.push([1, 0, 0, bytes.length >> 8, bytes.length & 255, 0]);
        const kind = part === objects ? `/Type /ObjStm /N 2 /First ${inside.length} /Filter /FlateDecode` : "";
        const data = part === objects || index === 3 || index === 5;
        const head = `${index + 1} 0 obj\n${data ? `<< ${kind} /Length ${part.length} >>\nstream\n` : part}`;
        bytes = Buffer.concat([
          bytes,
          Buffer.from(head),
          Buffer.from(data ? part : ""),
          Buffer.from(`${data ? "\nendstream" : ""}\nendobj\n`),
        ]);
      }
      rows.push([1, 0, 0, bytes.length >> 8, bytes.length & 255, 0], [2, 0, 0, 0, 5, 0], [2, 0, 0, 0, 5, 1]);
      const data = Buffer.from(rows.flat());
      return Buffer.concat([
        bytes,
        Buffer.from(`7 0 obj\n${list.replace(">>", `/Length ${data.length} >>`)}\nstream\n`),
        data,
        Buffer.from(`\nendstream\nendobj\nstartxref\n${bytes.length}\n%%EOF\n`),
      ]);
    };

    expect(await warningKinds(file(stream))).toEqual([]);
    expect((await extract(file(stream))).text).toContain("Page 2, position 49: 31 euro");
    const torn = await warningKinds(file(stream.subarray(0, 60)));
    expect(torn).toContainEqual({ page: 1, kind: "page_damaged" });
  });

  it("is refused by name where nothing of the document is left", async () => {
    const file = pdf(
      pages().map((object, index) => ([3, 5, 7].includes(index) ? { ...object, stream: Buffer.from("none") } : object)),
    );

    expect(await outcome(file)).toMatch(/^DocumentCorruptError: .*damaged.*once more/);
  });
});

/** A picture of shades that differ from block to block. */
const picture = (options = {}) => {
  const random = seeded(5);
  return makeJpeg(
    { across: 60, down: 60 },
    () => ({ mean: Math.round(random() * 200 - 100), wave: random() < 0.5 }),
    options,
  );
};

describe("a JPEG", () => {
  const kinds = [{}, { progressive: true }, { restart: 60 }, { progressive: true, restart: 60 }];

  it.each(kinds)("that is whole is not torn: %j", (options) => {
    expect(isTornJpeg(picture(options))).toBe(false);
  });

  it.each(kinds)("is torn whose middle is overwritten, is missing, or is of other bytes: %j", (options) => {
    const whole = picture(options);
    const middle = Math.floor(whole.length * 0.4);
    const missing = Buffer.concat([whole.subarray(0, middle), whole.subarray(middle + 300)]);
    const other = Buffer.from(whole);
    for (let at = middle; at < middle + 100; at++) other[at] = (at * 7_919) % 251;

    expect([
      isTornJpeg(Buffer.from(whole).fill(0, middle, middle + 100)),
      isTornJpeg(missing),
      isTornJpeg(other),
    ]).toEqual([true, true, true]);
  });

  it("is not torn by bytes that mean nothing between its data and its end, as scanners write them", () => {
    const whole = picture();
    const more = Buffer.concat([whole.subarray(0, -2), Buffer.from([7, 9, 1, 200, 13, 0, 50]), whole.subarray(-2)]);

    expect(isTornJpeg(more)).toBe(false);
  });

  it("that is uploaded, or is a page of a PDF, is told of where it is torn", async () => {
    const whole = picture();
    const middle = Math.floor(whole.length / 2);
    const torn = Buffer.concat([whole.subarray(0, middle), whole.subarray(middle + 300)]);
    const scan = (stream: Buffer) =>
      pdf([
        { dictionary: "<< /Type /Catalog /Pages 2 0 R >>" },
        { dictionary: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>" },
        {
          dictionary:
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /X 5 0 R >> >> /Contents 4 0 R >>",
        },
        { dictionary: "<< >>", stream: Buffer.from("q 595 0 0 842 0 0 cm /X Do Q") },
        {
          dictionary:
            "<< /Type /XObject /Subtype /Image /Width 480 /Height 480 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode >>",
          stream,
        },
      ]);
    const read = () => new FakeOcr("A letter that is long enough to be one");

    expect([await warningKinds(whole, read()), await warningKinds(scan(whole), read())]).toEqual([[], []]);
    const told = [{ page: 1, kind: "page_damaged" }];
    expect([await warningKinds(torn, read()), await warningKinds(scan(torn), read())]).toEqual([told, told]);
  });

  it("is refused where nothing is read of what is left", async () => {
    const whole = picture();
    const torn = Buffer.concat([whole.subarray(0, 900), whole.subarray(1_500)]);

    expect(await outcome(torn)).toMatch(/^DocumentCorruptError: /);
  });
});

it("a page of a PDF that is not packed may hold pictures", async () => {
  const inline = `q 9 0 0 9 0 0 cm BI /W 3 /H 1 /BPC 8 /CS /G ID \x01\xfe(\nEI Q\n`;

  expect(await warningKinds(pdfPages([inline + contentOf(1)]))).toEqual([]);
});
