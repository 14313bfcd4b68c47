import { describe, expect, it } from "vitest";
import { vectorFilterSchema } from "../../../contracts/projects/vector-search.ts";
import { conditionsOf } from "../../../shared/capabilities/vectors/filter.ts";
import { faultsOf } from "../../../shared/lib/http/pointer.ts";

describe("a filter", () => {
  it("is taken apart into conditions that must all hold", () => {
    const filter = vectorFilterSchema.parse({ status: "open", tag: { in: ["a", "b"] }, year: { gte: 2020, lt: 2025 } });

    expect(conditionsOf(filter)).toEqual([
      { kind: "any", key: "status", values: ["open"] },
      { kind: "any", key: "tag", values: ["a", "b"] },
      {
        kind: "range",
        key: "year",
        bounds: [
          { operator: "gte", value: 2020 },
          { operator: "lt", value: 2025 },
        ],
      },
    ]);
  });

  it.each([
    ["another operator", { year: { $gte: 2020 } }],
    ["values of mixed types", { tag: { in: ["a", 1] } }],
    ["no value at all", { tag: { in: [] } }],
    ["too many values", { tag: { in: Array.from({ length: 65 }, (_, n) => n) } }],
    ["a range without bounds", { year: {} }],
    ["a range of texts", { year: { gte: "2020" } }],
    ["null", { year: null }],
    ["values and a range at once", { year: { in: [2020], gte: 2020 } }],
    ["a nested key", { "a.b": 1 }],
    ["a key that would end a JSON path", { 'a"b': 1 }],
    ["the tenant's key", { tenant_id: "globex" }],
    ["the text's key", { text: "x" }],
    ["too many keys", Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${n}`, n]))],
  ])("with %s is refused", (_, filter) => {
    expect(vectorFilterSchema.safeParse(filter).success).toBe(false);
  });

  it.each([
    [{ tag: { in: [] } }, '/tag: must be a value, {"in": [1 to 64 values of one type]}'],
    [{ tag: { in: ["a", 1] } }, '/tag: must be a value, {"in": [1 to 64 values of one type]}'],
    [{ year: {} }, "/year: must name either `in`, or gt, gte, lt or lte"],
    [{ year: { ne: 1 } }, "/year/ne: unknown field"],
    [{ text: "x" }, "/text: the key cannot be text"],
    [{ "a b": "x" }, "/a b: the key must be 1 to 63 letters"],
  ])("that is refused says why: %j", (filter, expected) => {
    const parsed = vectorFilterSchema.safeParse(filter);

    const said = faultsOf(parsed.error?.issues ?? []).map(({ path, message }) => `${path}: ${message}`);

    expect(said.join("\n")).toContain(expected);
  });
});
