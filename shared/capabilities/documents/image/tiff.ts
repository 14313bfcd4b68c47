/**
 * Reads TIFF (revision 6.0), as scanners and fax machines write it: pages in strips or tiles, compressed by any of the
 * ways that PDF knows too.
 *
 * @module
 */

import {
  DocumentCorruptError,
  DocumentTooLargeError,
  UnsupportedFormatError,
} from "../../../../contracts/documents/errors.ts";
import { inflate } from "../container/inflate.ts";
import type { Limits } from "../limits.ts";
import type { Pdfium } from "../pdf/pdfium.ts";
import type { GrayImage } from "./gray-image.ts";
import { isTornJpeg } from "./jpeg-damage.ts";
import { orient, orientationOf } from "./orient.ts";
import { type Piece, renderPieces } from "./render-pieces.ts";
import { stretch } from "./stretch.ts";
import { readDirectories, TAG, type TiffPage } from "./tiff-directories.ts";

/** A TIFF file, opened. */
export interface Tiff {
  readonly pages: number;
  /** Whether further pages are missing. */
  readonly isCutOff: boolean;
  /** @throws DocumentCorruptError, DocumentTooLargeError, UnsupportedFormatError */
  page(pdfium: Pdfium, index: number): GrayImage;
}

/** @throws DocumentCorruptError, DocumentTooLargeError */
export function openTiff(bytes: Uint8Array, limits: Limits): Tiff {
  const { pages, isCutOff } = readDirectories(bytes, limits);
  return {
    isCutOff,
    pages: pages.length,
    page(pdfium, index) {
      const page = pages[index];
      if (!page) throw new DocumentCorruptError("The TIFF image has no such page.");
      return decodePage(pdfium, { bytes, page }, limits);
    },
  };
}

/** Ways of compression (tag 259) whose data tell where they are damaged. */
const [JPEG, DEFLATE, OLD_DEFLATE] = [7, 8, 32_946];

interface PageOfFile {
  /** Of the whole file. */
  readonly bytes: Uint8Array;
  readonly page: TiffPage;
}

/** Pieces of a page beyond this many are an attack: scanners write a strip for every few rows. */
const MOST_PIECES = 20_000;
/** Fax pages have half as many rows as columns to an inch: beyond this ratio they are stretched. */
const UNEQUAL = 1.2;
const MOST_STRETCH = 4;

function decodePage(pdfium: Pdfium, { bytes, page }: PageOfFile, limits: Limits): GrayImage {
  const [width, height] = [page.number(TAG.width, 0), page.number(TAG.height, 0)];
  if (width === 0 || height === 0) throw new DocumentCorruptError("The TIFF image has a damaged header.");
  if (width * height > limits.pixels) throw new DocumentTooLargeError(`The image has ${width} x ${height} pixels.`);
  const pieces = piecesOf({ bytes, page }, width, height);
  const picture = renderPieces(pdfium, { width, height, limits }, pieces);
  const ratio = page.number(TAG.xResolution, 1) / page.number(TAG.yResolution, 1);
  const isFax = Number.isFinite(ratio) && ratio >= UNEQUAL && ratio <= MOST_STRETCH;
  const upright =
    isFax && width * height * ratio <= limits.pixels ? stretch(picture, Math.round(height * ratio)) : picture;
  const seen = orient(upright, orientationOf(page.number(TAG.orientation, 1)));
  return { ...seen, isTorn: pieces.some((piece) => isTornPiece(piece, page.number(TAG.compression, 1))) };
}

/** A piece, and whether the file ends within it. */
interface PieceOfFile extends Piece {
  readonly isShort: boolean;
}

/** Whether a piece is damaged; of other kinds of compression nobody can tell. */
const isTornPiece = ({ isShort, bytes }: PieceOfFile, compression: number): boolean =>
  isShort ||
  (compression === JPEG && isTornJpeg(bytes)) ||
  ((compression === DEFLATE || compression === OLD_DEFLATE) && !inflate(bytes));

function piecesOf({ bytes, page }: PageOfFile, width: number, height: number): PieceOfFile[] {
  const tiled = page.has(TAG.tileWidth);
  const wide = tiled ? page.number(TAG.tileWidth, width) : width;
  const high = Math.min(
    tiled ? page.number(TAG.tileHeight, height) : page.number(TAG.rowsPerStrip, height),
    tiled ? 65_536 : height,
  );
  const offsets = page.numbers(tiled ? TAG.tileOffsets : TAG.stripOffsets);
  const sizes = page.numbers(tiled ? TAG.tileSizes : TAG.stripSizes);
  const across = tiled ? Math.ceil(width / Math.max(1, wide)) : 1;
  if (offsets.length === 0 || wide < 1 || high < 1 || wide * high > 4 * width * height + 4_000_000) {
    throw new DocumentCorruptError("The TIFF image has a damaged header.");
  }
  if (offsets.length > MOST_PIECES) throw new DocumentTooLargeError(`The image has ${offsets.length} pieces.`);
  return offsets.map((offset, index) => {
    const top = Math.floor(index / across) * high;
    const rows = tiled ? high : Math.max(1, Math.min(high, height - top));
    const size = sizes[index] ?? bytes.length - offset;
    const data = bytes.subarray(offset, offset + size);
    return {
      isShort: data.length < size,
      left: (index % across) * wide,
      top,
      width: wide,
      height: rows,
      ...imageOf(data, page, { columns: wide, rows }),
    };
  });
}

