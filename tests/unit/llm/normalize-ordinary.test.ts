import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { confidenceOf } from "../../../shared/capabilities/llm/confidence.ts";
import { findLanguage } from "../../../shared/capabilities/llm/embedded/languages.ts";
import { fillSchema } from "../../../shared/capabilities/llm/embedded/normalize/fill-schema.ts";
import { type Score, scoreValues } from "../../helpers/normalize-score.ts";

const requestSchema = z.object({
  name: z.string(),
  language: z.enum(["en", "de"]),
  request: z.string(),
  schema: z.record(z.string(), z.json()),
  expected: z.record(z.string(), z.json()),
});

const requestsOf = (file: string) =>
  z
    .array(requestSchema)
    .parse(JSON.parse(readFileSync(new URL(`../../fixtures/normalize/${file}`, import.meta.url), "utf8")));

/** Times without an offset as a stage in UTC completes them. */
const inUtc = (object: Record<string, unknown>): Record<string, unknown> =>
  JSON.parse(JSON.stringify(object).replace(/"((?:\d{4}-\d{2}-\d{2}T)?\d{2}:\d{2}:\d{2})"/g, '"$1Z"'));

function fill(schema: Record<string, unknown>, request: string, code = "en"): Record<string, unknown> {
  const language = findLanguage(code);
  if (!language) throw new Error(`no language ${code}`);
  return inUtc(fillSchema(schema, request, language));
}

const string = { type: "string" };
const fillOne = (name: string, schema: unknown, request: string, code?: string): unknown =>
  fill({ type: "object", properties: { [name]: schema } }, request, code)[name];

/** The figures of docs/embedded-backend.md. The sets that are apart are not read for changing the rules. */
describe.each<[file: string, language: "en" | "de", bounds: Score]>([
  ["ordinary.json", "en", { right: 115, wrong: 1, invented: 0, missing: 6 }],
  ["ordinary.json", "de", { right: 121, wrong: 2, invented: 0, missing: 10 }],
  ["ordinary-apart.json", "en", { right: 94, wrong: 3, invented: 2, missing: 28 }],
  ["ordinary-apart.json", "de", { right: 101, wrong: 6, invented: 0, missing: 10 }],
  ["ordinary-fresh.json", "en", { right: 61, wrong: 0, invented: 0, missing: 13 }],
  ["ordinary-fresh.json", "de", { right: 70, wrong: 0, invented: 0, missing: 15 }],
  ["called-off.json", "en", { right: 18, wrong: 0, invented: 0, missing: 0 }],
  ["called-off.json", "de", { right: 15, wrong: 0, invented: 0, missing: 0 }],
  ["called-off-apart.json", "en", { right: 14, wrong: 1, invented: 0, missing: 2 }],
  ["called-off-apart.json", "de", { right: 17, wrong: 0, invented: 0, missing: 0 }],
])("the values of %s, %s", (file, code, bounds) => {
  test("are as the page says, or better", () => {
    const total: Score = { right: 0, wrong: 0, invented: 0, missing: 0 };
    for (const { request, schema, expected } of requestsOf(file).filter(({ language }) => language === code)) {
      const { score } = scoreValues(fill(schema, request, code), expected);
      for (const kind of ["right", "wrong", "invented", "missing"] as const) total[kind] += score[kind];
    }

    expect(total.right).toBeGreaterThanOrEqual(bounds.right);
    expect(total.wrong).toBeLessThanOrEqual(bounds.wrong);
    expect(total.invented).toBeLessThanOrEqual(bounds.invented);
    expect(total.missing).toBeLessThanOrEqual(bounds.missing);
  });
});

const leaves = (value: unknown): unknown[] =>
  typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [value];
/** The digits of each number in a text. */
const digitsIn = (text: string): string[] =>
  [...text.matchAll(/\d(?:[\d.,]*\d)?/g)].map(([number]) => number.replace(/\D/g, ""));

