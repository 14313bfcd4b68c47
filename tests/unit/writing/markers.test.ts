import { describe, expect, it } from "vitest";
import { settleMarkers } from "../../../shared/capabilities/writing/markers.ts";

const titles = ["Letters to Ada", "The Analytical Engine", "Notes by the Translator"];
const settle = (text: string) => settleMarkers(text, titles);

describe("markers of sources", () => {
  it.each([
    ["She wrote notes [1].", "She wrote notes [1].", [1], 0],
    ["She wrote notes [1, 3].", "She wrote notes [1][3].", [1, 3], 0],
    ["She wrote notes [1-3].", "She wrote notes [1][2][3].", [1, 2, 3], 0],
    ["She wrote notes [1][2].", "She wrote notes [1][2].", [1, 2], 0],
    ["She wrote notes [Source 2].", "She wrote notes [2].", [2], 0],
    ["Sie schrieb Noten [Quelle 2].", "Sie schrieb Noten [2].", [2], 0],
    ["She wrote notes [^3].", "She wrote notes [3].", [3], 0],
    ["She wrote notes 【2†source】.", "She wrote notes [2].", [2], 0],
    ["She wrote notes [The analytical engine].", "She wrote notes [2].", [2], 0],
    ["She wrote notes [4].", "She wrote notes.", [], 1],
    ["She wrote notes [0] and letters [n].", "She wrote notes and letters.", [], 2],
    ["She wrote notes [2, 9].", "She wrote notes [2].", [2], 1],
  ])("%s", (text, settled, used, removed) => {
    expect(settle(text)).toEqual({ text: settled, used, removed });
  });

  it.each([
    "A [link](https://example.org/[1]) stays.",
    "So does `array[1]` in code.",
    "```\nx[9] = 1\n```",
    "[She] came in [1843], and [...] left.",
    "[1]: https://example.org",
    "A [1](https://example.org) that is a link.",
  ])("leaves alone what is none: %s", (text) => {
    expect(settle(text)).toMatchObject({ text, removed: 0 });
  });

  it("are all removed where there are no sources", () => {
    expect(settleMarkers("Notes [1] and letters [2].", [])).toEqual({
      text: "Notes and letters.",
      used: [],
      removed: 2,
    });
  });

  it("all resolve, and settling again changes nothing, whatever the text is made of", () => {
    const parts = [
      "[",
      "]",
      "1",
      "2",
      "17",
      ", ",
      "-",
      " and ",
      "Source ",
      "^",
      "(x)",
      ": ",
      "`",
      " notes",
      ".",
      "【",
      "】",
      "†",
      "\n",
      "n",
    ];
    let seed = 7;
    const next = (most: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % most;
    };
    for (let round = 0; round < 3_000; round++) {
      const text = Array.from({ length: 3 + next(14) }, () => parts[next(parts.length)]).join("");
      const once = settle(text);
      const outsideCode = once.text.replace(/```[\s\S]*?```|`[^`\n]*`/g, "");
      for (const [, number] of outsideCode.matchAll(/\[(\d{1,3})\](?!\(|:\s)/g)) {
        expect([1, 2, 3], text).toContain(Number(number));
      }
      expect(settle(once.text).text, text).toBe(once.text);
    }
  });
});
