import { UnsupportedFormatError } from "../../../../contracts/documents/errors.ts";
import type { Limits } from "../limits.ts";
import type { Pdfium } from "../pdf/pdfium.ts";
import { decodeBmp, isBmp } from "./bmp.ts";
import { decodeGif } from "./gif.ts";
import type { GrayImage } from "./gray-image.ts";
import { decodeJpeg } from "./jpeg.ts";
import { decodePng } from "./png.ts";
import { openTiff } from "./tiff.ts";

/** Formats of pictures that are read. */
export type PictureFormat = "png" | "jpeg" | "tiff" | "bmp" | "gif";

/** Detects a picture's format by its first bytes; undefined when it is not supported. */
export function pictureFormat(bytes: Uint8Array): PictureFormat | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 8)).toString("latin1");
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (head.startsWith("\xff\xd8\xff")) return "jpeg";
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "gif";
  if (head.startsWith("II*\0") || head.startsWith("MM\0*")) return "tiff";
  return isBmp(bytes) ? "bmp" : undefined;
}

/**
 * Decodes a picture, the first of a file that holds several.
 * @throws DocumentCorruptError, DocumentTooLargeError, UnsupportedFormatError
 */
export function decodePicture(bytes: Uint8Array, pdfium: Pdfium, limits: Limits): GrayImage {
  switch (pictureFormat(bytes)) {
    case "png":
      return decodePng(bytes, limits);
    case "jpeg":
      return decodeJpeg(pdfium, bytes, limits);
    case "gif":
      return decodeGif(bytes, limits);
    case "bmp":
      return decodeBmp(bytes, limits);
    case "tiff":
      return openTiff(bytes, limits).page(pdfium, 0);
    default:
      throw new UnsupportedFormatError("The picture is in a format that is not read: save it as PNG or JPEG.");
  }
}
