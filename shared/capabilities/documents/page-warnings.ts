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
