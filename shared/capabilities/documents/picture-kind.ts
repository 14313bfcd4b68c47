/**
 * What tells a picture from other files: its first bytes, or its name where the bytes are not here.
 *
 * @module
 */

/** Formats of pictures, but for BMP, which takes more than its first bytes to tell. */
export type PictureKind = "png" | "jpeg" | "gif" | "tiff";

const signatures: readonly (readonly [string, PictureKind])[] = [
  ["\x89PNG\r\n\x1a\n", "png"],
  ["\xff\xd8\xff", "jpeg"],
  ["GIF87a", "gif"],
  ["GIF89a", "gif"],
  ["II*\0", "tiff"],
  ["MM\0*", "tiff"],
];

/** @param head the first bytes as Latin-1 @returns undefined for anything else */
export const pictureKind = (head: string): PictureKind | undefined =>
  signatures.find(([signature]) => head.startsWith(signature))?.[1];

const PICTURE_TYPE = /^image\/(png|jpeg|gif|tiff|bmp)\b/i;
const PICTURE_NAME = /\.(png|jpe?g|gif|tiff?|bmp)$/i;

/** A file that is yet to come, as it is announced. */
export interface AnnouncedFile {
  readonly fileName: string;
  readonly contentType: string | undefined;
}

/** Whether a file is announced as a picture. Its bytes alone decide how it is read. */
export const isNamedPicture = ({ fileName, contentType = "" }: AnnouncedFile): boolean =>
  PICTURE_TYPE.test(contentType) || PICTURE_NAME.test(fileName);

/** Whether a file is announced as a PDF. */
export const isNamedPdf = ({ fileName, contentType = "" }: AnnouncedFile): boolean =>
  /^application\/pdf\b/i.test(contentType) || /\.pdf$/i.test(fileName);
