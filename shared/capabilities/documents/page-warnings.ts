import type { PageWarning } from "./opened-document.ts";

/** The page's text makes no sense. @param advice a sentence */
export const unreadableText = (advice: string): PageWarning => ({
  kind: "unreadable_text",
  message: `The text does not make sense: the file does not say which letters its fonts draw. ${advice}`,
});

/** There is a picture that nobody read, because recognition is switched off. */
export const notRecognized = (): PageWarning => ({
  kind: "not_recognized",
  message: "The page is a picture, and recognition is switched off: upload the file with ocr=auto to have it read.",
});

/** The file ends early. @param what is missing, with its verb, such as `Its end is` */
export const cutOff = (what: string): PageWarning => ({
  kind: "cut_off",
  message: `The file is cut off. ${what} missing: get it once more from where it comes from.`,
});

/** The page shows something, and recognition found no text in it. */
export const nothingRecognized = (): PageWarning => ({
  kind: "no_text",
  message: "The page shows something, but no text could be recognized: upload a sharper scan if it has text.",
});

/** Cells of a sheet hold formulas whose results are not in the file. */
export const notCalculated = (cells: number): PageWarning => ({
  kind: "not_calculated",
  message: `${cells} cells hold formulas without their results, and are empty in the text: open the file in Excel or LibreOffice, and save it.`,
});
