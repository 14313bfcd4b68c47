import type { PageWarning } from "./opened-document.ts";

/** The page's text makes no sense. @param advice a sentence */
export const unreadableText = (advice: string): PageWarning => ({
  kind: "unreadable_text",
  message: `The text does not make sense: the file does not say which letters its fonts draw. ${advice}`,
});

/** There is a picture that nobody read, because recognition is switched off. @param what all of the page, or some of it */
export const notRecognized = (what: "page" | "part"): PageWarning => ({
  kind: "not_recognized",
  message: `${what === "page" ? "The page is a picture" : "A picture may hold writing"}, and recognition is switched off: upload the file with ocr=auto to have it read.`,
});

/** Pictures in formats that are not read may show text. */
export const unreadPictures = (count: number): PageWarning => ({
  kind: "not_recognized",
  message: `${count === 1 ? "A picture is" : `${count} pictures are`} in a format that is not read (such as EMF, WMF or WebP), and may show text: save the file as PDF, and upload that.`,
});

/** The file ends early. @param what is missing, with its verb, such as `Its end is` */
export const cutOff = (what: string): PageWarning => ({
  kind: "cut_off",
  message: `The file is cut off. ${what} missing: get it once more from where it comes from.`,
});

const AGAIN = "get the file once more from where it comes from.";

/** Data of a picture that is read are damaged. */
export const tornPicture = (): PageWarning => ({
  kind: "page_damaged",
  message: `The picture is damaged, and some of its text may be missing or wrong: ${AGAIN}`,
});

/** Part of a page is damaged. */
export const tornPage = (): PageWarning => ({
  kind: "page_damaged",
  message: `Part of the page is damaged, and some of its text may be missing or wrong: ${AGAIN}`,
});

/** A page of which nothing is left. */
export const lostPage = (): PageWarning => ({
  kind: "page_damaged",
  message: `The page is damaged, nothing of it is read: ${AGAIN}`,
});

/** Parts of a file are damaged, and nobody knows of which page. */
export const tornFile = (): PageWarning => ({
  kind: "page_damaged",
  message: `Parts of the file are damaged, and pages or texts of it may be missing: ${AGAIN}`,
});

/** The document refers to a part that the file does not hold. @param what it is, with its verb, such as `A picture is` */
export const missingPart = (what: string): PageWarning => ({
  kind: "page_left_out",
  message: `${what} missing: the document refers to a part that the file does not hold. Open it in the program that wrote it, and save it once more.`,
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