/** Numbers of a value that are a part of a number of the text, and none of its numbers. */
function shortened(value: unknown, text: string): string[] {
  if (typeof value !== "number" && typeof value !== "string") return [];
  // Dates and times have digits that the text writes in another way, or not at all.
  if (/^\d{4}-\d\d-\d\d|^\d\d:\d\d/.test(String(value))) return [];
  const numbers = digitsIn(text);
  // "1,480.00" is 1480.
  const isWhole = (digits: string) =>
    numbers.some((each) => each.startsWith(digits) && /^0*$/.test(each.slice(digits.length)));
  return digitsIn(String(value)).filter(
    (digits) => digits.length > 1 && !isWhole(digits) && numbers.some((each) => each.includes(digits)),
  );
}

describe("a number is whole or not given", () => {
  const sets = ["ordinary", "ordinary-apart", "ordinary-fresh"];

  test.each(sets)("in every request of %s", (set) => {
    const found: string[] = [];
    let numbers = 0;
    for (const { request, schema, language, name } of requestsOf(`${set}.json`)) {
      for (const value of leaves(fill(schema, request, language))) {
        numbers += digitsIn(String(value)).length;
        found.push(...shortened(value, request).map((digits) => `${name}: ${digits} of ${JSON.stringify(value)}`));
      }
    }
    expect(found).toEqual([]);
    expect(numbers).toBeGreaterThan(15);
  });

  test("which the search would find", () => {
    expect(shortened("DE89 3704", "IBAN DE89 370400440532")).toEqual(["3704"]);
    expect(shortened(148, "EUR 1,480.00")).toEqual([]);
    expect(shortened(48, "EUR 1,480.00")).toEqual(["48"]);
  });

  test.each([
    ["IBAN GB29 NWBK 6016 1331 9268 19, BIC NWBKGB2L.", "GB29 NWBK 6016 1331 9268 19"],
    ["IBAN: DE89370400440532013000", "DE89370400440532013000"],
    ["Our IBAN is DE89 3704 0044 0532 0130 00 BIC COBADEFFXXX", "DE89 3704 0044 0532 0130 00"],
    ["IBAN MT84 MALT 0110 0001 2345 MTLC AST0 01S", "MT84 MALT 0110 0001 2345 MTLC AST0 01S"],
  ])("%s", (request, iban) => {
    expect(fillOne("iban", string, request)).toBe(iban);
  });

  test.each([
    ["Patient number 558 201. Best wishes", "patient_number", "558 201"],
    ["Kundennummer 12 345 678, danke", "kundennummer", "12 345 678"],
    ["Cancellation of contract no. FP-55 120-7", "contract_number", "FP-55 120-7"],
    ["Bestellnummer B-4410 12 Stühle bitte", "bestellnummer", "B-4410"],
    ["Flight number LH123 2026-03-12.", "flight_number", "LH123"],
    // Nobody knows whether the second number belongs to the first.
    ["Please send for order number 4711 12 chairs", "order_number", undefined],
  ])("in groups: %s", (request, name, value) => {
    expect(fillOne(name, string, request)).toBe(value);
  });

  test("a number that is called one is not a phone", () => {
    expect(fillOne("phone", string, "Cancel my membership (no. 0099124) in March.")).toBeUndefined();
    expect(fillOne("phone", string, "Phone number 01614960112.")).toBe("01614960112");
  });

  test("a code with more groups than a name has is not shortened", () => {
    expect(fillOne("device", string, "The device 1000 2000 3000 4000 5000 6000 7000 is broken.")).not.toBe(
      "1000 2000 3000 4000 5000",
    );
  });

  test.each(["DE89 3704 0044 0532 0130", "3704 0044 0532 0130 00", "RE-2026", "2026-0418", "0131 496"])(
    "a part of a number is not evidence: %s",
    (value) => {
      const schema = { type: "object", properties: { code: string } };
      const request = "Code: RE-2026-0418, IBAN DE89 3704 0044 0532 0130 00, phone 0131 496 0287";

      expect(confidenceOf({ code: value }, { request, language: "en" }, schema)).toBeLessThan(1);
    },
  );

  test.each(["RE-2026-0418", "DE89 3704 0044 0532 0130 00", "Room 7"])("a whole one is: %s", (value) => {
    const schema = { type: "object", properties: { code: string } };
    const request = "Code: RE-2026-0418, Room 7 12 May. IBAN DE89 3704 0044 0532 0130 00.";

    expect(confidenceOf({ code: value }, { request, language: "en" }, schema)).toBe(1);
  });
});

