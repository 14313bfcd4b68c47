/**
 * Inline content of a chapter as stretches of text, each in one typeface and size.
 *
 * @module
 */

import type { PhrasingContent } from "mdast";
import { inlineRuns, type Run, type RunStyle } from "../book/inline-runs.ts";
import type { Stretch } from "./lines.ts";
import type { Face } from "./typefaces.ts";

/** What inline content refers to. */
export interface InlineState {
  /** Number of sources of the book. */
  readonly sources: number;
  /** Stands for a picture that is not shown. */
  readonly pictureLabel: string;
  /** The number of a footnote of this chapter. @returns undefined when no footnote has that label */
  noteNumber(label: string): number | undefined;
  /** The name of the destination at a footnote of this chapter. */
  noteDestination(number: number): string;
}

/** The name of the destination at a source of the list. */
export const sourceDestination = (number: number): string => `source-${number}`;

/** Splits inline content into stretches. @param font the size in points, and the style of what surrounds it */
export const stretchesOf = (
  nodes: readonly PhrasingContent[],
  { size, style = {} }: { readonly size: number; readonly style?: RunStyle },
  state: InlineState,
): (Stretch | "break")[] => inlineRuns(nodes, state.sources, style).map((run) => stretchOf(run, size, state));

function stretchOf(run: Run, size: number, state: InlineState): Stretch | "break" {
  if (run.kind === "break") return "break";
  if (run.kind === "note") {
    const number = state.noteNumber(run.label);
    if (number === undefined) return { text: "", face: "regular", size, mark: {} };
    const mark = { rise: size * 0.36, goTo: state.noteDestination(number) };
    return { text: String(number), face: "regular", size: size * 0.66, mark };
  }
  if (run.kind === "picture") {
    const label = state.pictureLabel;
    return { text: `[${run.alt === "" ? label : `${label}: ${run.alt}`}]`, face: "italic", size, mark: {} };
  }
  const { text, bold, italic, code, strike, link, source } = run;
  const face: Face = code ? "code" : bold ? (italic ? "boldItalic" : "bold") : italic ? "italic" : "regular";
  const goTo = source === undefined ? {} : { goTo: sourceDestination(source) };
  const mark = { ...(link !== undefined && { link }), ...goTo, ...(strike && { strike }) };
  return { text, face, size: code ? size * 0.86 : size, mark };
}
