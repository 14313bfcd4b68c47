import type { GrayImage } from "./gray-image.ts";

const PAPER = 255;

/** The picture turned counter-clockwise by an angle, on a sheet that is large enough for it. */
export function rotate({ width, height, pixels }: GrayImage, degrees: number): GrayImage {
  const radians = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  const wide = Math.round(width * Math.abs(cos) + height * Math.abs(sin));
  const high = Math.round(width * Math.abs(sin) + height * Math.abs(cos));
  const turned = new Uint8Array(wide * high).fill(PAPER);
  for (let y = 0; y < high; y++) {
    const down = y - high / 2;
    for (let x = 0; x < wide; x++) {
      const right = x - wide / 2;
      const fromX = right * cos - down * sin + width / 2;
      const fromY = right * sin + down * cos + height / 2;
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      if (left < 0 || top < 0 || left >= width - 1 || top >= height - 1) continue;
      const at = top * width + left;
      const [shareX, shareY] = [fromX - left, fromY - top];
      const upper = (pixels[at] ?? PAPER) * (1 - shareX) + (pixels[at + 1] ?? PAPER) * shareX;
      const lower = (pixels[at + width] ?? PAPER) * (1 - shareX) + (pixels[at + width + 1] ?? PAPER) * shareX;
      turned[y * wide + x] = upper * (1 - shareY) + lower * shareY;
    }
  }
  return { width: wide, height: high, pixels: turned };
}
