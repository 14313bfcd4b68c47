/**
 * Pictures within documents that are not decoded here, and may show text: drawings of Windows (EMF and WMF, [MS-EMF] and
 * [MS-WMF]), and formats such as WebP and HEIC.
 *
 * @module
 */

import { pictureFormat } from "./decode-picture.ts";

/** Bytes below which a picture, or a bitmap in a drawing, is an ornament. */
const LEAST_BYTES = 4_000;
/** Records of EMF that write text, and those that draw a bitmap. */
const EMF_TEXT: readonly number[] = [83, 84, 96, 97, 108];
const EMF_BITMAP: readonly number[] = [76, 77, 78, 79, 80, 81, 114];
/** The record of EMF that holds those of EMF+, and of these, those that write text and hold pictures. */
const [EMF_COMMENT, EMF_PLUS] = [70, 0x2b_46_4d_45];
const PLUS_TEXT: readonly number[] = [0x401c, 0x4036];
const PLUS_BITMAP: readonly number[] = [0x401a, 0x401b];
/** The same of WMF. */
const WMF_TEXT: readonly number[] = [0x0521, 0x0a32];
const WMF_BITMAP: readonly number[] = [0x0922, 0x0940, 0x0b23, 0x0b41, 0x0d33, 0x0f43];
const [WMF_PLACED, WMF_HEAD, WMF_PLACED_HEAD] = [0x9ac6cdd7, 18, 22];
/** Records that are looked at. */
const MOST_RECORDS = 200_000;

/** Whether a picture is in no format that is read, and may show text. */
export function isUnreadPicture(bytes: Uint8Array): boolean {
  if (bytes.length < 48 || pictureFormat(bytes)) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 512)).toString("latin1");
  if (view.getUint32(0, true) === 1 && head.slice(40, 44) === " EMF") return showsInEmf(view);
  if (view.getUint32(0, true) === WMF_PLACED) return showsInWmf(view, WMF_PLACED_HEAD + WMF_HEAD);
  if (isWmf(view)) return showsInWmf(view, WMF_HEAD);
  // Drawings in SVG come with a picture of the same.
  return bytes.length >= LEAST_BYTES && !/^\s*(?:<\?xml|<svg|<!DOCTYPE svg)/.test(head);
}

/** By its head: a type of 1 or 2, nine words of head, version 1 or 3. */
const isWmf = (view: DataView): boolean =>
  [1, 2].includes(view.getUint16(0, true)) &&
  view.getUint16(2, true) === 9 &&
  [0x0100, 0x0300].includes(view.getUint16(4, true));

function showsInEmf(view: DataView): boolean {
  for (let [at, seen] = [0, 0]; at + 8 <= view.byteLength && seen < MOST_RECORDS; seen++) {
    const [kind, size] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    if (size < 8) return false;
    if (EMF_TEXT.includes(kind) || (EMF_BITMAP.includes(kind) && size >= LEAST_BYTES)) return true;
    const end = Math.min(view.byteLength, at + size);
    if (
      kind === EMF_COMMENT &&
      at + 16 <= end &&
      view.getUint32(at + 12, true) === EMF_PLUS &&
      showsInPlus(view, at + 16, end)
    )
      return true;
    at += size;
  }
  return false;
}

function showsInPlus(view: DataView, from: number, end: number): boolean {
  for (let at = from; at + 12 <= end; ) {
    const [kind, size] = [view.getUint16(at, true), view.getUint32(at + 4, true)];
    if (PLUS_TEXT.includes(kind)) return true;
    if (PLUS_BITMAP.includes(kind)) return true;
    if (size < 12) return false;
    at += size;
  }
  return false;
}

function showsInWmf(view: DataView, from: number): boolean {
  for (let [at, seen] = [from, 0]; at + 6 <= view.byteLength && seen < MOST_RECORDS; seen++) {
    const [size, kind] = [2 * view.getUint32(at, true), view.getUint16(at + 4, true)];
    if (size < 6) return false;
    if (WMF_TEXT.includes(kind) || (WMF_BITMAP.includes(kind) && size >= LEAST_BYTES)) return true;
    at += size;
  }
  return false;
}
