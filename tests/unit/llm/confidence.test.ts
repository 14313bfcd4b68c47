import { describe, expect, test } from "vitest";
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
