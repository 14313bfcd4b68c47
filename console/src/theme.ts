/**
 * Light, dark, or as the system says; a choice is remembered by the browser.
 *
 * @module
 */

import { createStore } from "./store.ts";

export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const STORED = "sluice.theme";
const stored = themes.find((name) => name === localStorage.getItem(STORED));

export const theme = createStore<Theme>(stored ?? "auto");

export function applyTheme(chosen: Theme): void {
  localStorage.setItem(STORED, chosen);
  document.documentElement.dataset.theme = chosen;
  theme.set(chosen);
}

export const nextTheme = (current: Theme): Theme => themes[(themes.indexOf(current) + 1) % themes.length] ?? "auto";
