/**
 * Whether a document states a value: notations that are the same value, and near misses that are another one.
 *
 * @module
 */

import { describe, expect, it } from "vitest";
import { paragraphsOf } from "../../../shared/capabilities/documents/structure/document-blocks.ts";
import { readPart } from "../../../shared/capabilities/extraction/part-reading.ts";
import { partsOf, placeIn } from "../../../shared/capabilities/extraction/parts.ts";
import { findValue, type Scalar } from "../../../shared/capabilities/extraction/values/find-value.ts";
import { notationOf } from "../../../shared/capabilities/extraction/values/notation.ts";

const date = { type: "string", format: "date" };
const number = { type: "number" };
const text = { type: "string" };

/** Where a text states a value, as its own words; undefined when it does not. */
function stated(
  value: Scalar,
  document: string,
  {
    schema = typeof value === "number" ? number : text,
    name = "value",
    language = "de",
  }: { schema?: Record<string, unknown>; name?: string; language?: string } = {},
): string | undefined {
  const [part] = partsOf([{ page: null, blocks: paragraphsOf(document) }], 50_000);
  if (!part) return undefined;
  const reading = readPart(part, notationOf(document, language), language);
  const found = findValue({ value, name, schema }, reading);
  return found && part.text.slice(found.start, found.end);
}

describe("a number", () => {
  it.each([
    [1234.56, "Summe: 1.234,56 EUR", "de"],
    [1234.56, "Total: 1,234.56 EUR", "en"],
    [1234.56, "Total: EUR 1 234,56", "fr"],
    [1234.56, "Summe 1 234,56 €", "de"],
    [1234.56, "Summe 1'234.56 CHF", "de"],
    [1234, "Summe: 1.234 Euro", "de"],
    [1234, "Total: 1,234 euros", "en"],
    [1.234, "Faktor 1,234", "de"],
    [1.234, "factor 1.234", "en"],
    [1234567.89, "1.234.567,89", "de"],
    [8.5, "8,50", "de"],
    [50, "50,-- EUR", "de"],
    [-119, "Gutschrift −119,00 EUR", "de"],
    [-119, "Storno 119,00- EUR", "de"],
    [19, "zzgl. 19 % MwSt.", "de"],
    [0.19, "zzgl. 19 % MwSt.", "de"],
    [3, "a notice period of three months", "en"],
    [3, "eine Frist von drei Monaten", "de"],
    [2_500_000, "ein Volumen von 2,5 Mio. Euro", "de"],
    [120, "Menge 8 120,00 960,00", "de"],
    [960, "Menge 8 120,00 960,00", "de"],
    // English words, German numbers: those that can be read in one way decide.
    [1500, "The first rate is 1.500 and the second 2.350,75 euros.", "en"],
    [1500, "Die erste Rate ist 1,500 und die zweite 2,350.75 Dollar.", "de"],
  ])("%s stands in %j (%s)", (value, document, language) => {
    expect(stated(value, document, { language })).toBeDefined();
  });

  it.each([
    [1.234, "Summe: 1.234 Euro", "de"],
    [1.234, "Total: 1,234 euros", "en"],
    [1234, "Faktor 1,234", "de"],
    [1234, "factor 1.234", "en"],
    [123456, "Summe: 1.234,56 EUR", "de"],
    [234.56, "Summe: 1.234,56 EUR", "de"],
    [1234, "Summe: 1.234,56 EUR", "de"],
    [1234.5, "Summe: 1.234,56 EUR", "de"],
    [1234.57, "Summe: 1.234,56 EUR", "de"],
    [119, "Gutschrift -119,00 EUR", "de"],
    [119, "Storno 119,00- EUR", "de"],
    [-119, "Rechnung 119,00 EUR", "de"],
    // Parts of dates, times, telephone and account numbers are no numbers of their own.
    [12.03, "am 12.03.2025", "de"],
    [12, "am 12.03.2025", "de"],
    [30, "um 14:30 Uhr", "de"],
    [3704, "IBAN DE89 3704 0044 0532 0130 00", "de"],
    [554433, "Telefon 0361 554433", "de"],
    [418, "Rechnung RE-2025-418", "de"],
    // An article counts nothing.
    [1, "eine Rechnung über 5 Euro", "de"],
    [0.5, "zzgl. 19 % MwSt.", "de"],
  ])("%s does not stand in %j (%s)", (value, document, language) => {
    expect(stated(value, document, { language })).toBeUndefined();
  });
});

