/**
 * The structure of plain text: headings and paragraphs, with their offsets.
 *
 * @module
 */

/** One block of a document's text: a heading or a paragraph. */
export type Block =
  | { readonly kind: "heading"; readonly start: number; readonly end: number; readonly title: string }
  | { readonly kind: "paragraph"; readonly start: number; readonly end: number; readonly title?: undefined };

const MAX_HEADING = 120;
const MARKDOWN = /^#{1,6}\s+(\S.*?)\s*#*$/;
/** "3.2 Results", "IV. Results", "§ 5 Kündigung", "Kapitel 2: ...". */
const NUMBERED =
  /^(?:\d{1,3}(?:\.\d{1,3}){1,4}\.?|\d{1,3}\.|[IVXLC]{1,7}\.|§\s*\d+[a-z]?|(?:Chapter|Section|Article|Kapitel|Abschnitt|Artikel)\s+\w+[:.]?)\s+\p{Lu}/u;
const UNDERLINE = /^(={3,}|-{3,})\s*$/;
const ENDS_SENTENCE = /[.!?;,]$/;

interface Line {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function linesOf(text: string): Line[] {
  return Array.from(text.matchAll(/[^\n\f]+|\f/g), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
    text: match[0].trim(),
  }));
}

/** Some letters, all of them capitals. */
const isCapitals = (line: string): boolean =>
  (line.match(/\p{L}/gu)?.length ?? 0) >= 4 && line === line.toUpperCase() && line !== line.toLowerCase();

function titleOf(line: string): string | undefined {
  if (line.length > MAX_HEADING) return undefined;
  const markdown = MARKDOWN.exec(line)?.[1];
  if (markdown !== undefined) return markdown;
  if (ENDS_SENTENCE.test(line)) return undefined;
  return NUMBERED.test(line) || isCapitals(line) ? line : undefined;
}

/**
 * Headings and paragraphs in order. A paragraph ends at a blank line, a heading or a form feed; a line break alone is
 * a typesetter's.
 */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = linesOf(text);
  let open: { start: number; end: number } | undefined;
  const close = () => {
    if (open) blocks.push({ kind: "paragraph", ...open });
    open = undefined;
  };
  for (const [position, line] of lines.entries()) {
    const blankBefore = open !== undefined && /\n\s*\n|\f/.test(text.slice(open.end, line.start + 1));
    if (blankBefore) close();
    if (line.text === "") continue;
    const next = lines[position + 1];
    const underlined =
      open === undefined && next !== undefined && UNDERLINE.test(next.text) && next.start === line.end + 1;
    const alone = open === undefined;
    const title = underlined ? line.text : alone || MARKDOWN.test(line.text) ? titleOf(line.text) : undefined;
    if (title !== undefined) {
      close();
      blocks.push({ kind: "heading", start: line.start, end: line.end, title });
    } else if (!(UNDERLINE.test(line.text) && blocks.at(-1)?.kind === "heading" && open === undefined)) {
      open = { start: open?.start ?? line.start, end: line.end };
    }
  }
  close();
  return blocks;
}
