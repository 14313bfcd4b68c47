import { describe, expect, test } from "vitest";
import { compileSchema } from "../../../shared/capabilities/json-schema/compile-schema.ts";
import { ExactInteger } from "../../../shared/capabilities/json-schema/exact-integer.ts";

const schema = (property: object, required: string[] = []) => ({
  type: "object",
  properties: { value: property, other: { type: "string" } },
  required,
});
const fitted = (property: object, value: unknown, required?: string[]) =>
  compileSchema(schema(property, required), "/schema").fit({ value });

const optional = (property: object) => ({ anyOf: [property, { type: "null" }] });

describe("what has one correction is corrected", () => {
  test.each<[string, object, unknown, unknown]>([
    ["a date-time for a date", { type: "string", format: "date" }, "2026-11-28T00:00:00Z", "2026-11-28"],
    [
      "the same where null is allowed",
      optional({ type: "string", format: "date" }),
      "2026-11-28T09:30:00+01:00",
      "2026-11-28",
    ],
    ["a date-time with a space", { type: "string", format: "date-time" }, "2026-11-28 09:30Z", "2026-11-28T09:30:00Z"],
    ["a time without seconds", { type: "string", format: "time" }, "09:30Z", "09:30:00Z"],
    ["spaces around an address", { type: "string", format: "email" }, " ann@example.com ", "ann@example.com"],
    ["a number in quotes", { type: "number" }, "12.5", 12.5],
    ["an integer in quotes", { type: "integer" }, "12", 12],
    ["true in quotes", { type: "boolean" }, "True", true],
    ["a number for a string", { type: "string" }, 50667, "50667"],
    ["a word of an enum in another case", { enum: ["low", "high"] }, "High", "high"],
    ["digits that a number would round", { type: "string" }, new ExactInteger("9007199254740993"), "9007199254740993"],
  ])("%s", (_, property, given, right) => {
    expect(fitted(property, given)).toEqual({ value: right });
  });

  test("null for a property that may be left out is left out", () => {
    expect(fitted({ type: "integer" }, null)).toEqual({});
  });
});

describe("a time without an offset, where a zone is known", () => {
  const inZone = (format: string, value: string, name: string) => {
    let uses = 0;
    const used = () => {
      uses++;
    };
    const object = compileSchema(schema({ type: "string", format }), "/schema").fit({ value }, { name, used });
    return { ...object, uses };
  };

  test.each([
    ["date-time", "2026-06-04T09:30:00", "Europe/Berlin", "2026-06-04T09:30:00+02:00"],
    ["date-time", "2026-12-04 09:30", "Europe/Berlin", "2026-12-04T09:30:00+01:00"],
    ["date-time", "2026-06-04T09:30:00.250", "America/St_Johns", "2026-06-04T09:30:00.250-02:30"],
    ["date-time", "2026-06-04T09:30:00", "UTC", "2026-06-04T09:30:00Z"],
    ["time", "09:30", "UTC", "09:30:00Z"],
    ["time", "09:30:00", "Asia/Tokyo", "09:30:00+09:00"],
  ])("%s: %s in %s", (format, value, zone, whole) => {
    expect(inZone(format, value, zone)).toEqual({ value: whole, uses: 1 });
  });

  test.each([
    ["a time of day where the clock changes in the year", "time", "09:30:00", "Europe/Berlin"],
    ["one that is there twice", "date-time", "2026-10-25T02:30:00", "Europe/Berlin"],
    ["one that is not there", "date-time", "2026-03-29T02:30:00", "Europe/Berlin"],
    ["no date", "date-time", "2026-02-31T02:30:00", "Europe/Berlin"],
  ])("is refused with what to do: %s", (_, format, value, zone) => {
    expect(() => inZone(format, value, zone)).toThrow(
      /\/value must match .* states no offset from UTC\. .* leave the format out/,
    );
  });

  test("one that states its offset keeps it", () => {
    expect(inZone("time", "09:30+01:00", "UTC")).toEqual({ value: "09:30:00+01:00", uses: 0 });
  });
});

describe("what would be a guess is refused, with the value as it was given", () => {
  test.each<[string, object, unknown]>([
    ["a date for a date-time", { type: "string", format: "date-time" }, "2026-11-28"],
    ["a date-time without a zone", { type: "string", format: "date-time" }, "2026-11-28T09:30:00"],
    ["another notation of a date", { type: "string", format: "date" }, "28.11.2026"],
    ["a word for a number", { type: "integer" }, "two"],
    ["a fraction for an integer", { type: "integer" }, "2.5"],
    ["zeros in front", { type: "integer" }, "007"],
    ["two words of an enum that differ in case", { enum: ["a", "A"] }, " a"],
    ["an integer that would be rounded", { type: "integer" }, new ExactInteger("9007199254740993")],
    ["digits in quotes that would be rounded", { type: "integer" }, "9007199254740993"],
    ["one word for a list", { type: "array", items: { type: "string" } }, "red"],
  ])("%s", (_, property, given) => {
    expect(() => fitted(property, given)).toThrow(/\/value/);
  });

  test("an integer that would be rounded, with the reason", () => {
    const large = new ExactInteger("9007199254740993");
    expect(() => fitted({ type: "integer" }, large)).toThrow("/value is 9007199254740993, which a number would round");
  });

  test("null for a property that is required", () => {
    expect(() => fitted({ type: "integer" }, null, ["value"])).toThrow("/value must be integer");
  });
});
