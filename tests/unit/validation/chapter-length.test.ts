import { describe, expect, it } from "vitest";
import { exportToMarkdown } from "../../../contracts/tasks/export.ts";
import { run } from "../../../functions/tasks/validate-chapter-length.ts";
import { buildBook } from "../../../shared/capabilities/export/book/build-book.ts";
import { measureChapter } from "../../../shared/capabilities/validation/chapter-length.ts";
import { contentQuality } from "../../../shared/capabilities/validation/content-quality.ts";
import { judgeLength } from "../../../shared/capabilities/validation/judge-length.ts";
import { taskContext } from "../../helpers/task-context.ts";

describe("the words of a chapter", () => {
  it.each([
    [
      "words of headings, paragraphs, lists, tables and code",
      "# One two\n\nthree *four*\n\n- five\n- six\n\n| seven |\n|-|\n| eight |\n\n```\nnine\n```",
      9,
    ],
    [
      "no addresses, no HTML, no marks of notes",
      "One [two](https://example.com/a-b) <b title='x y'>three</b>[^1] ![not seen](a.png)\n\n[^1]: four",
      4,
    ],
    ["no marks of sources", "One two [1]. Three [2, 3] four.", 4],
    ["German words", "Die Kfz-Steuer stieg um 3,5 Prozent.", 7],
  ])("are %s, in every task", (_, content, words) => {
    expect(measureChapter(content, "auto").words).toBe(words);
    expect(contentQuality(content, "auto").word_count).toBe(words);
    const book = exportToMarkdown.input.parse({ title: "T", author: "A", chapters: [{ title: "C", content }] });
    expect(buildBook(book).book.words).toBe(words);
  });
});

describe("a length against its target", () => {
  it.each([
    [899, 1_000, 0.1, "too_short"],
    [900, 1_000, 0.1, "within"],
    [1_100, 1_000, 0.1, "within"],
    [1_101, 1_000, 0.1, "too_long"],
    [11, 10, 0.1, "within"],
    [10, 10, 0, "within"],
    [11, 10, 0, "too_long"],
    [0, 1, 1, "within"],
  ])("%i words of %i with a tolerance of %d are %s", (words, target_words, tolerance, verdict) => {
    expect(judgeLength(words, { target_words, tolerance })).toMatchObject({ verdict, is_valid: verdict === "within" });
  });

  it("is told with its bounds and its share", () => {
    expect(judgeLength(120, { target_words: 100, tolerance: 0.1 })).toEqual({
      ...{ is_valid: false, verdict: "too_long", word_count: 120, target_words: 100 },
      ...{ least_words: 90, most_words: 110, deviation: 0.2 },
    });
  });
});

it("counts in a thread of its own", async () => {
  const input = { content: "# Title\n\nfive words are here now", target_words: 6, tolerance: 0, language: "auto" };
  expect(await run(input, taskContext())).toMatchObject({ word_count: 6, is_valid: true });
});
