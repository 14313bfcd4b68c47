import type { Root } from "mdast";
import type { BookInput } from "../../../../contracts/tasks/export.ts";
import { languageOfText } from "../../llm/text-language.ts";
import { countWords } from "../../llm/words.ts";
import { withoutMarkers } from "../../markdown/source-markers.ts";
import { visibleText } from "../../markdown/visible-text.ts";
import type { Book, Warning } from "./book.ts";
import { cleanChapter } from "./clean-chapter.ts";
import { unknownSources } from "./source-marks.ts";

/** Length of the text by which the language is detected. */
const SAMPLE_CHARACTERS = 20_000;

/**
 * Reads the chapters of a book.
 * @returns the book, and what a reader of the result should know
 * @throws MarkdownTooComplexError
 */
export function buildBook(given: BookInput): { readonly book: Book; readonly warnings: readonly Warning[] } {
  const input = tidied(given);
  const warnings: Warning[] = [];
  const chapters = input.chapters.map((chapter, index) =>
    cleanChapter(chapter, (code, message) => warnings.push({ code, message, chapter: index + 1 })),
  );
  const texts = chapters.map(({ root }) => visibleText(root));
  const language = languageOfText(input.language, texts.join("\n\n").slice(0, SAMPLE_CHARACTERS));
  for (const [index, { root, notes }] of chapters.entries()) {
    const unknown = unknownSources([root, ...[...notes.values()].flat()], input.sources.length);
    if (unknown.length > 0) {
      const message = `No source stands behind ${unknown.map((mark) => `[${mark}]`).join(", ")}.`;
      warnings.push({ code: "unknown_source", message, chapter: index + 1 });
    }
  }
  const words = chapters.reduce((sum, { root, notes }) => {
    const parts = [root, ...[...notes.values()].map((children): Root => ({ type: "root", children: [...children] }))];
    return sum + countWords(withoutMarkers(parts.map(visibleText).join("\n\n")), language);
  }, 0);
  const { title, author, metadata, sources } = input;
  return { book: { title, author, metadata: metadata ?? {}, sources, language, chapters, words }, warnings };
}

/** Characters that no file of text may hold: controls, and halves of characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/g;

/** A value with all texts in it free of what no file may hold. */
function tidied<T>(value: T): T {
  if (typeof value === "string") return value.replace(FORBIDDEN, "").toWellFormed().replace(/\r\n?/g, "\n") as T;
  if (Array.isArray(value)) return value.map(tidied) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, tidied(each)])) as T;
}
