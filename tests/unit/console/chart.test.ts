import { describe, expect, it } from "vitest";
import { niceMost, stepPath, xOf, yOf } from "../../../console/src/format/chart.ts";

const frame = { from: 1_000, to: 2_000, most: 10, width: 100, height: 50 };

describe("a chart", () => {
  it.each([
    [0, 1],
    [0.03, 0.05],
    [0.7, 1],
    [1, 1],
    [3.2, 5],
    [17, 20],
    [51, 100],
    [1_000, 1_000],
    [Number.NaN, 1],
  ])("that shows %d goes up to %d", (value, most) => {
    expect(niceMost(value)).toBe(most);
  });

  it("places times and values within its frame, and at its edge what is outside", () => {
    expect([1_000, 1_250, 2_000, 900, 3_000].map((time) => xOf(time, frame))).toEqual([0, 25, 100, 0, 100]);
    expect([0, 5, 10].map((value) => yOf(value, frame))).toEqual([50, 25, 0]);
  });

  it("draws a step for each stretch, and nothing where there is no value", () => {
    const stretches = [
      { from: 1_000, to: 1_250, value: 10 },
      { from: 1_250, to: 1_500, value: 5 },
      { from: 1_500, to: 1_750, value: null },
      { from: 1_750, to: 2_000, value: 0 },
    ];
    expect(stepPath(stretches, frame)).toBe("M0 0H25V25H50M75 50H100");
    expect(stepPath([], frame)).toBe("");
  });
});