describe("a date", () => {
  it.each([
    ["2025-03-12", "Datum: 12.03.2025", "de"],
    ["2025-03-12", "Datum: 12.3.25", "de"],
    ["2025-03-12", "Kiel, den 12. März 2025", "de"],
    ["2025-03-12", "12 March 2025", "en"],
    ["2025-03-12", "March 12, 2025", "en"],
    ["2025-03-12", "12th of March 2025", "en"],
    ["2025-03-12", "2025-03-12", "en"],
    ["2025-03-12", "Due: 03/12/2025, total $10.00", "en"],
    ["2025-03-12", "Due: 12/03/2025, total £10.00", "en"],
    ["2025-03-12", "12/03/2025 and 25/03/2025", "en"],
    ["2025-03-12", "12/03/2025", "de"],
    ["2026-08-12", "12. bis 15. August 2026", "de"],
  ])("%s stands in %j (%s)", (value, document, language) => {
    expect(stated(value, document, { schema: date, language })).toBeDefined();
  });

  it.each([
    ["2025-12-03", "Datum: 12.03.2025", "de"],
    ["2025-12-03", "Due: 03/12/2025, total $10.00", "en"],
    ["2025-12-03", "12/03/2025 and 25/03/2025", "en"],
    ["2025-03-13", "Kiel, den 12. März 2025", "de"],
    ["2024-03-12", "12 March 2025", "en"],
    // It would have to be worked out.
    ["2025-03-13", "Heute ist der 12.03.2025, also morgen.", "de"],
    ["2025-03-26", "12.03.2025, zahlbar innerhalb von 14 Tagen", "de"],
    ["2025-03-12", "am 12. März", "de"],
    ["2025-03-12T14:30:00Z", `12.03.2025\n${"Noch eine Zeile Text. ".repeat(20)}\n14:30 Uhr`, "de"],
  ])("%s does not stand in %j (%s)", (value, document, language) => {
    expect(stated(value, document, { schema: date, language })).toBeUndefined();
  });

  it("with a time needs both near each other", () => {
    const schema = { type: "string", format: "date-time" };

    expect(stated("2025-03-12T14:30:00Z", "Termin: 12.03.2025, 14:30 Uhr", { schema })).toBeDefined();
    expect(stated("2025-03-12T15:30:00Z", "Termin: 12.03.2025, 14:30 Uhr", { schema })).toBeUndefined();
  });
});

describe("a text", () => {
  it.each([
    ["Dachdeckerei Holm GmbH", "DACHDECKEREI  HOLM\nGmbH"],
    ["Werftstraße 18, 24143 Kiel", "Werftstraße 18\n24143 Kiel"],
    ["Rechnungsnummer", "Ihre Rechnungs-\nnummer"],
    ["E-Mail", "per E-\nMail"],
    ["e-mail", "per e-\nmail"],
    ["Marlow & Finch LLP", "Bill to: Marlow & Finch LLP."],
    ["DE89370400440532013000", "IBAN: DE89 3704 0044 0532 0130 00"],
    ["DE89 3704 0044 0532 0130 00", "IBAN: DE89370400440532013000"],
    ["DE123456789", "USt-IdNr.: DE 123 456 789"],
    ["+49 361 554433", "Telefon +49 (361) 55 44 33"],
    ["RE-2025-0418", "Rechnung Nr. RE-2025-0418 vom 3. Mai"],
    ["1.234,56 EUR", "Summe: 1.234,56 EUR"],
    ["1234.56", "Summe: 1.234,56 EUR"],
    ["buchhaltung@markt.example", "E-Mail: Buchhaltung@Markt.example"],
    ["ﬁnal", "final report"],
  ])("%j stands in %j", (value, document) => {
    expect(stated(value, document)).toBeDefined();
  });

  it.each([
    ["Holm AG", "Dachdeckerei Holm GmbH"],
    ["Petersen", "Frau Petersens"],
    ["RE-2025", "Rechnung Nr. RE-2025-0418"],
    ["2025-0418", "Rechnung Nr. RE-2025-0418"],
    ["DE89 3704", "IBAN: DE89 3704 0044 0532 0130 00"],
    ["DE89370400440532013001", "IBAN: DE89 3704 0044 0532 0130 00"],
    ["0361 5544", "Telefon 0361 554433"],
    ["0361 554433", "Telefon 0361 55443344"],
    ["1,234", "Summe: 1.234 Euro"],
    ["1234.57", "Summe: 1.234,56 EUR"],
    ["-5", "Temperatur 5"],
    ["5", "Temperatur -5"],
    ["Kiel Hamburg", "Kiel und Hamburg"],
    ["…", "Kiel …"],
  ])("%j does not stand in %j", (value, document) => {
    expect(stated(value, document)).toBeUndefined();
  });

  it("does not stand across two cells of a row", () => {
    const rows = [
      ["Artikel", "Menge"],
      ["Tisch", "2"],
    ];
    const block = { kind: "table", rows, text: rows.map((row) => row.join("\t")).join("\n"), box: null, confidence: 1 };
    const [part] = partsOf([{ page: 1, blocks: [block as never] }], 1_000);
    const reading = part && readPart(part, notationOf("", "de"), "de");

    expect(reading && findValue({ value: "Tisch 2", name: "x", schema: text }, reading)).toBeUndefined();
    expect(reading && findValue({ value: "Tisch", name: "x", schema: text }, reading)).toBeDefined();
  });
});

