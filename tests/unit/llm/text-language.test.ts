import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { languageOfText } from "../../../shared/capabilities/llm/text-language.ts";

const told = (text: string) => languageOfText("auto", text);
const root = join(import.meta.dirname, "../..");

it("takes a language that is given at its word", () => {
  expect(languageOfText("fr", "The pump broke and nobody noticed it.")).toBe("fr");
});

describe("the language of a text", () => {
  const pairSchema = z.array(z.object({ request: z.string(), language: z.string() }));
  const folder = join(root, "fixtures/normalize");

  it.each(readdirSync(folder))("is that of every request in %s", (file) => {
    const pairs = pairSchema.parse(JSON.parse(readFileSync(join(folder, file), "utf8")));

    expect(pairs.map(({ request }) => told(request))).toEqual(pairs.map(({ language }) => language));
  });

  it.each([
    "The pump broke.",
    "Pump, valve, gasket, seal",
    "12345",
    "Invoice 4711 due 2026-05-03",
    "DELETE FROM jobs WHERE id = 3",
    "Kubernetes cluster upgrade failed twice",
    // Names are foreign in every language.
    "Send a crème brûlée recipe to Zoë and Jürgen at the café.",
    "Name: Łukasz Wiśniewski; City: Łódź",
    "Anna de la Cruz, Madrid, +34 600 000 000",
    "Order 3x pump P-200, ship to Göteborg, Sweden",
    "Customer: ACME, Total: 120 EUR, Ship: Rua de São Bento 12, Lisboa",
  ])("is English where nothing speaks against it: %s", (text) => {
    expect(told(text)).toBe("en");
  });

  it.each([
    "Wasser fließt bergab.",
    "Die Pumpe ist kaputt.",
    "Pumpe defekt, bitte reparieren",
    "Mülltonne, Straße, Größe",
    "Brauche zwei Tische",
    "Termin am Montag um 10 Uhr",
    "Meeting mit dem Team von John Smith wegen des Release",
    "Lieferung nach Malmö, Schweden, an Herrn Åkesson",
  ])("is German by function words or umlauts: %s", (text) => {
    expect(told(text)).toBe("de");
  });

  it.each([
    ["fr", "La réunion est reportée à lundi prochain car la salle n'est pas disponible."],
    ["es", "La reunión se aplaza hasta el próximo lunes porque la sala no está disponible."],
    ["it", "Vorrei ordinare tre pompe per il nostro stabilimento di Torino entro venerdì."],
    ["pt", "Gostaria de pedir três bombas para a nossa fábrica em Lisboa."],
    ["nl", "Wij hebben drie pompen nodig voor de fabriek in Utrecht, graag voor vrijdag."],
    ["sv", "Mötet skjuts upp till nästa måndag eftersom rummet inte är ledigt och vi behöver det."],
    ["hu", "Az ülést jövő hétfőre halasztották, mert a terem nem szabad, és nekünk szükségünk van rá."],
    ["tr", "Toplantı gelecek pazartesiye ertelendi çünkü salon müsait değil ve bize lazım."],
    ["und", "Spotkanie zostało przełożone na przyszły poniedziałek, ponieważ sala nie jest dostępna."],
    ["und", "Schůze se odkládá na příští pondělí, protože místnost není volná a my ji potřebujeme."],
    ["und", "Встреча перенесена на следующий понедельник, потому что зал занят."],
    ["und", "会议推迟到下周一，因为会议室不可用。"],
  ])("is %s where it is clearly none of the two: %s", (code, text) => {
    expect(told(text)).toBe(code);
  });

  it("is one that Intl takes, whatever the text", () => {
    for (const text of ["", "…", "会", "\ud800", "😀😀😀", "x".repeat(100_000)]) {
      expect(() => new Intl.Segmenter(told(text))).not.toThrow();
    }
  });
});
