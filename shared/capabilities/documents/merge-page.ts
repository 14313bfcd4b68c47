import type { DocumentBlock } from "../../../contracts/documents/structure.ts";
import type { Recognition } from "./ocr/engine.ts";
import type { PageContent, PageWarning, Picture } from "./opened-document.ts";
import { unreadableText } from "./page-warnings.ts";
import { paragraphsOf } from "./structure/document-blocks.ts";
import { naturalShare } from "./text/natural-words.ts";
import { countLetters, isAlike, isContained, MOSTLY_NATURAL, withoutMeaningless } from "./text/quality.ts";
import { tidy } from "./text/tidy.ts";

/** The text of a page as it is kept. */
export interface PageText {
  readonly text: string;
  /** 0 to 1; 1 for text that was not recognized. */
  readonly confidence: number;
  /** Whether any of it was recognized off a picture. */
  readonly recognized: boolean;
  readonly blocks: readonly DocumentBlock[];
}

/** Mean confidence, of 100, below which what is recognized is not writing: photographs read as scattered signs. */
const NO_WRITING = 35;
/** Below this, many letters are wrong. */
const DOUBTFUL = 65;
/** Fewer letters than this, beside a text, are specks of a picture. */
const LEAST_BESIDE = 10;
/** Mean confidence below which what is recognized in a part of a page is a chart, or a photograph. */
const LEAST_WITHIN = 50;
/** The confidence of a text that makes no sense. */
const RUBBISH_CONFIDENCE = 0.1;

/** The text of a page that needs no recognition. */
const ownText = ({ text, blocks }: OwnText): PageText => {
  const own = tidy(text);
  return { text: own, confidence: 1, recognized: false, blocks: blocks ?? paragraphsOf(own) };
};

/** The text of a page whose picture nobody read; one that makes no sense is not trusted. */
export function unreadText(content: OwnText, use: Picture["use"]): PageText {
  if (use !== "rubbish") return ownText(content);
  const text = tidy(withoutMeaningless(content.text));
  const confidence = RUBBISH_CONFIDENCE;
  return { text, confidence, recognized: false, blocks: paragraphsOf(text, confidence) };
}

const recognizedText = (text: string, confidence: number): PageText => ({
  text,
  confidence,
  recognized: true,
  blocks: paragraphsOf(text, confidence),
});

/** The text of the page itself. */
type OwnText = Pick<PageContent, "text" | "blocks">;

/** Merges the text of a page with what was recognized on it. */
export function mergePage(
  content: OwnText,
  use: Picture["use"],
  found: Recognition,
): { readonly page: PageText; readonly warning?: PageWarning } {
  const isWriting = found.confidence >= NO_WRITING && countLetters(found.text) > 0;
  const recognized = tidy(isWriting ? (use === "within" ? withoutSpecks(found.text) : found.text) : "");
  const own = tidy(content.text);
  const confidence = Math.min(1, found.confidence / 100);
  const warning = isWriting && found.confidence < DOUBTFUL ? doubtful(found.confidence) : undefined;
  if (use === "rubbish") {
    // An unusual text is no rubbish where the page shows just that.
    if (isAlike(own, recognized)) return { page: ownText(content) };
    if (recognized !== "") return { page: recognizedText(recognized, confidence), warning: warning ?? REPLACED };
    const advice = "Recognition found nothing to read either: print the file to a new PDF, or upload a scan.";
    return { page: unreadText(content, use), warning: unreadableText(advice) };
  }
  const isSpecks = use !== "page" && countLetters(recognized) < LEAST_BESIDE;
  // Charts and photographs read as scattered signs with some words among them.
  const isText = use !== "within" || (found.confidence >= LEAST_WITHIN && naturalShare(recognized) >= MOSTLY_NATURAL);
  const isKnown = use !== "page" && isContained(recognized, own);
  if (recognized === "" || isSpecks || !isText || isKnown) return { page: ownText(content) };
  if (use === "page") {
    const isMore = countLetters(recognized) > countLetters(own);
    return isMore
      ? { page: recognizedText(recognized, confidence), ...(warning && { warning }) }
      : { page: ownText(content) };
  }
  const share = recognized.length / (recognized.length + own.length);
  const mixed = 1 - share + share * confidence;
  return {
    page: {
      text: `${own}\n\n${recognized}`,
      confidence: mixed,
      recognized: true,
      blocks: [...ownText(content).blocks, ...paragraphsOf(recognized, confidence)],
    },
    ...(warning && { warning }),
  };
}

/** Lines of fewer letters than this are lines of a drawing. */
const LEAST_IN_LINE = 3;

const withoutSpecks = (text: string): string =>
  text
    .split("\n")
    .filter((line) => line.trim() === "" || countLetters(line) >= LEAST_IN_LINE)
    .join("\n");

const REPLACED: PageWarning = {
  kind: "text_layer_replaced",
  message:
    "The file does not say which letters its fonts draw: the page was recognized as a picture. Check names and numbers.",
};

const doubtful = (confidence: number): PageWarning => ({
  kind: "low_confidence",
  message: `Recognized with a confidence of ${Math.round(confidence)} in 100: check the text, or upload a sharper scan.`,
});
