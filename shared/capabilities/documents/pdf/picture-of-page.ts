import type { OcrMode } from "../../../../contracts/documents/warnings.ts";
import { looksWritten, showsSomething } from "../image/paper.ts";
import type { Limits } from "../limits.ts";
import type { PageContent, PageWarning, Picture } from "../opened-document.ts";
import { notRecognized, tornPicture, unreadableText } from "../page-warnings.ts";
import { countLetters, type Quality } from "../text/quality.ts";
import { drawsLetters } from "./drawn-letters.ts";
import { type PageObjects, readObjects } from "./page-objects.ts";
import type { Pdfium } from "./pdfium.ts";
import { hasLostPicture, LEAST_SHARE, picturesWithin } from "./pictures-within.ts";
import { renderPage } from "./render.ts";

/** Fewer letters and digits than this beside a picture of the page are a stamp or a page number, not its text. */
const STAMP_LETTERS = 30;
/** Share of the page that pictures cover when it may be a scan. */
const SCAN_SHARE = 0.5;
/** Share of a page's texts that are not shown, from which on they are the text of a scan that was recognized before. */
const RECOGNIZED_BEFORE = 0.5;
/** Letters of a page from which on letters that are drawn as shapes are not looked for: they are those of charts. */
const MOST_BESIDE_DRAWN = 300;
/** Letters that are drawn have no resolution. */
const DRAWN = Number.POSITIVE_INFINITY;

interface PageFacts {
  readonly text: string;
  readonly quality: Quality;
  readonly limits: Limits;
  readonly mode: OcrMode;
}

/** The page as a picture, where it shows something that its text does not contain, with warnings about it. */
export function pictureOf(pdfium: Pdfium, page: number, facts: PageFacts): Omit<PageContent, "text"> {
  const objects = readObjects(pdfium, page);
  if (!objects.any) return { picture: null };
  if (facts.mode !== "never") return findPicture(pdfium, page, { ...facts, objects });
  if (facts.quality !== "good") return { picture: null, warnings: [unreadableText("Upload the file with ocr=auto.")] };
  if (countLetters(facts.text) === 0) return { picture: null, warnings: [notRecognized("page")] };
  const { picture, warnings = [] } = findPicture(pdfium, page, { ...facts, objects });
  return { picture: null, warnings: picture ? [...warnings, notRecognized("part")] : warnings };
}

function findPicture(
  pdfium: Pdfium,
  page: number,
  { text, quality, limits, mode, objects }: PageFacts & { readonly objects: PageObjects },
): Omit<PageContent, "text"> {
  const letters = countLetters(text);
  const none = { picture: null };
  const isScan = objects.pictureShare >= SCAN_SHARE;
  const resolution = objects.pictureShare > 0 ? objects.resolution : DRAWN;
  // Readers show nothing of a picture that does not unpack, and do not say so.
  const warningsOf = (): PageWarning[] => (hasLostPicture(pdfium, page) ? [tornPicture()] : []);
  const render = (use: Picture["use"], dots: number): { picture: Picture; warnings: PageWarning[] } => {
    const image = renderPage(pdfium, page, { resolution: dots, limits });
    return { picture: { image, use }, warnings: showsSomething(image) ? [] : warningsOf() };
  };
  if (quality !== "good") return render("rubbish", DRAWN);
  if (mode === "always" || (letters === 0 && !isScan)) return render("page", isScan ? resolution : DRAWN);
  if (!isScan && letters < MOST_BESIDE_DRAWN && drawsLetters(pdfium, page, letters)) {
    objects.hideText();
    return render("within", DRAWN);
  }
  if (!isScan && (objects.pictureShare < LEAST_SHARE || objects.hiddenTextShare >= RECOGNIZED_BEFORE)) return none;
  if (!isScan) {
    const image = picturesWithin(pdfium, page, limits);
    return image ? { picture: { image, use: "within" } } : { ...none, warnings: warningsOf() };
  }
  if (letters === 0) return render("page", resolution);
  const isStamp = letters < STAMP_LETTERS;
  if (!isStamp && objects.hiddenTextShare >= RECOGNIZED_BEFORE) return none;
  objects.hideText();
  const found = render("beside", resolution);
  return isStamp || looksWritten(found.picture.image) ? found : { ...none, warnings: found.warnings };
}
