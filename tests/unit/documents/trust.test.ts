/**
 * The confidence in a text, and when pages are recognized.
 *
 * @module
 */

import { afterAll, describe, expect, it } from "vitest";
import { closeDocumentThreads, extract, FakeOcr, line, outcome, pdfPages } from "../../helpers/document-builders.ts";

afterAll(closeDocumentThreads);

/** A strip of a scan, drawn as an inline picture: bare paper with some ink. */
const strip = (y: number, height: number) =>
  `q 595 0 0 ${height} 0 ${y} cm BI /W 10 /H 1 /BPC 8 /CS /G ID \xff\xff\xff\x00\xff\xff\xff\xff\xff\xff EI Q\n`;
const strips = Array.from({ length: 8 }, (_, index) => strip(index * 105, 105)).join("");
const letter = "This is a stamp that says more than thirty letters: received on 12 March by the office";
const recognized = "The letter itself, as it was recognized off the picture";

describe("a scan in strips with text over it", () => {
  it("is recognized without that text, and both are kept", async () => {
    const ocr = new FakeOcr(recognized);

    const found = await extract(pdfPages([strips + line(letter, 20)]), { ocr });

    expect(found).toMatchObject({ text: `${letter}\n\n${recognized}`, ocr: true, warnings: [] });
    expect(found.confidence).toBeGreaterThan(0.9);
    expect(found.confidence).toBeLessThan(1);
  });

  it("is not recognized again where that text is invisible", async () => {
    const ocr = new FakeOcr(recognized);

    const found = await extract(pdfPages([`${strips}3 Tr\n${line(letter, 20)}`]), { ocr });

    expect(found).toMatchObject({ text: letter, ocr: false, confidence: 1 });
    expect(ocr.seen).toEqual([]);
  });
});

it("a page over a photograph is not recognized", async () => {
  const shades = Array.from({ length: 100 }, (_, index) =>
    String.fromCharCode((index * 37) % 256).replace("E", "F"),
  ).join("");
  const photograph = `q 595 0 0 842 0 0 cm BI /W 10 /H 10 /BPC 8 /CS /G ID ${shades} EI Q\n`;
  const ocr = new FakeOcr(recognized);

  expect(await extract(pdfPages([photograph + line(letter, 700)]), { ocr })).toMatchObject({
    text: letter,
    ocr: false,
  });
  expect(ocr.seen).toEqual([]);
});

describe("a text layer that makes no sense", () => {
  /** As fonts give it whose letters are 29 places further on. */
  const shifted = [..."The tenant pays the rent on the third working day of each month and the deposit with it"]
    .map((one) => (one === " " ? " " : String.fromCharCode(one.charCodeAt(0) - 29)))
    .join("")
    .replace(/[()\\]/g, "x");

  it("is replaced by what is recognized, with a warning", async () => {
    const ocr = new FakeOcr("The tenant pays the rent");

    const found = await extract(pdfPages([line(shifted, 700)]), { ocr });

    expect(found).toMatchObject({ text: "The tenant pays the rent", ocr: true, confidence: 0.9 });
    expect(found.warnings).toMatchObject([{ page: 1, kind: "text_layer_replaced" }]);
  });

  it("comes with a warning and hardly any confidence where nothing is recognized", async () => {
    const found = await extract(pdfPages([line(shifted, 700)]));

    expect(found.confidence).toBeLessThanOrEqual(0.1);
    expect(found.warnings).toMatchObject([{ page: 1, kind: "unreadable_text" }]);
  });

  /** As a font gives it that maps each letter to another one: natural to look at, and of no language. */
  const exchanged =
    "Qmjz gmmjzom Kiyme pek Jmzzme, jumzyuo hoekugme duz kme Amzozig Ez. 4711 xpy 31. Kmxmysmz pek suoome py Smgomouiphi";

  it("is recognized though its words look like words, for its letters are none of a language", async () => {
    const ocr = new FakeOcr("Sehr geehrte Damen und Herren");

    const found = await extract(pdfPages([line(exchanged, 700)]), { ocr });

    expect(found).toMatchObject({ text: "Sehr geehrte Damen und Herren", warnings: [{ kind: "text_layer_replaced" }] });
  });

  it("is kept where recognition reads the same words on the page", async () => {
    const ocr = new FakeOcr(exchanged.replace("Qmjz", "Qmiz"));

    const found = await extract(pdfPages([line(exchanged, 700)]), { ocr });

    expect(found).toMatchObject({ text: exchanged, ocr: false, confidence: 1, warnings: [] });
  });

  it.each([{ mode: "never" as const }, { limits: { recognizedPages: 0 } }])(
    "is not trusted where it is not recognized: %j",
    async (options) => {
      const found = await extract(pdfPages([line(exchanged, 700)]), options);

      expect(found).toMatchObject({ text: exchanged, confidence: 0.1 });
      expect(found.warnings).toHaveLength(1);
    },
  );

  it.each([
    "Umowa najmu lokalu użytkowego zawarta w Krakowie między wynajmującym a najemcą przedmiotem dzierżawy",
    "Bezeichnung Stück Einzelpreis Gesamtpreis Schrauben Muttern Unterlegscheiben Winkelverbinder Kabelbinder",
    "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein",
    "Vuokrasopimus huoneistosta vuokralainen maksaa vuokran kuukausittain ennakkoon pankkitilille viimeistään",
    "Der Mieter zahlt die Miete am dritten Werktag eines jeden Monats und leistet dazu eine Kaution.",
    "Abb. 3: Querschnitt DN 150, PN 16; Rohrschelle M8x40, Gewindestange A2-70, U-Scheibe 8,4 nach DIN 125-1",
    "IBAN DE44 5001 0517 5407 3249 31, BIC INGDDEFFXXX, Steuernummer 143/123/45678, USt-IdNr. DE123456789",
    "Wizytówka przedsiębiorstwa: umowa najmu lokalu użytkowego zawarta w Krakowie między stronami",
    "int main(void) { printf; return EXIT_SUCCESS; } struct node *next = NULL; for i = 0; i < n; ++i",
  ])("is not such a one: %s", async (text) => {
    const { judgeText } = await import("../../../shared/capabilities/documents/text/quality.ts");

    expect(judgeText(text)).toBe("good");
  });
});

