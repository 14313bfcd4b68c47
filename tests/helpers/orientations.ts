/**
 * What is to be seen of a picture, and how each orientation of Exif stores it (Exif 2.32, 4.6.4): a letter for each field.
 *
 * @module
 */

import type { Orientation } from "../../shared/capabilities/documents/image/orient.ts";

export const seenRows: readonly string[] = ["ab", "cd", "ef"];
export const storedRows: Readonly<Record<Orientation, readonly string[]>> = {
  1: ["ab", "cd", "ef"],
  2: ["ba", "dc", "fe"],
  3: ["fe", "dc", "ba"],
  4: ["ef", "cd", "ab"],
  5: ["ace", "bdf"],
  6: ["bdf", "ace"],
  7: ["fdb", "eca"],
  8: ["eca", "fdb"],
};
