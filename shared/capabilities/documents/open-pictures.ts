import { decodePicture, type PictureFormat } from "./image/decode-picture.ts";
import type { GrayImage } from "./image/gray-image.ts";
import { openTiff } from "./image/tiff.ts";
import type { OpenDocument, OpenOptions, PageContent } from "./opened-document.ts";
import { notRecognized } from "./page-warnings.ts";

/** A picture, or several of a TIFF: a page each. */
export async function openPictures(
  format: PictureFormat,
  bytes: Uint8Array,
  { limits, mode, pdfium: load }: OpenOptions,
): Promise<OpenDocument> {
  const pdfium = await load();
  const document = (pages: number, imageOf: (index: number) => GrayImage): OpenDocument => ({
    format,
    pages,
    page: (index): PageContent =>
      mode === "never"
        ? { text: "", picture: null, warnings: [notRecognized()] }
        : { text: "", picture: { image: imageOf(index), use: "page" } },
    close() {},
  });
  if (format !== "tiff") return document(1, () => decodePicture(bytes, pdfium, limits));
  const tiff = openTiff(bytes, limits);
  return document(tiff.pages, (index) => tiff.page(pdfium, index));
}
