import { DocumentTooLargeError } from "../../../contracts/documents/errors.ts";
import type { ZipFile } from "./container/zip.ts";
import { LEAST_PICTURE_BYTES, pictureContent, SPARSE_LETTERS } from "./open-parts.ts";
import type { OpenDocument, OpenOptions, PageContent } from "./opened-document.ts";
import type { Slide } from "./slides/read-pptx.ts";
import { textOfBlocks } from "./structure/blocks.ts";
import { documentBlocks } from "./structure/document-blocks.ts";
import { countLetters, withoutMeaningless } from "./text/quality.ts";
import { withoutControls } from "./text/tidy.ts";

/** Slides, each a page: its text, and the largest picture on it that no slide before has. */
export function openSlides(
  { zip, format }: { readonly zip: ZipFile; readonly format: "pptx" | "odp" },
  slides: readonly (() => Slide)[],
  { limits, mode, pdfium }: OpenOptions,
): OpenDocument {
  if (slides.length > limits.pages) {
    throw new DocumentTooLargeError(`There are ${slides.length} slides; at most ${limits.pages} are read.`);
  }
  // Logos and backgrounds are the same on many slides.
  const seen = new Set<string>();
  const page = async (index: number): Promise<PageContent> => {
    const { blocks, pictures } = slides[index]?.() ?? NOTHING;
    const text = withoutMeaningless(withoutControls(textOfBlocks(blocks)));
    const own = documentBlocks(blocks);
    const unseen = pictures.filter((name) => !seen.has(name) && zip.size(name) >= LEAST_PICTURE_BYTES);
    for (const name of pictures) seen.add(name);
    const [largest] = unseen.sort((a, b) => zip.size(b) - zip.size(a));
    const bytes = largest === undefined ? undefined : zip.read(largest);
    if (!bytes) return { text, blocks: own, picture: null };
    const isSparse = countLetters(text) < SPARSE_LETTERS;
    const { picture, warnings = [] } = pictureContent(bytes, await pdfium(), { limits, mode, isSparse });
    return {
      text,
      blocks: own,
      picture: picture && { ...picture, use: text.trim() === "" ? "page" : "beside" },
      warnings,
    };
  };
  return { format, pages: Math.max(1, slides.length), page, close() {} };
}

const NOTHING: Slide = { blocks: [], pictures: [] };