describe("what the text says", () => {
  test("a name ends with its line", () => {
    expect(fillOne("company", string, "Ship to Hall North\nBlue Heron Design Ltd")).toBe("Blue Heron Design Ltd");
  });

  test.each([
    ["verletzte", "Verletzt wurde niemand.", "de", false],
    ["pets_allowed", "Two rooms. No pets.", "en", false],
    ["haustiere_erlaubt", "Haustiere sind erlaubt.", "de", true],
  ])("%s: %s", (name, request, code, expected) => {
    expect(fillOne(name, { type: "boolean" }, request, code)).toBe(expected);
  });

  test("a text that says there is none gives no value", () => {
    expect(fillOne("second_driver", string, "The driver is 34 years old. Second driver: none.")).toBeUndefined();
  });

  test("an amount belongs to the label before it, not to the one behind a comma", () => {
    const money = { type: "number" };
    const schema = { type: "object", properties: { miete: money, nebenkosten: money, kaution: money } };

    expect(fill(schema, "Miete 620 €, Nebenkosten 160 €, Kaution 1.860 €", "de")).toEqual({
      miete: 620,
      nebenkosten: 160,
      kaution: 1_860,
    });
  });

  test("a range of times is two times, no offset", () => {
    const time = { type: "string", format: "time" };
    const schema = { type: "object", properties: { start: time, end: time } };

    expect(fill(schema, "Workshop on 3 May 2026, 18:00-19:30")).toEqual({ start: "18:00:00Z", end: "19:30:00Z" });
  });

  test("a year behind a month is not an amount", () => {
    const schema = { type: "number" };

    expect(fillOne("budget", schema, "We need it by the end of November 2026, the budget is open.")).toBeUndefined();
  });

  test("a date, a phone and an account number are not things of a list", () => {
    const item = { type: "object", properties: { quantity: { type: "integer" }, product: string } };
    const schema = { type: "object", properties: { items: { type: "array", items: item } } };
    const request = "Please send 3 lamps on 12 May 2026, call 0131 496 0287, IBAN GB29 NWBK 6016 1331 9268 19.";

    expect(fill(schema, request)).toEqual({ items: [{ quantity: 3, product: "lamps" }] });
  });

  test("what is new is not taken from what was before", () => {
    const schema = { type: "object", properties: { new_city: string, old_city: string } };
    const request = "Alte Adresse: Bergstraße 4, 01069 Dresden. Neue Adresse: Am Anger 15, 99084 Erfurt.";

    expect(fill(schema, request, "de")).toEqual({ new_city: "Erfurt", old_city: "Dresden" });
  });

  test.each([
    ["alter", "Bitte melden Sie Emil (9 Jahre) an.", "de", 9],
    ["vat_rate", "VAT 19 %: EUR 281.20", "en", 19],
    ["volumen_m3", "Vier Zimmer, rund 30 m³.", "de", 30],
  ])("the unit says what a number is: %s", (name, request, code, expected) => {
    expect(fillOne(name, { type: "number" }, request, code)).toBe(expected);
  });

  test("the name that ends a message is the sender's", () => {
    expect(fillOne("name", string, "We need a new website by May.\nElsie Ford, 0131 496 0287")).toBe("Elsie Ford");
  });
});

