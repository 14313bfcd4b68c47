/**
 * Forms in PDF: what is entered and chosen, whether a program drew it or not.
 *
 * @module
 */

import { afterAll, expect, it } from "vitest";
import { closeDocumentThreads, extract, line, pdf } from "../../helpers/document-builders.ts";

afterAll(closeDocumentThreads);

const FONTS =
  "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> /Z << /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >> >>";

/** A page of text with form fields; `/N APPEARANCE` stands for a drawing of the field's own. */
function form(content: string, fields: readonly { readonly field: string; readonly drawn?: string }[]): Buffer {
  const ids = fields.map((_, index) => `${5 + 2 * index} 0 R`).join(" ");
  return pdf([
    {
      dictionary: `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [${ids}] /DR << ${FONTS} >> /DA (/F 10 Tf 0 g) >> >>`,
    },
    { dictionary: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>" },
    {
      dictionary: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << ${FONTS} >> /Contents 4 0 R /Annots [${ids}] >>`,
    },
    { dictionary: "<< >>", stream: Buffer.from(content, "latin1") },
    ...fields.flatMap(({ field, drawn = "" }, index) => [
      {
        dictionary: `<< /Type /Annot /Subtype /Widget /P 3 0 R ${field.replaceAll("APPEARANCE", `${6 + 2 * index} 0 R`)} >>`,
      },
      {
        dictionary: `<< /Type /XObject /Subtype /Form /BBox [0 0 150 14] /Resources << ${FONTS} >> >>`,
        stream: Buffer.from(drawn),
      },
    ]),
  ]);
}

const words = (x: number, y: number, text: string): string => `BT /F 12 Tf ${x} ${y} Td (${text}) Tj ET\n`;
const tick = "q BT /Z 12 Tf 0 0 Td (4) Tj ET Q";
const box = (y: number, state: string, kind = "") => ({
  field: `/F 4 /FT /Btn ${kind} /T (box${y}) /V /${state} /AS /${state} /Rect [72 ${y} 86 ${y + 14}] /AP << /N << /Yes APPEARANCE >> >>`,
  drawn: tick,
});

it("boxes are ticked or empty, each before its words, whatever is drawn for the tick", async () => {
  const page = form(
    line("Familienstand, wie er beim Standesamt eingetragen ist", 620) +
      words(92, 573, "verheiratet oder verpartnert") +
      words(92, 553, "ledig, verwitwet oder geschieden") +
      words(92, 533, "Kinder im Haushalt der Eltern"),
    [box(570, "Yes"), box(550, "Off"), box(530, "Yes", "/Ff 32768")],
  );

  const { text } = await extract(page);

  expect(text.split("\n")).toEqual([
    "Familienstand, wie er beim Standesamt eingetragen ist",
    expect.stringMatching(/^☒\sverheiratet oder verpartnert$/),
    expect.stringMatching(/^☐\sledig, verwitwet oder geschieden$/),
    expect.stringMatching(/^☒\sKinder im Haushalt der Eltern$/),
  ]);
});

it("a choice shows its words, not what it exports, and a list what is chosen from it", async () => {
  const page = form(line("Steuerklasse und Farben", 700), [
    {
      field: "/F 4 /FT /Ch /Ff 131072 /T (c) /Opt [[(1) (Klasse I)] [(3) (Klasse III)]] /V (3) /Rect [72 665 300 680]",
    },
    {
      field:
        "/F 4 /FT /Ch /Ff 2097152 /T (l) /Opt [(Rot) (Gelb) (Blau)] /V [(Rot) (Blau)] /I [0 2] /Rect [72 600 300 650]",
    },
  ]);

  const { text } = await extract(page);

  expect(text).toBe("Steuerklasse und Farben\nKlasse III\nRot, Blau");
});

it("what is entered is there once, drawn or not, and not at all where the field is hidden", async () => {
  const page = form(line("Name und Ort", 700), [
    { field: "/F 4 /FT /Tx /T (a) /V (Erika Mustermann) /Rect [72 665 300 680]" },
    {
      field: "/F 4 /FT /Tx /T (b) /V (Kassel) /Rect [72 645 300 660] /AP << /N APPEARANCE >>",
      drawn: "q BT /F 10 Tf 2 3 Td (Kassel) Tj ET Q",
    },
    { field: "/F 2 /FT /Tx /T (c) /V (nobody sees this) /Rect [72 625 300 640]" },
    { field: "/F 4 /FT /Tx /T (d) /V <FEFF0141015B> /Rect [72 605 300 620]" },
  ]);

  const { text } = await extract(page);

  expect(text.split("\n").toSorted()).toEqual(["Erika Mustermann", "Kassel", "Name und Ort", "Łś"]);
});
