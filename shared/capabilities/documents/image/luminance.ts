/** Luminance of a color (Rec. 601); all from 0 to 255. */
export const luminance = (red: number, green: number, blue: number): number =>
  (red * 77 + green * 150 + blue * 29) >> 8;

/** A shade as it shows over white paper; both from 0 to 255. */
export const overWhite = (light: number, alpha: number): number =>
  alpha === 255 ? light : (light * alpha + 255 * (255 - alpha)) / 255;
