import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { JsonObject } from "../../../shared/capabilities/json-schema/compile-schema.ts";
import { confidenceOf } from "../../../shared/capabilities/llm/confidence.ts";

const schema = {
  type: "object",
  properties: {
    name: { type: "string" },
    due: { type: "string", format: "date" },
    amount: { type: "number" },
    minutes: { type: "integer", description: "in minutes" },
    priority: { enum: ["low", "high"], description: "high: urgent" },
    parking: { type: "boolean" },
    kind: { const: "x" },
    note: { type: ["string", "null"] },
    tags: { type: "array", items: { type: "string" } },
  },
};
const request =
  "My name is Jane Porter. It is urgent: pay $1,250.50 by 3 May 2026, it takes 1.5 hours. Parking is there.";
const confidence = (normalized: JsonObject, language = "en") => confidenceOf(normalized, { request, language }, schema);

describe("the weight of a value's evidence", () => {
  test.each<[string, JsonObject, number]>([
    ["verbatim text", { name: "Jane Porter" }, 1],
    ["verbatim text in another case", { name: "jane porter" }, 1],
    ["a date in another notation", { due: "2026-05-03" }, 0.9],
    ["a number in another notation", { amount: 1250.5 }, 0.9],
    ["a duration in another unit", { minutes: 90 }, 0.9],
    ["a synonym of an enum", { priority: "high" }, 0.7],
    ["a yes about something that is spoken of", { parking: true }, 0.7],
    ["half of the words", { name: "Jane Miller" }, 0.3],
    ["an invented text", { name: "Otto Klein" }, 0],
    ["an invented date", { due: "2026-05-04" }, 0],
    ["an invented number", { amount: 99 }, 0],
    ["an enum's value that nothing speaks for", { priority: "low" }, 0],
    ["a part of a longer word", { name: "ane" }, 0],
  ])("%s", (_, normalized, expected) => {
    expect(confidence(normalized)).toBe(expected);
  });
});

test("it is the mean over the leaves, lists included", () => {
  expect(confidence({ name: "Jane Porter", due: "2026-05-03" })).toBe(0.95);
  expect(confidence({ name: "Jane Porter", amount: 99 })).toBe(0.5);
  expect(confidence({ tags: ["urgent", "hours", "nonsense", "zebra"] })).toBe(0.35);
});

test.each<[string, JsonObject, string, number]>([
  ["a text that nothing ties to the property", { city: "Kubernetes" }, "A course in Kubernetes, please.", 0.7],
  ["one whose property is named", { city: "Mainz" }, "City: Mainz", 1],
  ["a number that nothing ties to the property", { rooms: 12 }, "It is about 12 by now.", 0.7],
  ["a name that the text introduces", { contact: "Jane Porter" }, "I am Jane Porter.", 1],
  ["what has a form of its own", { email: "a@b.example" }, "Write to a@b.example", 1],
  ["an amount of money", { price: 40 }, "I paid 40 euros.", 1],
])("thin evidence counts less: %s", (_, normalized, text, expected) => {
  const kinds = {
    type: "object",
    properties: {
      city: { type: "string" },
      contact: { type: "string" },
      rooms: { type: "integer" },
      email: { type: "string" },
      price: { type: "number" },
    },
  };

  expect(confidenceOf(normalized, { request: text, language: "en" }, kinds)).toBe(expected);
});

test("null and const state nothing", () => {
  expect(confidence({ name: "Jane Porter", kind: "x", note: null })).toBe(1);
  expect(confidence({ kind: "x" })).toBe(0);
  expect(confidence({})).toBe(0);
});

test("German notations count in German", () => {
  const german = confidenceOf(
    { amount: 1250.5, due: "2026-05-03" },
    { request: "1.250,50 € bis zum 3. Mai 2026", language: "de" },
    schema,
  );

  expect(german).toBe(0.9);
});

test("a language without rules of its own still has verbatim evidence", () => {
  expect(confidenceOf({ name: "Jeanne" }, { request: "Je m'appelle Jeanne.", language: "fr" }, schema)).toBe(1);
});

