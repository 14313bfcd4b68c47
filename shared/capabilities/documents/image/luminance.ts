/** Luminance of a color (Rec. 601) over white paper; all from 0 to 255. */
export function luminance(red: number, green: number, blue: number, alpha = 255): number {
  const light = (red * 77 + green * 150 + blue * 29) >> 8;
  return alpha === 255 ? light : (light * alpha + 255 * (255 - alpha)) / 255;
}
