/**
 * A book in one go: its chapters by `batch_generate_chapters`, its files by `export_all_formats`. Needs a stack with a
 * language model:
 *
 *     SLUICE_URL=... SLUICE_API_KEY=... node examples/write-book.ts examples/writing/batch_generate_chapters.en.json \
 *       "The Notes" "A. Author"
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { type Client, createClient } from "../client/index.ts";
import type { TaskOutput, TaskRequest } from "../contracts/catalog.ts";

/** What a book needs beside its chapters. */
export interface Book {
  readonly title: string;
  readonly author: string;
  /** What `batch_generate_chapters` takes; its sources are those of all chapters, so that markers mean the same in each. */
  readonly written: TaskRequest<"batch_generate_chapters">;
}

/** What `export_all_formats` takes, of what `batch_generate_chapters` gave: the chapters that were written, with the sources. */
export function bookOf(
  { title, author, written }: Book,
  { chapters }: TaskOutput<"batch_generate_chapters">,
): TaskRequest<"export_all_formats"> {
  return {
    title,
    author,
    language: written.language,
    chapters: chapters.flatMap(({ number, chapter }) =>
      chapter ? [{ number, title: chapter.title, content: chapter.content }] : [],
    ),
    // The content of a source is for the writer; the list of sources does not print it.
    sources: written.sources?.map(({ text: _text, ...source }) => source),
  };
}

/**
 * Has a book written and made into files.
 * @param wait milliseconds for each of the two jobs
 * @throws JobFailedError when no chapter was written, or the files could not be made
 */
export async function writeBook(client: Client, book: Book, wait?: number) {
  const timeout = wait === undefined ? {} : { timeout: wait };
  const batch = await client.run("batch_generate_chapters", book.written, timeout);
  const input = bookOf(book, batch);
  const files = await client.submit("export_all_formats", input);
  return { batch, input, taskId: files.task_id, result: await files.result(timeout) };
}

if (process.argv[1] === import.meta.filename) {
  const [file = "", title = "", author = ""] = process.argv.slice(2);
  const { SLUICE_URL: url = "", SLUICE_API_KEY: apiKey = "" } = process.env;
  const written = JSON.parse(await readFile(file, "utf8")) as Book["written"];
  const { batch, taskId, result } = await writeBook(createClient({ url, apiKey }), { title, author, written });
  process.stdout.write(`${batch.succeeded} of ${batch.total} chapters were written. Files of job ${taskId}:\n`);
  for (const { name, bytes, link } of result.files) process.stdout.write(`  ${name} ${bytes} bytes ${url}${link}\n`);
}
