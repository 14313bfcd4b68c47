import { CsvError, type Options, parse } from "csv-parse/sync";
import { DocumentTooLargeError } from "../../../../contracts/documents/errors.ts";
import type { Limits } from "../limits.ts";
import type { Block } from "../structure/blocks.ts";

const SEPARATORS = [";", "\t", ",", "|"] as const;
/** Characters in which the separator is looked for. */
const SAMPLE = 64 * 1_024;

/**
 * The table of a file of separated values (RFC 4180, and what German programs write: semicolons).
 * @returns undefined when it is not one: then it is a text
 */
export function csvBlocks(text: string, limits: Limits): Block[] | undefined {
  const delimiter = separatorOf(text);
  if (delimiter === undefined) return undefined;
  const options = { delimiter, bom: true, relax_quotes: true, relax_column_count: true, skip_empty_lines: true };
  const rows = parsed(text.replace(/^\ufeff?sep=.\r?\n/i, ""), options);
  if (!rows) return undefined;
  const cells = rows.reduce((sum, row) => sum + row.length, 0);
  if (cells > limits.characters) throw new DocumentTooLargeError("The document's text is too long.");
  return [{ kind: "table", rows: rows.map((row) => row.map((cell) => cell.trim())) }];
}

/** A quote that never closes would take the rest of the file into one cell. */
function parsed(text: string, options: Options): string[][] | undefined {
  try {
    return parse(text, options);
  } catch (error) {
    if (error instanceof CsvError) return undefined;
    throw error;
  }
}

/** The separator that most lines have the same number of, outside quotes. */
function separatorOf(text: string): string | undefined {
  const named = /^\ufeff?sep=(.)\r?\n/i.exec(text)?.[1];
  if (named) return named;
  const lines = text
    .slice(0, SAMPLE)
    .replace(/"(?:[^"]|"")*"/g, '""')
    .split(/\r\n?|\n/)
    .filter((line) => line.trim() !== "");
  const judged = SEPARATORS.map((separator) => {
    const counts = lines.map((line) => line.split(separator).length - 1);
    const found = new Map<number, number>();
    for (const count of counts) if (count > 0) found.set(count, (found.get(count) ?? 0) + 1);
    return { separator, lines: Math.max(0, ...found.values()) };
  });
  const best = judged.reduce((a, b) => (b.lines > a.lines ? b : a));
  return best.lines * 2 >= lines.length && best.lines > 0 ? best.separator : undefined;
}
