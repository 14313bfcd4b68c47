/**
 * Brings text of any source into one form: NFC, line ends as \n, no control characters, no spaces at the ends of lines,
 * at most one empty line in a row. Pages are parted by a form feed, as pdftotext does.
 */
export function tidy(text: string): string {
  return text
    .toWellFormed()
    .normalize("NFC")
    .replace(/\r\n?|\u2028|\u2029|\u0085/g, "\n")
    .replace(/(?![\n\t\f])\p{Cc}|[\ufeff\ufffe\uffff]/gu, "")
    .replace(/[^\S\n\f]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/^\n+|\n+$/g, "");
}
