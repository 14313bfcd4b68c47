import { describe, expect, it } from "vitest";
import { factsIn, factsInWords, missingFacts } from "../../../shared/capabilities/writing/facts/facts.ts";
import { namesIn } from "../../../shared/capabilities/writing/facts/names.ts";
import { missingNumbers, numbersIn } from "../../../shared/capabilities/writing/facts/numbers.ts";
import { missingQuotes, quotesIn } from "../../../shared/capabilities/writing/facts/quotes.ts";

const lost = (before: string, after: string) => missingNumbers(numbersIn(before), after).map(({ shown }) => shown);

describe("numbers", () => {
  it.each([
    ["1,250 chairs", "1250 chairs"],
    ["1.250 Stühle", "1250 Stühle"],
    ["1 250 chairs", "1,250 chairs"],
    ["3.5 km", "3,5 km"],
    ["5 million people", "5,000,000 people"],
    ["2.5 Mio Menschen", "2,500,000 Menschen"],
    ["three ships", "3 ships"],
    ["12 ships", "twelve ships"],
    ["12 Schiffe", "zwölf Schiffe"],
    ["on 12.05.2023", "on 2023-05-12"],
    ["the 19th century", "the 19. Jahrhundert"],
    ["5kg of flour", "5 kg of flour"],
    ["at 14:30", "um 14:30 Uhr"],
    ["$1,250.50", "1250,50 dollars"],
    ["1. First item\n2. Second item", "First item, second item"],
  ])("%s survives as %s", (before, after) => {
    expect(lost(before, after)).toEqual([]);
  });

  it.each([
    ["born in 1815", "born in 1816", ["1815"]],
    ["1,250 chairs", "1,300 chairs", ["1,250"]],
    ["5 million people", "5 people", ["5 million"]],
    ["12 of 40 boats", "some of 40 boats", ["12"]],
    ["3.5 km", "35 km", ["3.5"]],
    ["three ships", "some ships", ["three"]],
    ["page 2 of version 1.2.3", "page 2", ["1", "3"]],
  ])("%s does not survive as %s", (before, after, missing) => {
    expect(lost(before, after)).toEqual(missing);
  });

  it("survive in the text that they come from, and their loss is told, whatever the text is made of", () => {
    let seed = 11;
    const next = (most: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % most;
    };
    const parts = [
      "12",
      "1,250",
      "3.5",
      "1815",
      "7",
      "million",
      "three",
      " ",
      ".",
      ",",
      "-",
      ":",
      "/",
      "km",
      "A380",
      "\n",
      "#",
      "%",
      "$",
    ];
    for (let round = 0; round < 3_000; round++) {
      const text = Array.from({ length: 2 + next(10) }, () => parts[next(parts.length)]).join(" ".repeat(next(2)));
      expect(missingNumbers(numbersIn(text), text), text).toEqual([]);
      expect(missingNumbers(numbersIn(text), "none at all").length, text).toBe(numbersIn(text).length);
    }
  });
});

describe("quotes", () => {
  it.each([
    ['He said "we shall see" and left.', ["we shall see"]],
    ["He said “we shall see.”", ["we shall see."]],
    ["Er sagte: „Wir werden sehen.“", ["Wir werden sehen."]],
    ["Er sagte: »Wir werden sehen«.", ["Wir werden sehen"]],
    ['A 19" rack and a 21" one', []],
    ["It's the town's 'own' rule", []],
  ])("%s", (text, quotes) => {
    expect(quotesIn(text)).toEqual(quotes);
  });

  it("survive with other quotation marks and at the end of a sentence, not in other words", () => {
    expect(missingQuotes(["we shall see."], 'And then: "we  shall see", he said.')).toEqual([]);
    expect(missingQuotes(["It's late"], "“It’s late”")).toEqual([]);
    expect(missingQuotes(["we shall see"], "we will see")).toEqual(["we shall see"]);
  });
});

/** Labelled by hand. */
const labelled = [
  {
    language: "en",
    text: "In 1843 Ada Lovelace published her notes on the Analytical Engine. Charles Babbage had designed it. The machine was never built in London, but NASA named a project after her. She lived at St James's Square.",
    names: ["Ada", "Lovelace", "Analytical", "Engine", "Charles", "Babbage", "London", "NASA", "James", "Square"],
    not: ["In", "The", "She", "notes", "machine"],
  },
  {
    language: "en",
    text: "Maria Schmidt runs the bakery. Every Monday in March she opens at six. Bread from the bakery goes to Hamburg and to A380 crews. Write to info@bakery.example for more.",
    names: ["Maria", "Schmidt", "Hamburg", "A380", "info@bakery.example"],
    not: ["Every", "Monday", "March", "Bread", "Write"],
  },
  {
    language: "de",
    text: "Marie Curie kam 1891 nach Paris und studierte an der Universität Paris. Ihr Mann Pierre Curie lehrte dort Physik. Die Arbeit im Labor war schwer, und das Geld reichte kaum. Aus Polen kamen Briefe.",
    names: ["Marie", "Curie", "Paris", "Pierre", "Polen"],
    not: ["Mann", "Arbeit", "Labor", "Geld", "Briefe", "Ihr", "Die", "Aus"],
  },
  {
    language: "de",
    text: "Die Stadtwerke Köln liefern seit Anfang Mai fünf Tonnen Holz im Monat. Herr Müller vom BUND prüft die Zahlen. Am Montag traf er Anna in Berlin, und Anna zeigte ihm die Halle.",
    names: ["Köln", "Müller", "BUND", "Anna"],
    not: ["Holz", "Tonnen", "Mai", "Anfang", "Montag", "Zahlen", "Halle", "Monat", "Herr"],
  },
];

describe("names", () => {
  it.each(labelled)("of a $language text: $text", ({ language, text, names, not }) => {
    const found = namesIn(text, language);
    expect(found).toEqual(expect.arrayContaining(names));
    expect(found.filter((name) => not.includes(name))).toEqual([]);
  });
});

describe("facts", () => {
  const text = 'Ada Lovelace wrote in 1843: "The engine weaves patterns." Two copies went to Turin, with 12 plates.';
  const facts = factsIn(text, { keep: ["copies"], language: "en" });
  const missing = (after: string) => factsInWords(missingFacts(facts, after));

  it("survive in other words around them", () => {
    expect(
      missing("“The engine weaves patterns”, said Lovelace (Ada) in 1843; 2 copies with twelve plates reached Turin."),
    ).toBe("");
  });

  it("are told one by one where they are lost", () => {
    expect(missing("Lovelace wrote in 1843 that the engine weaves patterns, and both books went to Turin.")).toBe(
      'the numbers 12, Two; the names Ada; the quotes "The engine weaves patterns."; the terms "copies"',
    );
  });

  it("are all lost in an empty text, and none in the text itself", () => {
    expect(missing(text)).toBe("");
    expect(missingFacts(facts, "")).toEqual(facts);
  });
});