/** A piece's bytes, with their description as an image of a PDF. */
function imageOf(
  data: Uint8Array,
  page: TiffPage,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): Pick<Piece, "entries" | "bytes"> {
  const compression = page.number(TAG.compression, 1);
  const bits = page.number(TAG.bits, 1);
  const isFax = compression >= 2 && compression <= 4;
  const colors = colorsOf(page, bits, isFax);
  const image = `${colors} /BitsPerComponent ${bits}`;
  const samples = page.number(TAG.samples, 1);
  const predictor =
    page.number(TAG.predictor, 1) === 2
      ? ` /DecodeParms << /Predictor 2 /Colors ${samples} /BitsPerComponent ${bits} /Columns ${columns} >>`
      : "";
  const faxBytes = () => (page.number(TAG.fillOrder, 1) === 2 ? mirrored(data) : data);
  const fax = (parameters: string) => ({
    entries: `${image} /Filter /CCITTFaxDecode /DecodeParms << ${parameters} /Columns ${columns} /Rows ${rows} >>`,
    bytes: faxBytes(),
  });
  switch (compression) {
    case 1:
      return { entries: image, bytes: data };
    case 2:
      return fax("/K 0 /EncodedByteAlign true /EndOfBlock false");
    case 3: {
      const options = page.number(TAG.t4Options, 0);
      return fax(`/K ${options & 1 ? 1 : 0} /EncodedByteAlign ${(options & 4) !== 0} /EndOfBlock false`);
    }
    case 4:
      return fax("/K -1 /EndOfBlock false");
    case 5:
      return { entries: `${image} /Filter /LZWDecode${predictor}`, bytes: data };
    case JPEG:
      return { entries: `${image} /Filter /DCTDecode`, bytes: withTables(data, page.bytes(TAG.jpegTables)) };
    case DEFLATE:
    case OLD_DEFLATE:
      return { entries: `${image} /Filter /FlateDecode${predictor}`, bytes: data };
    case 32_773:
      return { entries: `${image} /Filter /RunLengthDecode`, bytes: data };
    default:
      throw unread(`is compressed in a way (${compression})`);
  }
}

const unread = (what: string) =>
  new UnsupportedFormatError(`The TIFF image ${what} that is not read: save it as PDF or PNG.`);

/** The color space of a PDF image; fax decoders of PDF give black as 0 whatever TIFF says. */
function colorsOf(page: TiffPage, bits: number, isFax: boolean): string {
  const samples = page.number(TAG.samples, 1);
  const photometric = page.number(TAG.photometric, 1);
  if (page.number(TAG.planar, 1) !== 1 && samples > 1) throw unread("has its colors apart, in a way");
  if (![1, 2, 4, 8].includes(bits)) throw unread(`has ${bits} bits a color, in a way`);
  const inverted = isFax ? photometric === 1 : photometric === 0;
  if (samples === 1 && photometric <= 1) return `/ColorSpace /DeviceGray${inverted ? " /Decode [1 0]" : ""}`;
  if (samples === 1 && photometric === 3)
    return `/ColorSpace [/Indexed /DeviceRGB ${2 ** bits - 1} <${palette(page, bits)}>]`;
  if (samples === 3) return "/ColorSpace /DeviceRGB";
  if (samples === 4 && photometric === 5) return "/ColorSpace /DeviceCMYK";
  throw unread("has transparency or colors of a kind");
}

/** Colors come as all reds, all greens, all blues, of 16 bits each. */
function palette(page: TiffPage, bits: number): string {
  const colors = page.numbers(TAG.palette);
  const count = 2 ** bits;
  return Array.from({ length: count }, (_, index) =>
    [0, 1, 2].map((color) => ((colors[color * count + index] ?? 0) >> 8).toString(16).padStart(2, "0")).join(""),
  ).join("");
}

/** JPEG pieces may share their tables, which are before them as a file of their own. */
function withTables(piece: Uint8Array, tables: Uint8Array): Uint8Array {
  if (tables.length < 4) return piece;
  return Buffer.concat([piece.subarray(0, 2), tables.subarray(2, tables.length - 2), piece.subarray(2)]);
}

/** Bytes whose lowest bit comes first, turned round. */
function mirrored(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => {
    let turned = 0;
    for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) turned |= 0x80 >> bit;
    return turned;
  });
}
