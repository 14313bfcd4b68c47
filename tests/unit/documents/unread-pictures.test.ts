/**
 * Pictures within office files that are in no format that is read: where they may show text, a warning says so.
 *
 * @module
 */

import { afterAll, describe, expect, it } from "vitest";
import { isUnreadPicture } from "../../../shared/capabilities/documents/image/unread-picture.ts";
import { closeDocumentThreads, extract, paragraph, png, zip } from "../../helpers/document-builders.ts";
import { pptx } from "../../helpers/office-builders.ts";

afterAll(closeDocumentThreads);

/** A record: its kind, and bytes of data. */
type DrawingRecord = readonly [kind: number, bytes: number, begin?: Buffer];

function emf(...records: readonly DrawingRecord[]): Buffer {
  const all: readonly DrawingRecord[] = [[1, 100], ...records, [14, 12]];
  const parts = all.map(([kind, bytes, begin]) => {
    const record = Buffer.alloc(8 + bytes);
    record.writeUInt32LE(kind, 0);
    record.writeUInt32LE(record.length, 4);
    begin?.copy(record, 8);
    return record;
  });
  parts[0]?.write(" EMF", 40, "latin1");
  return Buffer.concat(parts);
}

function wmf(...records: readonly DrawingRecord[]): Buffer {
  const head = Buffer.alloc(18);
  head.set([1, 0, 9, 0, 0, 3]);
  const parts = [...records, [0, 30] as const].map(([kind, bytes]) => {
    const record = Buffer.alloc(6 + bytes);
    record.writeUInt32LE(record.length / 2, 0);
    record.writeUInt16LE(kind, 4);
    return record;
  });
  return Buffer.concat([head, ...parts]);
}

/** A comment of EMF that holds a record of EMF+ of that kind. */
function plus(kind: number): DrawingRecord {
  const inside = Buffer.alloc(20);
  inside.write("EMF+", 4, "latin1");
  inside.writeUInt16LE(kind, 8);
  inside.writeUInt32LE(12, 12);
  return [70, 20, inside];
}

const lines: DrawingRecord = [54, 8];
const webp = Buffer.concat([Buffer.from("RIFF\0\x10\0\0WEBPVP8 ", "latin1"), Buffer.alloc(5_000, 7)]);

describe("a picture", () => {
  it.each([
    ["EMF with text", emf(lines, [84, 80])],
    ["EMF with text of EMF+", emf(lines, plus(0x401c))],
    ["EMF with a scan", emf([81, 9_000])],
    ["WMF with text", wmf([0x0a32, 40])],
    [
      "WMF with text, placed",
      Buffer.concat([Buffer.from([0xd7, 0xcd, 0xc6, 0x9a]), Buffer.alloc(18), wmf([0x0521, 40])]),
    ],
    ["WebP", webp],
  ])("may show what is not read: %s", (_, bytes) => expect(isUnreadPicture(bytes)).toBe(true));

  it.each([
    ["EMF of lines", emf(lines, lines)],
    ["EMF+ of lines", emf(plus(0x400d))],
    ["EMF with a small bitmap", emf([81, 900])],
    ["EMF whose records do not end", emf(lines).fill(0, 108)],
    ["WMF of lines", wmf([0x0213, 40])],
    ["SVG, beside which there is a picture of the same", Buffer.from(`<svg>${" ".repeat(9_000)}</svg>`)],
    ["PNG", png(3, 3, Buffer.alloc(12))],
    ["few bytes", Buffer.from("RIFF")],
  ])("shows nothing that is not read: %s", (_, bytes) => expect(isUnreadPicture(bytes)).toBe(false));
});

const TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';

it("is told of once for a text document, whose text is read", async () => {
  const links = ["officeDocument", "image"].map(
    (kind, index) =>
      `<Relationships><Relationship Id="r1" Type="${TYPE}/${kind}" Target="${["word/document.xml", "media/a.emf"][index]}"/></Relationships>`,
  );
  const shown = '<w:p><w:drawing><a:blip r:embed="r1"/></w:drawing></w:p>';
  const file = zip({
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": links[0] ?? "",
    "word/document.xml": `<w:document ${W}><w:body>${paragraph("The terms")}${shown}${shown}</w:body></w:document>`,
    "word/_rels/document.xml.rels": links[1] ?? "",
    "word/media/a.emf": emf([84, 80]),
  });

  const { text, warnings } = await extract(file);

  expect(text.trim()).toBe("The terms");
  expect(warnings).toMatchObject([
    { kind: "not_recognized", message: expect.stringMatching(/^A picture is in a format/) },
  ]);
});

it("is told of with the number of its slide", async () => {
  const slide = '<p:pic><p:blipFill><a:blip r:embed="p0"/></p:blipFill></p:pic>';
  const title =
    "<p:sp><p:txBody><a:p><a:r><a:t>A title of the presentation, long enough</a:t></a:r></a:p></p:txBody></p:sp>";

  const { warnings } = await extract(pptx([title + slide], {}, { "media/a.webp": webp }));

  expect(warnings).toMatchObject([{ page: 1, kind: "not_recognized" }]);
});
