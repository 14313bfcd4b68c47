/**
 * A form field of a page, as it is read and then drawn for the page's text to contain it.
 *
 * @module
 */

/** The text of a field, and where its box begins: points from the lower left corner of the page. */
export interface Field {
  readonly text: string;
  readonly left: number;
  readonly bottom: number;
  /** Whether nothing on the page shows it: its program left that to the reader, or its appearance is hidden. */
  readonly isUndrawn?: boolean;
}

/** A ticked box while the page is read: a sign of the font ZapfDingbats. */
export const CHECKED = "\u2752";
/** An empty box while the page is read. */
export const EMPTY = "\u2751";
const MARKS: Readonly<Record<string, string>> = { [CHECKED]: "☒", [EMPTY]: "☐" };

/** Text in which the boxes that were drawn as `CHECKED` or `EMPTY` are those of Unicode. */
export const withMarks = (text: string): string => text.replace(/[\u2751\u2752]/g, (sign) => MARKS[sign] ?? sign);
