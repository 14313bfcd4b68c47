import type { OcrMode } from "../../../../contracts/documents/warnings.ts";
import { looksWritten } from "../image/paper.ts";
import type { Limits } from "../limits.ts";
import type { PageContent, Picture } from "../opened-document.ts";
import { notRecognized, unreadableText } from "../page-warnings.ts";
import { countLetters, type Quality } from "../text/quality.ts";
import { readObjects } from "./page-objects.ts";
import type { Pdfium } from "./pdfium.ts";
import { LEAST_SHARE, picturesWithin } from "./pictures-within.ts";
import { renderPage } from "./render.ts";

/** Fewer letters and digits than this beside a picture of the page are a stamp or a page number, not its text. */
const STAMP_LETTERS = 30;
/** Share of the page that pictures cover when it may be a scan. */
const SCAN_SHARE = 0.5;
/** Share of a page's texts that are not shown, from which on they are the text of a scan that was recognized before. */
const RECOGNIZED_BEFORE = 0.5;
/** Letters that are drawn have no resolution. */
const DRAWN = Number.POSITIVE_INFINITY;

interface PageFacts {
  readonly text: string;
  readonly quality: Quality;
  readonly limits: Limits;
  readonly mode: OcrMode;
}

/** The page as a picture, where it shows something that its text does not contain, with a warning about it. */
export function pictureOf(
  pdfium: Pdfium,
  page: number,
  { text, quality, limits, mode }: PageFacts,
): Omit<PageContent, "text"> {
  const letters = countLetters(text);
  const objects = readObjects(pdfium, page);
  const rubbish = quality !== "good";
  const none = { picture: null };
  if (!objects.any) return none;
  const render = (use: Picture["use"], resolution: number): Picture => ({
    image: renderPage(pdfium, page, { resolution, limits }),
    use,
  });
  const isScan = objects.pictureShare >= SCAN_SHARE;
  const resolution = objects.pictureShare > 0 ? objects.resolution : DRAWN;
  if (mode === "never") {
    if (rubbish) return { picture: null, warnings: [unreadableText("Upload the file with ocr=auto.")] };
    return letters === 0 ? { picture: null, warnings: [notRecognized()] } : none;
  }
  if (rubbish) return { picture: render("rubbish", DRAWN) };
  if (mode === "always" || (letters === 0 && !isScan)) return { picture: render("page", isScan ? resolution : DRAWN) };
  if (!isScan && (objects.pictureShare < LEAST_SHARE || objects.hiddenTextShare >= RECOGNIZED_BEFORE)) return none;
  if (!isScan) {
    const image = picturesWithin(pdfium, page, limits);
    return image ? { picture: { image, use: "within" } } : none;
  }
  if (letters === 0) return { picture: render("page", resolution) };
  const isStamp = letters < STAMP_LETTERS;
  if (!isStamp && objects.hiddenTextShare >= RECOGNIZED_BEFORE) return none;
  objects.hideText();
  const picture = render("beside", resolution);
  return isStamp || looksWritten(picture.image) ? { picture } : none;
}
