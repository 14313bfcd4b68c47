import { describe, expect, it } from "vitest";
import { faultsByLine, MAX_INPUTS, readInputs } from "../../../console/src/screens/submit/batch-lines.ts";

describe("the inputs of a batch", () => {
  it("are one JSON value a line, blank lines aside", () => {
    expect(readInputs('{"text":"a"}\r\n\n  {"text":"b"} \n')).toEqual({
      inputs: [{ text: "a" }, { text: "b" }],
      lines: [1, 3],
      faults: [],
    });
  });

  it("may be one array over many lines", () => {
    expect(readInputs('[\n {"text": "a"},\n {"text": "b"}\n]')).toEqual({
      inputs: [{ text: "a" }, { text: "b" }],
      lines: undefined,
      faults: [],
    });
  });

  it("may be arrays themselves, a line each", () => {
    expect(readInputs("[1]\n[2]").inputs).toEqual([[1], [2]]);
  });

  it("that cannot be read are named by their line", () => {
    expect(readInputs('{"text":"a"}\n{"text":\n').faults).toEqual(["Line 2 is not JSON."]);
    expect(readInputs("x\n".repeat(12)).faults).toHaveLength(11);
  });

  it.each([
    ["", "There is no input yet."],
    ["[]", "There is no input yet."],
    ["1\n".repeat(MAX_INPUTS + 1), "There are 1001 inputs; a batch takes 1000. Submit them in parts."],
  ])("must be some, and not too many", (text, fault) => {
    expect(readInputs(text).faults).toEqual([fault]);
  });

  it("that the API refuses are named by their line", () => {
    const refused = [
      { path: "/inputs/1/text", message: "must not be empty" },
      { path: "/inputs/0", message: "must be an object" },
      { path: "/priority", message: "must be at most 10" },
    ];

    expect(faultsByLine(refused, readInputs("{}\n\n{}"))).toEqual([
      "Line 3: text must not be empty",
      "Line 1: must be an object",
      "/priority must be at most 10",
    ]);
    expect(faultsByLine(refused.slice(0, 1), readInputs("[{}, {}]"))).toEqual(["Input 2: text must not be empty"]);
  });
});
