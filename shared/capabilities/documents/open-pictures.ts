import { decodePicture, type PictureFormat } from "./image/decode-picture.ts";
import type { GrayImage } from "./image/gray-image.ts";
import { isCutOffJpeg } from "./image/jpeg.ts";
import { openTiff } from "./image/tiff.ts";
import type { OpenDocument, OpenOptions, PageContent, PageWarning } from "./opened-document.ts";
import { cutOff, notRecognized, tornPicture } from "./page-warnings.ts";

interface Pictures {
  readonly pages: number;
  readonly imageOf: (index: number) => GrayImage;
  /** Warnings about the last one. */
  readonly last?: readonly PageWarning[];
}

/** A picture, or several of a TIFF: a page each. */
export async function openPictures(
  format: PictureFormat,
  bytes: Uint8Array,
  { limits, mode, pdfium: load }: OpenOptions,
): Promise<OpenDocument> {
  const pdfium = await load();
  const document = ({ pages, imageOf, last = [] }: Pictures): OpenDocument => ({
    format,
    pages,
    page(index): PageContent {
      const warnings = index === pages - 1 ? last : [];
      if (mode === "never") return { text: "", picture: null, warnings: [notRecognized("page"), ...warnings] };
      const image = imageOf(index);
      const torn = image.isTorn && warnings.length === 0 ? [tornPicture()] : [];
      return { text: "", picture: { image, use: "page" }, warnings: [...torn, ...warnings] };
    },
    close() {},
  });
  if (format === "tiff") {
    const { pages, page, isCutOff } = openTiff(bytes, limits);
    const last = isCutOff ? [cutOff("Pages behind this one are")] : [];
    return document({ pages, imageOf: (index) => page(pdfium, index), last });
  }
  const last = format === "jpeg" && isCutOffJpeg(bytes) ? [cutOff("The end of the picture is")] : [];
  return document({ pages: 1, imageOf: () => decodePicture(bytes, pdfium, limits), last });
}
