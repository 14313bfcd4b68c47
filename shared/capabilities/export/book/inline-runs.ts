/**
 * The inline content of a paragraph as a row of runs, each with the style of all that it is in.
 *
 * @module
 */

import type { PhrasingContent } from "mdast";
import { isWebAddress } from "./source-line.ts";
import { splitMarks } from "./source-marks.ts";

/** How a run is set. */
export interface RunStyle {
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly code?: boolean;
  readonly strike?: boolean;
  /** Where the run leads to; web addresses alone. */
  readonly link?: string;
}

/** A stretch of text in one style. */
export interface TextRun extends RunStyle {
  readonly kind: "text";
  readonly text: string;
  /** The number of the source that the run is the mark of, from 1. */
  readonly source?: number;
}

/** A part of a paragraph. */
export type Run =
  | TextRun
  | { readonly kind: "break" }
  | { readonly kind: "note"; readonly label: string }
  | { readonly kind: "picture"; readonly url: string; readonly alt: string };

/**
 * Takes inline content apart.
 * @param sources how many sources marks may stand for
 */
export function inlineRuns(nodes: readonly PhrasingContent[], sources: number, style: RunStyle = {}): Run[] {
  return nodes.flatMap((node): Run[] => {
    switch (node.type) {
      case "text":
        // A line end in the source is a space.
        return splitMarks(node.value.replace(/[ \t]*\n[ \t]*/g, " "), style.link === undefined ? sources : 0).map(
          (part) => ({ kind: "text", ...part, ...style }),
        );
      case "inlineCode":
        return [{ kind: "text", text: node.value, ...style, code: true }];
      case "strong":
        return inlineRuns(node.children, sources, { ...style, bold: true });
      case "emphasis":
        return inlineRuns(node.children, sources, { ...style, italic: !style.italic });
      case "delete":
        return inlineRuns(node.children, sources, { ...style, strike: true });
      case "link":
        return inlineRuns(node.children, sources, isWebAddress(node.url) ? { ...style, link: node.url } : style);
      case "break":
        return [{ kind: "break" }];
      case "footnoteReference":
        return [{ kind: "note", label: node.identifier }];
      case "image":
        return [{ kind: "picture", url: node.url, alt: node.alt ?? "" }];
      default:
        return [];
    }
  });
}
