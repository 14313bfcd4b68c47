/**
 * Documents that are read as a whole: one part for their text, and one for each picture that recognition reads.
 *
 * @module
 */

import { FinalError } from "../../../contracts/errors.ts";
import type { WordDocument } from "./docx/read-docx.ts";
import { decodePicture, pictureFormat } from "./image/decode-picture.ts";
import { looksWritten } from "./image/paper.ts";
import { isUnreadPicture } from "./image/unread-picture.ts";
import type { Limits } from "./limits.ts";
import type { Format, OpenDocument, OpenOptions, PageContent, PageWarning } from "./opened-document.ts";
import { notRecognized, tornPicture, unreadPictures } from "./page-warnings.ts";
import type { Pdfium } from "./pdf/pdfium.ts";
import { type Block, textOfBlocks } from "./structure/blocks.ts";
import { documentBlocks } from "./structure/document-blocks.ts";
import { countLetters, withoutMeaningless } from "./text/quality.ts";
import { withoutControls } from "./text/tidy.ts";

/** A document of one part. */
export function onePage(format: Format, blocks: readonly Block[], warnings: readonly PageWarning[] = []): OpenDocument {
  const text = withoutControls(textOfBlocks(blocks));
  const found = documentBlocks(blocks);
  return { format, pages: 1, page: () => ({ text, blocks: found, picture: null, warnings }), close() {} };
}

/** A picture of fewer bytes holds no page of text: logos and ornaments. */
export const LEAST_PICTURE_BYTES = 4_000;
/** A picture of fewer pixels holds no page of text. */
const LEAST_PIXELS = 250_000;
/** Below this many letters and digits in all, a text is too short: all pictures of the document are recognized. */
export const SPARSE_LETTERS = 30;
/** Characters in which those letters are looked for. */
const BEGINNING = 10_000;
/** Pictures that are read of one document. */
const MOST_PICTURES = 200;

/** A document of words: its text up to the next picture that may be a page, then that picture. */
export function openWord(
  format: "docx" | "doc" | "odt",
  { blocks, warnings = [], picture }: WordDocument,
  { limits, mode, pdfium }: OpenOptions,
): OpenDocument {
  const isSparse = countLetters(textOfBlocks(blocks).slice(0, BEGINNING)) < SPARSE_LETTERS;
  const parts: (readonly Block[] | string)[] = [];
  let texts: Block[] = [];
  let pictures = 0;
  const seen = new Set<string>();
  let unread = 0;
  for (const block of blocks) {
    const bytes = block.kind === "picture" && !seen.has(block.name) ? picture(block.name) : undefined;
    const isPage = block.kind === "picture" && pictures < MOST_PICTURES && isLarge(bytes);
    if (!isPage) {
      if (block.kind !== "picture") texts.push(block);
      else seen.add(block.name);
      if (bytes && isUnreadPicture(bytes)) unread++;
      continue;
    }
    seen.add(block.name);
    pictures++;
    if (texts.length > 0) parts.push(texts);
    parts.push(block.name);
    texts = [];
  }
  if (texts.length > 0 || parts.length === 0) parts.push(texts);
  const read = async (part: readonly Block[] | string | undefined): Promise<PageContent> =>
    typeof part === "string"
      ? pictureContent(picture(part) ?? new Uint8Array(), await pdfium(), { limits, mode, isSparse })
      : {
          text: withoutMeaningless(withoutControls(textOfBlocks(part ?? []))),
          blocks: documentBlocks(part ?? []),
          picture: null,
        };
  const page = async (index: number): Promise<PageContent> => {
    const content = await read(parts[index]);
    const told = unread > 0 ? [...warnings, unreadPictures(unread)] : warnings;
    return index === 0 ? { ...content, warnings: [...told, ...(content.warnings ?? [])] } : content;
  };
  return { format, pages: parts.length, page, close() {} };
}

const isLarge = (bytes: Uint8Array | undefined): boolean =>
  bytes !== undefined && bytes.length >= LEAST_PICTURE_BYTES && pictureFormat(bytes) !== undefined;

interface PictureFacts {
  readonly limits: Limits;
  readonly mode: OpenOptions["mode"];
  readonly isSparse: boolean;
}

/** A damaged picture does not take the document's text along. */
export function pictureContent(
  bytes: Uint8Array,
  pdfium: Pdfium,
  { limits, mode, isSparse }: PictureFacts,
): PageContent {
  const none: PageContent = { text: "", picture: null };
  if (mode === "never" && isSparse) return { ...none, warnings: [notRecognized("page")] };
  try {
    const image = decodePicture(bytes, pdfium, limits);
    const isPage = image.width * image.height >= LEAST_PIXELS && looksWritten(image);
    if (!isPage && !isSparse && mode !== "always") return none;
    if (mode === "never") return { ...none, warnings: [notRecognized("part")] };
    return { text: "", picture: { image, use: "page" }, warnings: image.isTorn ? [tornPicture()] : [] };
  } catch (error) {
    if (!(error instanceof FinalError)) throw error;
    return { ...none, warnings: [{ kind: "page_left_out", message: `A picture is left out. ${error.message}` }] };
  }
}
