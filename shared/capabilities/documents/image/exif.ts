import { type Orientation, orientationOf } from "./orient.ts";

const ORIENTATION = 0x0112;

/** The orientation that Exif data state, which are a TIFF file without a picture; 1, upright, where they state none. */
export function exifOrientation(tiff: Uint8Array): Orientation {
  if (tiff.length < 10) return 1;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const little = view.getUint16(0) === 0x4949;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return 1;
  const count = view.getUint16(directory, little);
  for (let index = 0; index < count; index++) {
    const entry = directory + 2 + index * 12;
    if (entry + 12 > tiff.length) return 1;
    if (view.getUint16(entry, little) === ORIENTATION) return orientationOf(view.getUint16(entry + 8, little));
  }
  return 1;
}
