import type { OcrMode } from "../../contracts/documents/warnings.ts";
import {
  type AnnouncedFile,
  isNamedPdf,
  isNamedPicture,
  pictureKind,
} from "../../shared/capabilities/documents/picture-kind.ts";

/** A file that is uploaded, or announced: then without its bytes. */
interface UploadedFile extends AnnouncedFile {
  readonly mode: OcrMode;
  readonly bytes?: Uint8Array | undefined;
}

const HEAD_BYTES = 16;

/**
 * Whether reading a file is sure to take recognition: a picture, or a PDF of which every page is to be recognized. Others may
 * turn out to need it; that is known when they are read.
 */
export function needsRecognition({ mode, bytes, ...named }: UploadedFile): boolean {
  if (mode === "never") return false;
  const head = bytes && Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString("latin1");
  if (head === undefined ? isNamedPicture(named) : isPicture(head, named)) return true;
  return mode === "always" && (head === undefined ? isNamedPdf(named) : head.startsWith("%PDF-"));
}

/** Many a text begins with the two letters of BMP. */
const isPicture = (head: string, named: AnnouncedFile): boolean =>
  pictureKind(head) !== undefined || (head.startsWith("BM") && isNamedPicture(named));
