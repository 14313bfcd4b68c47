/**
 * Makes a book's files and puts them beside the job's result.
 *
 * @module
 */

import { fileLink } from "../../../contracts/jobs/files.ts";
import { type BookFormat, type BookInput, type BookResult, bookFileTypes } from "../../../contracts/tasks/export.ts";
import type { TaskContext } from "../../engine/worker/context.ts";
import { boundedCalls } from "../markdown/bounded-call.ts";
import type { ExportAnswer, ExportCall } from "./export.thread.ts";
import { fileNameOf } from "./file-name.ts";

/** Below the soft time limit, so that a hostile book fails for good and is not tried again. */
const BOUNDS = { seconds: 200, megabytes: 1_024 };

const makeFiles = boundedCalls<ExportCall, ExportAnswer>(
  new URL(`./export.thread${import.meta.url.endsWith(".ts") ? ".ts" : ".mjs"}`, import.meta.url),
  BOUNDS,
);

/**
 * Makes a book into files.
 * @throws MarkdownTooComplexError, BookTooLargeError
 */
export async function exportBook(
  input: BookInput,
  formats: readonly BookFormat[],
  context: Pick<TaskContext, "files" | "progress" | "signal" | "taskId">,
): Promise<BookResult> {
  const { files, words, language, warnings } = await makeFiles({ input, formats }, context.signal);
  const stored: BookResult["files"] = [];
  for (const [index, format] of formats.entries()) {
    const file = files[index];
    if (!file) throw new Error(`There is no file of the format ${format}.`);
    const { contentType, extension } = bookFileTypes[format];
    const name = `${fileNameOf(input.title)}.${extension}`;
    await context.files.put(name, file.bytes, contentType);
    context.progress(index + 1, formats.length, "files");
    const link = fileLink(context.taskId, name);
    stored.push({ name, format, content_type: contentType, bytes: file.bytes.length, link });
  }
  const pages = files.find((file) => file.pages !== null)?.pages ?? null;
  return { files: stored, chapters: input.chapters.length, words, pages, language, warnings: [...warnings] };
}