describe("words as people write them", () => {
  it.each([
    ["Checkliste Service", true],
    ["Property Insurance: 2 Vorname(n), Straße 12b, DIN A4", true],
    ["Výbava na přání", true],
    ["の削除・インストールについて", true],
    ["Уважаемые господа", true],
    ["9ROXPHV", false],
    ["5(&20('$&,Ï1", false],
    ["/,1(83 '(6&5,37,21", false],
    ["QJEJ jCMFTLJWFS ÈOOF", false],
    ["ɍɝɥɨɜɚɹɲɥɢɮɨɜɚɥɶɧɚɹ", false],
    ["킜킰톁톁킰 킜킰톁톈톂킰킱", false],
    ["̽ଋҨǥƹ̽ୡȥဎഁ", false],
  ])("%s: %s", async (text, natural) => {
    const { naturalShare } = await import("../../../shared/capabilities/documents/text/natural-words.ts");

    expect(naturalShare(text) >= 0.7).toBe(natural);
  });
});

describe("recognition", () => {
  const page = pdfPages([line("A page with a text of its own", 700)]);

  it("is done on every page where it is asked for, and keeps what says more", async () => {
    const more = await extract(page, {
      ocr: new FakeOcr("A page with a text of its own, and a drawing"),
      mode: "always",
    });
    const less = await extract(page, { ocr: new FakeOcr("A page"), mode: "always" });

    expect([more.text, less.text]).toEqual([
      "A page with a text of its own, and a drawing",
      "A page with a text of its own",
    ]);
  });

  it("is not done where it is not wanted, which is told", async () => {
    const ocr = new FakeOcr(recognized);

    const found = await extract(pdfPages([strips]), { ocr, mode: "never" });

    expect(found).toMatchObject({ text: "", confidence: null, warnings: [{ page: 1, kind: "not_recognized" }] });
    expect(ocr.seen).toEqual([]);
  });

  it("of a photograph, which reads as scattered signs, is not text; of a bad scan it comes with a warning", async () => {
    const sure = (confidence: number) => ({
      parallel: 1,
      recognize: async () => ({ text: "Rechnung 4711", confidence }),
    });

    expect(await extract(pdfPages([strips]), { ocr: sure(20) })).toMatchObject({
      text: "",
      warnings: [{ kind: "no_text" }],
    });
    expect(await extract(pdfPages([strips]), { ocr: sure(50) })).toMatchObject({
      text: "Rechnung 4711",
      confidence: 0.5,
      warnings: [{ page: 1, kind: "low_confidence" }],
    });
  });

  it("of one picture that takes too long leaves that one out", async () => {
    const { DocumentTooLargeError } = await import("../../../contracts/documents/errors.ts");
    let calls = 0;
    const ocr = {
      parallel: 1,
      recognize: async () => {
        if (++calls === 1) throw new DocumentTooLargeError("A picture needs more time than it may take.");
        return { text: "the second page", confidence: 90 };
      },
    };

    const found = await extract(pdfPages([strips, strips]), { ocr });

    expect(found).toMatchObject({ text: "\n\fthe second page", warnings: [{ page: 1, kind: "page_left_out" }] });
  });

  it("is done for so many pages and no more", async () => {
    const found = await extract(pdfPages([strips, strips]), {
      ocr: new FakeOcr("read"),
      limits: { recognizedPages: 1 },
    });

    expect(found).toMatchObject({ text: "read\n\f", warnings: [{ page: 2, kind: "not_recognized" }] });
  });
});

it("of many warnings, twenty are kept and the others counted", async () => {
  const { warnings } = await extract(pdfPages(Array.from({ length: 25 }, () => strips)), { mode: "never" });

  expect(warnings).toHaveLength(21);
  expect(warnings.at(-1)).toEqual({ page: null, kind: "more_warnings", message: expect.stringContaining("5 more") });
});

