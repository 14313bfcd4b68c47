/**
 * Which date of an invoice or a letter is which where none of them has a label, and numbers for taxes.
 *
 * @module
 */

import { expect, it } from "vitest";
import { findLanguage } from "../../../shared/capabilities/llm/embedded/languages.ts";
import { fillSchema } from "../../../shared/capabilities/llm/embedded/normalize/fill-schema.ts";

const date = { type: "string", format: "date" };

function filled(properties: Readonly<Record<string, object>>, text: string, code = "de") {
  const language = findLanguage(code);
  if (!language) throw new Error(`There are no rules for ${code}.`);
  return fillSchema({ type: "object", properties }, text, language);
}

it.each([
  [
    "de",
    "Wir danken für Ihren Auftrag.\nDen Betrag buchen wir am 31.01.2025 von Ihrem Konto ab.",
    { lieferdatum: date },
  ],
  ["de", "Zahlbar innerhalb von 14 Tagen ohne Abzug, spätestens bis 17.06.2025.", { lieferdatum: date }],
  ["en", "Payment is due by 17 June 2025.", { delivery_date: date }],
])("a date of payment is none of delivery (%s: %s)", (code, text, properties) => {
  expect(filled(properties, text, code)).toEqual({});
});

it("a date of delivery is one, with its label and without", () => {
  expect(filled({ lieferdatum: date }, "Lieferdatum: 28.03.2025")).toEqual({ lieferdatum: "2025-03-28" });
  expect(filled({ lieferdatum: date }, "Bitte liefern Sie zehn Stühle bis zum 28.03.2025.")).toEqual({
    lieferdatum: "2025-03-28",
  });
});

it("a place and a date are when the letter was written, and no other date", () => {
  const text =
    "Kulturverein Neustadt, 28199 Bremen\nBremen, den 3. Juni 2025\n\nRechnung Nr. 25-11873\nZahlbar bis zum 17.06.2025.";

  expect(filled({ rechnungsdatum: date, lieferdatum: date }, text)).toEqual({ rechnungsdatum: "2025-06-03" });
});

it("a number for the tax on sales is found by what it is called", () => {
  const text = "IBAN DE21 2905 0101 0001 2345 67, USt-IdNr. DE114987632";

  expect(filled({ ust_id: { type: "string" } }, text)).toEqual({ ust_id: "DE114987632" });
});