describe("a value counts less where something speaks for another", () => {
  const date = { type: "string", format: "date" };
  const number = { type: "number" };

  test.each<[string, Record<string, unknown>, JsonObject, string, number]>([
    ["called off", { date }, { date: "2026-06-04" }, "Not on 4 June 2026 but on 11 June 2026.", 0.36],
    ["what holds instead", { date }, { date: "2026-06-11" }, "Not on 4 June 2026 but on 11 June 2026.", 0.9],
    ["left open", { date }, { date: "2026-06-04" }, "On 4 June 2026 or on 11 June 2026.", 0.36],
    [
      "what was before, asked for",
      { old_date: date },
      { old_date: "2026-06-04" },
      "Not on the old date 4 June 2026 but on 11 June 2026.",
      0.9,
    ],
    ["one of two", { date }, { date: "2026-06-04" }, "4 June 2026: done. 11 June 2026: done.", 0.54],
    ["the only one", { date }, { date: "2026-06-04" }, "4 June 2026: done.", 0.9],
    [
      "at another property's name",
      { rent: number, deposit: number },
      { deposit: 620 },
      "Rent: 620 euros. Deposit: 1240 euros.",
      0.6,
    ],
    ["further off than another", { deposit: number }, { deposit: 620 }, "620 euros, deposit 1240 euros.", 0.7],
    [
      "right before what it counts",
      { adults: number, children: number },
      { adults: 2, children: 1 },
      "2 adults and 1 child.",
      1,
    ],
    ["in its own unit", { rooms: number, area_sqm: number }, { area_sqm: 78 }, "3 rooms, 78 sqm", 1],
    [
      "the end of a range",
      { start_date: date, end_date: date },
      { start_date: "2026-06-04", end_date: "2026-06-11" },
      "Start from 4 June to 11 June 2026.",
      0.9,
    ],
  ])("%s", (_, properties, normalized, text, expected) => {
    expect(confidenceOf(normalized, { request: text, language: "en" }, { type: "object", properties })).toBe(expected);
  });
});

/** The figures of docs/embedded-backend.md: what a model confuses, made of the requests of a set. */
test.each<[set: string, pairs: number, share: number]>([
  ["ordinary", 195, 0.72],
  ["ordinary-apart", 174, 0.66],
  ["ordinary-fresh", 148, 0.72],
])("two values of one kind that are swapped lower it, in %s", (set, pairs, share) => {
  const requests = z
    .array(
      z.object({
        request: z.string(),
        language: z.string(),
        schema: z.looseObject({
          properties: z.record(
            z.string(),
            z.looseObject({
              type: z.unknown().optional(),
              format: z.string().optional(),
              enum: z.unknown().optional(),
            }),
          ),
        }),
        expected: z.record(z.string(), z.json()),
      }),
    )
    .parse(JSON.parse(readFileSync(new URL(`../../fixtures/normalize/${set}.json`, import.meta.url), "utf8")));
  let [swapped, lower] = [0, 0];
  for (const { request, language, schema: kinds, expected } of requests) {
    const kindOf = (name: string): string | undefined => {
      const { type, format, enum: values } = kinds.properties[name] ?? {};
      if (values !== undefined || !["string", "number", "integer"].includes(String(type))) return undefined;
      return type === "string" ? `string ${format}` : "number";
    };
    const right = confidenceOf(expected, { request, language }, kinds);
    const names = Object.keys(expected).filter((name) => kindOf(name) && typeof expected[name] !== "object");
    for (const [at, one] of names.entries()) {
      for (const other of names.slice(at + 1)) {
        const [first, second] = [expected[one], expected[other]];
        if (kindOf(one) !== kindOf(other) || first === second || first === undefined || second === undefined) continue;
        const output = { ...expected, [one]: second, [other]: first };
        swapped++;
        if (confidenceOf(output, { request, language }, kinds) < right) lower++;
      }
    }
  }

  expect(swapped).toBe(pairs);
  expect(lower / swapped).toBeGreaterThan(share);
});
