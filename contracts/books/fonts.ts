/**
 * The fonts that books are set in, by paths from the repository's root. The bundle carries them next to `index.mjs`.
 *
 * @module
 */

const gentium = "node_modules/@expo-google-fonts/gentium-book-plus";
const dejavu = "node_modules/dejavu-fonts-ttf/ttf";

/** Files of fonts; their licences ask to lie beside them. */
export const fontAssets = [
  { from: `${gentium}/400Regular/GentiumBookPlus_400Regular.ttf`, to: "book-regular.ttf" },
  { from: `${gentium}/400Regular_Italic/GentiumBookPlus_400Regular_Italic.ttf`, to: "book-italic.ttf" },
  { from: `${gentium}/700Bold/GentiumBookPlus_700Bold.ttf`, to: "book-bold.ttf" },
  { from: `${gentium}/700Bold_Italic/GentiumBookPlus_700Bold_Italic.ttf`, to: "book-bold-italic.ttf" },
  { from: `${dejavu}/DejaVuSansMono.ttf`, to: "code.ttf" },
  { from: `${dejavu}/DejaVuSans.ttf`, to: "signs.ttf" },
  { from: `${gentium}/LICENSE_FONT`, to: "book-license.txt" },
  { from: "node_modules/dejavu-fonts-ttf/LICENSE", to: "signs-license.txt" },
] as const;

/** File name of a font beside the bundled function. */
export type FontFile = (typeof fontAssets)[number]["to"];
