/** How kinds of text are set: font sizes and line heights in points. */
export const sizes = {
  body: { size: 10.5, leading: 14.6 },
  small: { size: 9, leading: 12.4 },
  quote: { size: 10, leading: 13.8 },
  code: { size: 7.8, leading: 10.6 },
  cell: { size: 9, leading: 12 },
  title: { size: 26, leading: 32 },
  chapter: { size: 20, leading: 26 },
} as const;
/** A font size and a line height. */
export interface TextSize {
  readonly size: number;
  readonly leading: number;
}

/** Headings within a chapter, by their depth. */
const headingSizes: readonly TextSize[] = [
  { size: 14.5, leading: 19 },
  { size: 12, leading: 16 },
  { size: 11, leading: 15 },
  { size: 10.5, leading: 14.6 },
  { size: 10.5, leading: 14.6 },
];

/** @param depth 2 to 6 */
export const headingSize = (depth: number): TextSize => headingSizes[depth - 2] ?? { size: 10.5, leading: 14.6 };

/** First line of a paragraph that follows another one. */
export const INDENT = 14;
/** Of a list's items, and of quotations on both sides. */
export const STEP = 17;
/** Behind code. */
/** The ground of code. */
export const CODE_GROUND = "#f2f2f0";
/** Lines between rows and sections. */
/** The lines of tables. */
export const RULE = "#9a9a9a";
