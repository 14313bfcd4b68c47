/**
 * Tasks on books: a life in three chapters, which is made up, is checked and made into files.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type BookInput, exportAllFormats } from "../../contracts/tasks/export.ts";
import { taskStep } from "./jobs.ts";
import type { DemoStep } from "./step.ts";

const NAME = "druckerin.de.json";

/** The steps of the families `validation` and `export`. */
export async function bookSteps(): Promise<DemoStep[]> {
  const file = await readFile(join(import.meta.dirname, "../books", NAME), "utf8");
  const book: BookInput = exportAllFormats.input.parse(JSON.parse(file));
  const { title, chapters, sources, language } = book;
  const content = chapters[0]?.content ?? "";
  return [
    taskStep("validate_chapter_length", `${NAME}, chapter 1`, { content, target_words: 200, tolerance: 0.2 }),
    taskStep("validate_content_quality", `${NAME}, chapter 1`, { content }),
    taskStep("validate_sources", NAME, { sources }),
    taskStep("validate_complete_biography", NAME, { title, chapters, sources, language }),
    taskStep("export_to_markdown", NAME, book),
    taskStep("export_to_word", NAME, book),
    taskStep("export_to_pdf", NAME, book),
    taskStep("export_all_formats", NAME, book),
  ];
}
