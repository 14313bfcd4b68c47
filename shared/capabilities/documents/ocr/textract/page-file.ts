import { encodePng } from "../../image/encode-png.ts";
import type { GrayImage } from "../../image/gray-image.ts";
import { halve } from "../../image/halve.ts";

/**
 * What a page may be. 10,000 pixels a side: https://docs.aws.amazon.com/textract/latest/dg/limits-document.html. 5 MB:
 * the API's reference of `Document.Bytes`; the quotas say 10 MB, so the smaller bound keeps both.
 */
const MAX_SIDE = 10_000;
const MAX_BYTES = 5 * 1_024 * 1_024;

/** The page as a file that Textract takes: with all its shades if they fit, else with sixteen, else at half the size. */
export async function pageFile(image: GrayImage): Promise<Uint8Array> {
  let page = image;
  while (Math.max(page.width, page.height) > MAX_SIDE) page = halve(page);
  for (;;) {
    for (const depth of [8, 4] as const) {
      const file = await encodePng(page, depth);
      if (file.length <= MAX_BYTES) return file;
    }
    page = halve(page);
  }
}