describe("plain text", () => {
  const encode = (text: string, label: string): Buffer => {
    const codes = new Map(
      Array.from({ length: 256 }, (_, code) => [new TextDecoder(label).decode(Uint8Array.of(code)), code] as const),
    );
    return Buffer.from([...text].map((one) => codes.get(one) ?? 63));
  };
  const polish = "Szanowni Państwo, w załączeniu przesyłam umowę najmu mieszkania. Proszę o podpisanie jej dziś.";
  const russian = "Уважаемые господа, направляем вам договор аренды помещения и просим его подписать.";
  const german = "Sehr geehrte Damen und Herren, die Prüfung der Größe läuft noch bis übermorgen, schöne Grüße";

  it.each([
    ["Windows-1250", polish, "windows-1250"],
    ["ISO 8859-2", polish, "iso-8859-2"],
    ["Windows-1251", russian, "windows-1251"],
    ["KOI8-R", russian, "koi8-r"],
    ["IBM866", russian, "ibm866"],
    ["Macintosh", german, "macintosh"],
  ])("is read in %s", async (_, text, label) => {
    expect((await extract(encode(text, label))).text).toBe(text);
  });

  it("is read in DOS Latin-1, which is told to be a guess", async () => {
    const dos: Readonly<Record<string, number>> = { ä: 0x84, ö: 0x94, ü: 0x81, ß: 0xe1 };
    const bytes = Buffer.from([...german].map((one) => dos[one] ?? one.charCodeAt(0)));

    expect(await extract(bytes)).toMatchObject({ text: german, warnings: [{ kind: "encoding_guessed" }] });
  });

  it("is read in Shift JIS", async () => {
    const bytes = Buffer.from("82b182ea82cd93fa967b8cea82cc95b68fcd82c582b781428a8e8abf8e9a82e08c9c8142", "hex");

    expect((await extract(bytes)).text).toBe(new TextDecoder("shift_jis").decode(bytes));
  });

  it("that is a page of HTML is read in the encoding that it names, and a part of one is known by its name", async () => {
    const page = Buffer.from('<html><head><meta charset="iso-8859-2"></head><p>\xb1\xe6\xea</p></html>', "latin1");
    const named = await extract(page);
    const part = await extract(Buffer.from("<p>One <b>word</b></p>"), { fileName: "part.html" });

    expect(named).toMatchObject({ text: "ąćę", warnings: [] });
    expect(part).toMatchObject({ text: "One word", format: "html" });
  });

  it("that is a page of HTML is what a browser shows of it", async () => {
    const html =
      "<!DOCTYPE html><html><head><title>no</title><style>p{}</style></head><body><h1>Über&nbsp;uns</h1><script>no()</script>" +
      '<p>Erste <b>Zeile</b><br>zweite</p><ol><li>a</li><li>b</li></ol><p style="display: none">no</p><table><tr><th>x</th><td>y</td></tr></table></body></html>';

    expect(await extract(Buffer.from(html))).toMatchObject({
      text: "Über\u00a0uns\nErste Zeile\nzweite\n1. a\n2. b\nx\ty",
      format: "html",
      contentType: "text/html",
      pages: null,
    });
  });

  it("stays UTF-8 with bytes that are none, at its beginning and its end, and says how many", async () => {
    const bytes = Buffer.concat([Buffer.from([0xff]), Buffer.from("Grüße aus Köln, "), Buffer.from([0xc3])]);

    const found = await extract(bytes);

    expect(found.text).toBe("\ufffdGrüße aus Köln, \ufffd");
    expect(found.warnings).toMatchObject([{ kind: "invalid_characters", message: expect.stringContaining("2 bytes") }]);
  });

  it.each([
    ["mentions the header of a PDF", "A PDF begins with %PDF-1.7 and ends with %%EOF."],
    ["begins with it", "%PDF-1.7 is how a PDF begins.\nThis text does not go on like one."],
    ["has a line of it", "The first line is\n%PDF-1.4\nand then come the objects: 1 0 obj"],
    ["begins like a bitmap", "BM is short for Bergamo."],
    ["begins like a program", "MZ steht für Mitteilungszwang"],
  ])("that %s is a text", async (_, text) => {
    expect(await extract(Buffer.from(text))).toMatchObject({ format: "txt", text });
  });

  it.each([
    ["zeros among bytes without meaning", Buffer.from([...Buffer.alloc(4_000, 0xe9), 0, ...Buffer.alloc(40, 0x41)])],
    ["a WebP image", Buffer.concat([Buffer.from("RIFF\x10\0\0\0WEBPVP8 "), Buffer.alloc(100, 7)])],
    ["a HEIC image", Buffer.concat([Buffer.from("\0\0\0\x18ftypheic\0\0\0\0"), Buffer.alloc(100, 7)])],
    ["a gzip file", Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]), Buffer.alloc(100, 3)])],
    ["PostScript", Buffer.from("%!PS-Adobe-3.0\n/Times findfont")],
  ])("is not what is %s", async (_, bytes) => {
    expect(await outcome(bytes)).toMatch(/^UnsupportedFormatError: .*(?:save (?:or print )?it as|unpack it)/s);
  });
});
