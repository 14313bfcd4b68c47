import { describe, expect, it } from "vitest";
import { resultWords } from "../../../console/src/format/result-words.ts";

describe("the first words of a result", () => {
  it.each<[string, unknown, string | undefined]>([
    ["are its first text", { summary: "Rain  fell.\nThe river rose.", model: "m" }, "Rain fell. The river rose."],
    ["are the first that is not blank", { id: " ", nested: { text: "Deep." } }, "Deep."],
    ["are all words of a list", { keywords: ["rain", "river"], model: "m" }, "rain, river"],
    ["are JSON where there is no text", { total: 12, items: [] }, '{"total":12,"items":[]}'],
    ["are none where the list leaves it out", null, undefined],
  ])("%s", (_, result, expected) => {
    expect(resultWords(result)).toBe(expected);
  });

  it("end with a mark where there are more, and never within a character", () => {
    const words = resultWords({ text: "🚂".repeat(500) });
    expect(Array.from(words ?? "")).toHaveLength(160);
    expect(words?.endsWith("🚂…")).toBe(true);
  });
});
