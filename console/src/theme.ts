/**
 * Light, dark, or as the system says; a choice is remembered by the browser.
 *
 * @module
 */

import { createStore } from "./store.ts";

/** The themes; `auto` follows the system. */
export const themes = ["auto", "light", "dark"] as const;
/** One of {@link themes}. */
export type Theme = (typeof themes)[number];

const STORED = "sluice.theme";
const stored = themes.find((name) => name === localStorage.getItem(STORED));

/** The chosen theme. */
export const theme = createStore<Theme>(stored ?? "auto");

/** Applies a theme and remembers it. */
export function applyTheme(chosen: Theme): void {
  localStorage.setItem(STORED, chosen);
  document.documentElement.dataset.theme = chosen;
  theme.set(chosen);
}

/** The theme after this one, for the button that switches. */
export const nextTheme = (current: Theme): Theme => themes[(themes.indexOf(current) + 1) % themes.length] ?? "auto";
