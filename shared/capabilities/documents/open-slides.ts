import { DocumentTooLargeError } from "../../../contracts/documents/errors.ts";
import type { ZipFile } from "./container/zip.ts";
import type { GrayImage } from "./image/gray-image.ts";
import { stack } from "./image/stack.ts";
import { isUnreadPicture } from "./image/unread-picture.ts";
import { LEAST_PICTURE_BYTES, pictureContent, SPARSE_LETTERS } from "./open-parts.ts";
import type { OpenDocument, OpenOptions, PageContent, PageWarning, Picture } from "./opened-document.ts";
import { missingPart, unreadPictures } from "./page-warnings.ts";
import type { Slide } from "./slides/read-pptx.ts";
import { textOfBlocks } from "./structure/blocks.ts";
import { documentBlocks } from "./structure/document-blocks.ts";
import { countLetters, withoutMeaningless } from "./text/quality.ts";
import { withoutControls } from "./text/tidy.ts";

/** Slides, each a page: its text, and the largest pictures on it that no slide before has. */
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
    const { blocks, pictures, isIncomplete = false } = slides[index]?.() ?? NOTHING;
    const text = withoutMeaningless(withoutControls(textOfBlocks(blocks)));
    const own = documentBlocks(blocks);
    const others = pictures.filter((name) => !seen.has(name) && !READ.test(name));
    const unread = new Set(others.filter((name) => isUnreadPicture(zip.read(name) ?? new Uint8Array())));
    const unseen = pictures.filter((name) => !seen.has(name) && zip.size(name) >= LEAST_PICTURE_BYTES);
    for (const name of pictures) seen.add(name);
    const largest = unseen
      .filter((name) => !unread.has(name))
      .sort((a, b) => zip.size(b) - zip.size(a))
      .slice(0, MOST_PICTURES);
    const images: GrayImage[] = [];
    const isMissing = isIncomplete || pictures.some((name) => !zip.has(name));
    const warnings: PageWarning[] = isMissing ? [missingPart("A picture, a chart or a note of the slide is")] : [];
    if (unread.size > 0) warnings.push(unreadPictures(unread.size));
    for (const [place, name] of largest.entries()) {
      // Of a slide without text the largest picture is read whatever it looks like.
      const isSparse = place === 0 && countLetters(text) < SPARSE_LETTERS;
      const bytes = zip.read(name) ?? new Uint8Array();
      const content = pictureContent(bytes, await pdfium(), { limits, mode, isSparse });
      if (content.picture) images.push(content.picture.image);
      const told = (content.warnings ?? []).filter(({ message }) => !warnings.some((one) => one.message === message));
      warnings.push(...told);
    }
    const picture: Picture | null =
      images.length > 0 ? { image: stack(images), use: text.trim() === "" ? "page" : "beside" } : null;
    return { text, blocks: own, picture, warnings };
  };
  return { format, pages: Math.max(1, slides.length), page, close() {} };
}

/** Names of pictures in the formats that are read. */
const READ = /\.(?:png|jpe?g|gif|bmp|tiff?)$/i;

/** Pictures of one slide that are read, the largest first. */
const MOST_PICTURES = 4;

const NOTHING: Slide = { blocks: [], pictures: [] };
