/**
 * Brings text of any source into one form: NFC, line ends as \n, no spaces at the ends of lines, at most one empty line
 * in a row, no byte order marks.
 */
export function tidy(text: string): string {
  return (
    text
      .toWellFormed()
      .normalize("NFC")
      .replace(/\r\n?|\u2028|\u2029|\u0085/g, "\n")
      .replace(/[\0\ufeff\ufffe\uffff]/g, "")
      // From the first space of a run on: begun at each of them, the search would take the square of its length.
      .replace(/(?<![^\S\n\f])[^\S\n\f]+$/gm, "")
      .replace(/\n{3,}/g, "\n\n")
      .replace(/^\n+|\n+$/g, "")
  );
}

/** Control characters other than tabs and line ends mean nothing in text. */
export const withoutControls = (text: string): string => text.replace(/(?![\t\n\r\f\u0085])\p{Cc}/gu, "");