describe("an enum", () => {
  const schema = { enum: ["EUR", "USD"] };
  const priority = { enum: ["low", "high"], description: "high: urgent, at once; low: whenever" };

  it("stands there by its name, its description, a common word for it, or a currency's sign", () => {
    expect(stated("EUR", "Summe 5,00 €", { schema })).toBeDefined();
    expect(stated("USD", "total of $5.00", { schema, language: "en" })).toBeDefined();
    expect(stated("high", "This is urgent.", { schema: priority, language: "en" })).toBe("urgent");
    expect(stated("high", "Die Priorität ist hoch.", { schema: priority })).toBe("hoch");
  });

  it("does not stand there otherwise", () => {
    expect(stated("USD", "Summe 5,00 €", { schema })).toBeUndefined();
    expect(stated("high", "This is not urgent.", { schema: priority, language: "en" })).toBeUndefined();
    expect(stated("low", "This is urgent.", { schema: priority, language: "en" })).toBeUndefined();
  });
});

describe("yes or no", () => {
  const asked = (value: boolean, document: string) =>
    stated(value, document, { name: "parking_included", schema: { type: "boolean" }, language: "en" });

  it("stands where the text speaks of the property and says so", () => {
    expect(asked(true, "Parking is included.")).toBeDefined();
    expect(asked(false, "Parking included: no")).toBeDefined();
  });

  it("does not stand where the text says the opposite or nothing", () => {
    expect(asked(true, "Parking included: no")).toBeUndefined();
    expect(asked(false, "Parking is included.")).toBeUndefined();
    expect(asked(false, "Breakfast is served at eight.")).toBeUndefined();
  });
});

describe("of several places", () => {
  it("the one counts whose surroundings name the property", () => {
    const document = "Anzahlung: 500,00 EUR\n\nGesamtbetrag: 500,00 EUR";
    const [part] = partsOf([{ page: 3, blocks: paragraphsOf(document) }], 1_000);
    const reading = part && readPart(part, notationOf(document, "de"), "de");
    const found = reading && findValue({ value: 500, name: "gesamtbetrag", schema: number }, reading);

    expect(found && part && placeIn(part, found)).toEqual({ page: 3, quote: "Gesamtbetrag: 500,00 EUR", box: null });
    expect(found?.weight).toBe(1);
  });

  it("a value that nothing names is worth less", () => {
    const [part] = partsOf([{ page: null, blocks: paragraphsOf("Kiel, Holm, 4711") }], 1_000);
    const reading = part && readPart(part, notationOf("", "de"), "de");

    expect(reading && findValue({ value: "4711", name: "kundennummer", schema: text }, reading)?.weight).toBe(0.7);
  });
});
