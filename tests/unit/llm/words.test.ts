import { expect, test } from "vitest";
import { summaryWithin } from "../../../shared/capabilities/llm/summary-length.ts";
import { countWords, cutToWords } from "../../../shared/capabilities/llm/words.ts";

test.each([
  ["One, two - three!", 3],
  ["state-of-the-art", 4],
  ["Das kostet 1.250,50 €.", 3],
  ["  \n ", 0],
])("%j has %i words", (text, count) => {
  expect(countWords(text)).toBe(count);
});

test("a cut falls behind a clause when that keeps most of it", () => {
  expect(cutToWords("The utility closed the valve, opened the meter and left the street.", 6)).toBe(
    "The utility closed the valve…",
  );
});

test("a cut falls behind a word otherwise, and the ellipsis is not a word", () => {
  const cut = cutToWords("The utility closed every single valve in the whole northern district.", 6);

  expect(cut).toBe("The utility closed every single valve…");
  expect(countWords(cut)).toBe(6);
});

test("a summary keeps its whole sentences that fit", () => {
  expect(summaryWithin("One two three. Four five six. Seven eight nine.", 7, "en")).toBe(
    "One two three. Four five six.",
  );
  expect(summaryWithin(" One two three. ", 7, "en")).toBe("One two three.");
  expect(countWords(summaryWithin("One two three four five six seven eight.", 5, "en"))).toBe(5);
});