// Quadratic work would take a minute.
test.each(["A", "1", " ", "1 ", "Aa "])("%j a hundred thousand characters long is read within bounds", (part) => {
  const properties = Object.fromEntries(
    ["name", "company", "street", "iban", "bic", "origin", "new_city"].map((name) => [name, string]),
  );
  const request = `Street: ${part.repeat(100_000 / part.length)}`;

  const filled = fill({ type: "object", properties }, request);

  expect(() =>
    confidenceOf({ street: "Main Street" }, { request, language: "en" }, { type: "object", properties }),
  ).not.toThrow();
  expect(Object.keys(filled).length).toBeLessThan(5);
});

describe("a time of day is given as it is written", () => {
  test.each([
    ["de", "Termin am Dienstag um 14:30 Uhr.", "14:30 Uhr"],
    ["de", "Wir kommen am 24.12. um 18 Uhr.", "18 Uhr"],
    ["en", "Table for six on Friday at 7:30pm under the name Johnson.", "7:30pm"],
    ["en", "The meeting is at 2 pm. Bring cake.", "2 pm"],
    ["en", "The meeting is at 2 p.m. on Friday", "2 p.m."],
    ["en", "We open at 9 am and close at 6 pm.", undefined],
  ])("%s: %s", (code, request, time) => {
    expect(fillOne("meeting_time", string, request, code)).toBe(time);
  });
});

describe("a web address needs no scheme", () => {
  test.each([
    ["Our website example.com was down.", "example.com"],
    ["Write to ann@example.com or see www.example.org/help.", "www.example.org/help"],
    ["Write to ann@example.com.", undefined],
    ["See v1.2.3 of main.js.", undefined],
  ])("%s", (request, website) => {
    expect(fillOne("website", string, request)).toBe(website);
  });

  test("but a uri does", () => {
    expect(fillOne("website", { type: "string", format: "uri" }, "Our website is example.com.")).toBeUndefined();
  });
});

test("the day of a date without a year is not a number", () => {
  expect(fillOne("quantity", { type: "integer" }, "The order was placed on 4 July.")).toBeUndefined();
  expect(fillOne("quantity", { type: "integer" }, "Quantity: 3, placed on 4 July.")).toBe(3);
});

describe("a thing of a list is not made of a date, an address or what is numbered", () => {
  const things = (list: string, count: string) => ({
    type: "object",
    properties: {
      [list]: {
        type: "array",
        items: { type: "object", properties: { name: string, [count]: { type: "integer" } }, required: ["name"] },
      },
    },
  });

  test.each<[code: "en" | "de", request: string, things: Readonly<Record<string, number>>]>([
    ["en", "Order for 5 June: 4 tables. Our address is 22 Baker Road, Leeds LS1 4AB.", { tables: 4 }],
    ["en", "We moved on 3 May 2025 to 7 Harbour Lane.", {}],
    [
      "en",
      "Invoice 4711 of 2 May 2026, flat 3, 18 Station Road; 6 boxes of paper, 1 stapler",
      { "boxes of paper": 6, stapler: 1 },
    ],
    ["en", "Ship 12 pens to 5 Elm Avenue by 3 July, and 2 rulers.", { pens: 12, rulers: 2 }],
    ["en", "On the 4th of August we need 15 mugs at Unit 9, Dock Street 21.", { mugs: 15 }],
    ["en", "June 5: 10 cakes, 3 trays", { cakes: 10, trays: 3 }],
    ["en", "Room 214, floor 2: 2 towels, 1 robe. Check out 11 September.", { towels: 2, robe: 1 }],
    ["en", "Send 3 copies to 221B Baker Street", { copies: 3 }],
    ["de", "Wir sind am 3. Mai in die Hafengasse 7 gezogen.", {}],
    ["de", "Am 24.12. bitte 30 Brötchen, am 25.12. 12 Kuchen an Am Markt 3.", { Brötchen: 30, Kuchen: 12 }],
    ["de", "Wohnung im 3. Stock, Platz 4, zweite Mahnung vom 1. Februar, 2 Schlüssel", { Schlüssel: 2 }],
    ["de", "Lieferung 3.6. an Postfach 1234, 50667 Köln: 5 Kartons Papier", { "Kartons Papier": 5 }],
  ])("%s: %s", (code, request, expected) => {
    const [list, count] = code === "en" ? ["items", "quantity"] : ["artikel", "menge"];
    const found = (fill(things(list, count), request, code)[list] ?? []) as readonly Record<string, unknown>[];
    expect(Object.fromEntries(found.map((thing) => [thing.name, thing[count]]))).toEqual(expected);
  });
});

