/**
 * How an OpenDocument file numbers its lists and headings (ODF 1.3 part 3, 16.30 and 19.880), counted as Word's are.
 *
 * @module
 */

import { attribute } from "../container/scan-xml.ts";
import type { ListLevel } from "../structure/list-numbers.ts";

/** Levels of a list by its style's name; those of headings have the name "". */
export type ListStyles = Map<string, (ListLevel | undefined)[]>;

const FORMATS: Readonly<Record<string, string>> = {
  "1": "decimal",
  a: "lowerLetter",
  A: "upperLetter",
  i: "lowerRoman",
  I: "upperRoman",
  "": "none",
};
/** Levels of a list that are counted. */
export const LIST_LEVELS = 9;

/** Collects the styles of lists while a part is read. */
export class ListStyleReader {
  readonly #styles: ListStyles;
  #levels: (ListLevel | undefined)[] | undefined;

  constructor(styles: ListStyles) {
    this.#styles = styles;
  }

  open(name: string, attributes: string): void {
    if (name === "list-style" || name === "outline-style") {
      this.#levels = [];
      this.#styles.set(name === "list-style" ? (attribute(attributes, "style:name") ?? "") : "", this.#levels);
    }
    const [, kind] = /^(?:list-level-style|outline-level)-(number|bullet|style)$/.exec(name) ?? [];
    const level = (Number.parseInt(attribute(attributes, "level") ?? "", 10) || 0) - 1;
    if (!kind || !this.#levels || level < 0 || level >= LIST_LEVELS) return;
    this.#levels[level] = kind === "bullet" ? BULLET : numberLevel(level, attributes);
  }

  close(name: string): void {
    if (name === "list-style" || name === "outline-style") this.#levels = undefined;
  }
}

const BULLET: ListLevel = { start: 1, format: "bullet", text: "•", legal: false };

function numberLevel(level: number, attributes: string): ListLevel {
  const format = FORMATS[attribute(attributes, "num-format") ?? ""] ?? "decimal";
  const shown = Number.parseInt(attribute(attributes, "display-levels") ?? "", 10) || 1;
  const first = Math.max(0, level + 1 - shown);
  const numbers = Array.from({ length: level + 1 - first }, (_, index) => `%${first + index + 1}`).join(".");
  const text = `${attribute(attributes, "num-prefix") ?? ""}${numbers}${attribute(attributes, "num-suffix") ?? ""}`;
  return { start: Number.parseInt(attribute(attributes, "start-value") ?? "", 10) || 1, format, text, legal: false };
}
