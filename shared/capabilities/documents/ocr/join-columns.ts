/**
 * Puts the rows of a table together again, of which the layout analysis of recognition has made columns of their own: the
 * amounts at the right edge of an invoice would follow its last line otherwise.
 *
 * @module
 */

/** A recognized line, in pixels. */
interface Line {
  readonly block: number;
  readonly paragraph: string;
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
  right: number;
  text: string;
  words: number;
}

/** Words that a cell of amounts or numbers has at the most: "1.234,56 EUR brutto". */
const MOST_WORDS = 3;
/** Of the lower one of two lines' heights, by which they are on one row. */
const SHARED_HEIGHT = 0.5;

/**
 * @param tsv lines and words as Tesseract's TSV output has them: level, page, block, paragraph, line, word, left, top, width,
 * height, confidence, text
 * @returns the text with its rows joined by tabs, or undefined when there is nothing to join
 */
export function joinColumns(tsv: string): string | undefined {
  const lines = linesOf(tsv);
  const blocks = Map.groupBy(lines, ({ block }) => block);
  const gone = new Set<number>();
  for (const [number, cells] of [...blocks].sort(([, a], [, b]) => leftOf(a) - leftOf(b))) {
    if (!isColumnOfNumbers(cells)) continue;
    for (const [other, rows] of blocks) {
      if (other === number || gone.has(other)) continue;
      const pairs = cells.map((cell) => [cell, rows.find((row) => isOnRow(row, cell))] as const);
      if (!pairs.every(([, row]) => row !== undefined)) continue;
      for (const [cell, row] of pairs) if (row) append(row, cell);
      gone.add(number);
      break;
    }
  }
  if (gone.size === 0) return undefined;
  return textOf(lines.filter(({ block }) => !gone.has(block)));
}

const WORD = "5";

function linesOf(tsv: string): Line[] {
  const lines = new Map<string, Line>();
  for (const row of tsv.split("\n")) {
    const [level, page, block, paragraph, line, , x = "", y = "", width = "", height = "", , word = ""] =
      row.split("\t");
    if (level !== WORD || word.trim() === "") continue;
    const [left, top] = [Number(x), Number(y)];
    const [right, bottom] = [left + Number(width), top + Number(height)];
    const key = [page, block, paragraph, line].join(" ");
    const begun = lines.get(key);
    lines.set(key, {
      block: Number(block),
      paragraph: [page, block, paragraph].join(" "),
      left: Math.min(begun?.left ?? left, left),
      top: Math.min(begun?.top ?? top, top),
      right: Math.max(begun?.right ?? right, right),
      bottom: Math.max(begun?.bottom ?? bottom, bottom),
      text: begun ? `${begun.text} ${word}` : word,
      words: (begun?.words ?? 0) + 1,
    });
  }
  return [...lines.values()];
}

const leftOf = (lines: readonly Line[]): number => Math.min(...lines.map(({ left }) => left));

/** Running text in a column is longer, and a list of names has no digits: those stay where they are. */
function isColumnOfNumbers(lines: readonly Line[]): boolean {
  const numbers = lines.filter(({ text }) => /\d/.test(text)).length;
  return lines.length >= 2 && lines.every(({ words }) => words <= MOST_WORDS) && numbers >= lines.length - 1;
}

function isOnRow(row: Line, cell: Line): boolean {
  const shared = Math.min(row.bottom, cell.bottom) - Math.max(row.top, cell.top);
  const lower = Math.min(row.bottom - row.top, cell.bottom - cell.top);
  return row.right < cell.left && shared >= SHARED_HEIGHT * lower;
}

function append(row: Line, cell: Line): void {
  row.text += `\t${cell.text}`;
  row.right = cell.right;
}

/** As Tesseract writes it: an empty line behind each paragraph. */
function textOf(lines: readonly Line[]): string {
  const paragraphs = Map.groupBy(lines, ({ paragraph }) => paragraph);
  return [...paragraphs.values()].map((each) => `${each.map(({ text }) => text).join("\n")}\n\n`).join("");
}