describe("what does not hold is given only where nothing else is", () => {
  const date = { type: "string", format: "date" };
  const integer = { type: "integer" };
  const items = { type: "array", items: { type: "object", properties: { name: string, quantity: integer } } };

  test.each<[code: "en" | "de", request: string, properties: Record<string, unknown>, expected: unknown]>([
    [
      "en",
      "Please send not 3 but 5 chairs, and 2 tables.",
      { items },
      {
        items: [
          { name: "chairs", quantity: 5 },
          { name: "tables", quantity: 2 },
        ],
      },
    ],
    [
      "en",
      "Please cancel my appointment on 4 June 2026. My birthday is 3 May 1980.",
      { appointment_date: date },
      { appointment_date: "2026-06-04" },
    ],
    [
      "en",
      "I cannot come before 4 June 2026, the room must be ready by 11 June 2026.",
      { start_date: date, end_date: date },
      { start_date: "2026-06-04", end_date: "2026-06-11" },
    ],
    [
      "en",
      "I could come on 4 June 2026, 5 June 2026 or 6 June 2026.",
      { dates: { type: "array", items: date }, date },
      { dates: ["2026-06-04", "2026-06-05", "2026-06-06"] },
    ],
    [
      "en",
      "The room is cancelled on 4 June 2026 and 5 June 2026.",
      { start_date: date, end_date: date },
      { start_date: "2026-06-04", end_date: "2026-06-05" },
    ],
    [
      "en",
      "The order of 4 June 2026 did not arrive. I would like a refund by 20 June 2026.",
      { order_date: date, deadline: date },
      { order_date: "2026-06-04", deadline: "2026-06-20" },
    ],
    ["de", "Wir brauchen 2 oder 3 Zimmer ab dem 4.6.2026.", { zimmer: integer }, {}],
  ])("%s: %s", (code, request, properties, expected) => {
    expect(fill({ type: "object", properties }, request, code)).toEqual(expected);
  });
});

describe("what is ordered", () => {
  const items = {
    type: "array",
    items: { type: "object", properties: { name: string, quantity: { type: "integer" } } },
  };
  const quantity = { type: "integer" };

  test.each([
    ["en", "My name is Anna Berg and I would like to order 3 chairs.", 3],
    ["de", "Ich möchte 12 Flaschen bestellen.", 12],
    ["en", "We need an answer within 3 days.", undefined],
    ["de", "Wir brauchen 2 Stunden.", undefined],
    ["en", "I need it for 4 people.", undefined],
  ])("%s: %s", (code, request, right) => {
    expect(fillOne("quantity", quantity, request, code)).toBe(right);
  });

  test("is not a part of an address", () => {
    const request = "Send 250 brochures and 40 posters to our Leeds office (12 Park Row, Leeds LS1 5HD) by courier.";
    expect(fillOne("items", items, request)).toEqual([
      { name: "brochures", quantity: 250 },
      { name: "posters", quantity: 40 },
    ]);
  });

  test("has no verb at its end", () => {
    const request = "Ich möchte 12 Flaschen Riesling und 6 Flaschen Silvaner bestellen.";
    expect(fillOne("items", items, request, "de")).toEqual([
      { name: "Flaschen Riesling", quantity: 12 },
      { name: "Flaschen Silvaner", quantity: 6 },
    ]);
  });
});
