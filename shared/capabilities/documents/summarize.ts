import { DocumentCorruptError } from "../../../contracts/documents/errors.ts";
import { type DocumentWarning, MAX_WARNINGS } from "../../../contracts/documents/warnings.ts";
import type { PageReader } from "./read-pages.ts";

interface Summary {
  readonly text: string;
  readonly confidence: number | null;
  readonly warnings: readonly DocumentWarning[];
}

const NO_TEXT: DocumentWarning = {
  page: null,
  kind: "no_text",
  message:
    "There is no text: the file is empty, or shows none that can be recognized. Upload a sharper scan if it should.",
};

const NOTHING_LEFT =
  "The document is damaged, and nothing can be read of what is left: get the file once more from where it comes from.";

/**
 * The text of a document, and how far it can be trusted.
 * @param hasPages whether its parts are pages, between which a form feed is
 * @throws DocumentCorruptError where it is damaged, and nothing is left
 */
export function summarize({ texts, warnings }: PageReader, hasPages: boolean): Summary {
  // A form feed within a page would make two of it.
  const pages = texts.map(({ text }) => (hasPages ? text.replaceAll("\f", "\n") : text));
  const characters = pages.reduce((sum, text) => sum + text.length, 0);
  const sure = texts.reduce((sum, { text, confidence }) => sum + text.length * confidence, 0);
  const text = hasPages ? pages.join("\n\f") : pages.filter((page) => page !== "").join("\n\n");
  const all = hasPages ? warnings : warnings.map((warning) => ({ ...warning, page: null }));
  const isDamaged = all.some(({ kind }) => kind === "page_damaged");
  // Where recognition is switched off, the text that is missing is none that was lost.
  if (characters === 0 && isDamaged && !all.some(({ kind }) => kind === "not_recognized"))
    throw new DocumentCorruptError(NOTHING_LEFT);
  const told = characters === 0 && all.length === 0 ? [NO_TEXT] : all;
  return {
    text: characters > 0 ? text : "",
    confidence: characters > 0 ? Math.round((100 * sure) / characters) / 100 : null,
    warnings: told.length <= MAX_WARNINGS ? told : [...told.slice(0, MAX_WARNINGS), more(told.length - MAX_WARNINGS)],
  };
}

const more = (count: number): DocumentWarning => ({
  page: null,
  kind: "more_warnings",
  message: `There are ${count} more warnings of the same kinds.`,
});
