import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { memoizeRules } from "../../../local/services/memoized-parsers.ts";

const require = createRequire(import.meta.url);
const file = require.resolve("dynalite/db/conditionParser.js");

interface Parser {
  parse(expression: string, options: { context: object }): unknown;
}

const memoized = (): Parser => {
  const module = { exports: {} };
  new Function("module", "exports", "require", memoizeRules(readFileSync(file, "utf8")))(
    module,
    module.exports,
    require,
  );
  return module.exports as Parser;
};

const context = () => ({
  attrNames: { "#a": "a", "#b": "b" },
  attrVals: { ":a": { S: "x" }, ":b": { N: "1" } },
  unusedAttrNames: {},
  unusedAttrVals: {},
  isReserved: () => false,
});

describe("the emulator's expression parsers", () => {
  it.each([
    "#a = :a",
    "attribute_not_exists(#a) OR (#b > :b AND NOT #a = :a)",
    "#a IN (:a, :b) AND size(#b) < :b",
    "((#a = :a))",
    "#a = ",
    "nope(#a)",
  ])("parse %s to the same when they remember what they parsed", (expression) => {
    const plain: Parser = require(file);
    const result = (parser: Parser) => {
      try {
        return parser.parse(expression, { context: context() });
      } catch (error) {
        return String(error);
      }
    };

    expect(result(memoized())).toEqual(result(plain));
  });

  it("parse a deeply nested condition, which they would not end with otherwise", () => {
    let expression = "#a = :a";
    for (let depth = 0; depth < 24; depth += 1) expression = `#b = :b OR (#a = :a AND (${expression} OR #b = :b))`;

    expect(memoized().parse(expression, { context: context() })).toMatchObject({ expression: { type: "or" } });
  });

  it("refuses a source that is not such a parser", () => {
    expect(() => memoizeRules("module.exports = {}")).toThrow("other parsers");
  });
});
