import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { batchGenerateChapters } from "../../../contracts/tasks/batch-generate-chapters.ts";
import { exportAllFormats } from "../../../contracts/tasks/export.ts";
import { bookOf } from "../../../examples/write-book.ts";

const file = new URL("../../../examples/writing/batch_generate_chapters.en.json", import.meta.url);
const written = batchGenerateChapters.input.parse(JSON.parse(readFileSync(file, "utf8")));

it("what a batch of chapters gave is what an export takes: the chapters that were written, with the sources", () => {
  const chapter = (number: number) => ({
    ...{ chapter_number: number, title: `Written ${number}`, content: `Text ${number} [2].`, word_count: 2 },
    ...{ target_words: 150, sources_used: [{ number: 2, title: "Passages" }], warnings: [], usage: null },
  });
  const of = (number: number, isWritten: boolean) => ({
    ...{ number, title: `Part ${number}`, task_id: `job-${number}` },
    status: isWritten ? "success" : "failed",
    chapter: isWritten ? chapter(number) : null,
    error: isWritten ? null : { type: "RefusalError", message: "no", retryable: true },
  });
  const batch = batchGenerateChapters.output.parse({
    ...{ status: "partial", total: 3, succeeded: 2, failed: 1, usage: null },
    chapters: [of(1, true), of(2, false), of(3, true)],
  });

  const input = exportAllFormats.input.parse(bookOf({ title: "The Notes", author: "A. Author", written }, batch));

  expect(input.chapters).toEqual([
    { number: 1, title: "Written 1", content: "Text 1 [2]." },
    { number: 3, title: "Written 3", content: "Text 3 [2]." },
  ]);
  expect(input.sources.map(({ title }) => title)).toEqual(written.sources?.map(({ title }) => title));
  expect(input.language).toBe("en");
});
