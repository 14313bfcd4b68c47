import type { GrayImage } from "./gray-image.ts";

/** The picture at half its width and height: each pixel is the mean of four. A last odd row or column falls away. */
export function halve({ width, height, pixels }: GrayImage): GrayImage {
  const half = { width: Math.max(1, width >> 1), height: Math.max(1, height >> 1) };
  const mean = new Uint8Array(half.width * half.height);
  // A picture that is one pixel wide or high has no second pixel there.
  const [right, below] = [width > 1 ? 1 : 0, height > 1 ? width : 0];
  for (let y = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      const at = 2 * y * width + 2 * x;
      const sum =
        (pixels[at] ?? 0) + (pixels[at + right] ?? 0) + (pixels[at + below] ?? 0) + (pixels[at + below + right] ?? 0);
      mean[y * half.width + x] = sum >> 2;
    }
  }
  return { ...half, pixels: mean };
}
