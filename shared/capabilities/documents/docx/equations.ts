/**
 * Writes an equation (Office MathML, ECMA-376 part 1, 22.1) on one line: a/b, x^2, √(x), ∑_(i=1)^n.
 *
 * @module
 */

import { attribute } from "../container/scan-xml.ts";

/** Parts of an equation that are written apart and then put in. */
const PARTS = new Set(["num", "den", "sup", "sub", "deg", "e", "fName", "lim"]);

const grouped = (text: string): string =>
  [...text].length <= 1 || /^[\p{L}\p{N}.,]+$/u.test(text) ? text : `(${text})`;

interface Element {
  readonly name: string;
  /** Signs around it, or in front of a sum. */
  begin: string;
  end: string;
  /** The texts in front of a part, which is written apart and then put in. */
  readonly before: string[] | undefined;
}

/** Deeper than this, an equation's parts are written one after the other. */
const MOST_NESTED = 32;

/** Follows the equations of a document. Both calls take the texts written so far and give those to continue with. */
export class Equations {
  /** Elements around the current place, within an equation only. */
  readonly #around: Element[] = [];

  open(name: string, attributes: string, texts: string[]): string[] {
    if (this.#around.length === 0 && name !== "oMath") return texts;
    const parent = this.#around.findLast((element) => !element.name.endsWith("Pr"));
    const value = attribute(attributes, "val") ?? "";
    if (parent && (name === "begChr" || name === "chr")) parent.begin = value;
    if (parent && name === "endChr") parent.end = value;
    const isPart = PARTS.has(name) && this.#around.length < MOST_NESTED;
    this.#around.push({ name, begin: name === "nary" ? "∫" : "(", end: ")", before: isPart ? texts : undefined });
    return isPart ? [] : texts;
  }

  close(name: string, texts: string[]): string[] {
    if (this.#around.at(-1)?.name !== name) return texts;
    const before = this.#around.pop()?.before;
    if (before) before.push(this.#part(name, texts.join("")));
    else if (name === "naryPr") texts.push(this.#around.at(-1)?.begin ?? "");
    return before ?? texts;
  }

  /** How a part is written into its equation. */
  #part(name: string, text: string): string {
    const parent = this.#around.at(-1);
    if (name === "num") return `${grouped(text)}/`;
    if (name === "den") return grouped(text);
    if (name === "fName") return `${text} `;
    if (name === "sup" || name === "deg") return text === "" ? "" : `^${grouped(text)}`;
    if (name === "sub" || name === "lim") return text === "" ? "" : `_${grouped(text)}`;
    if (parent?.name === "d") return `${parent.begin}${text}${parent.end}`;
    return parent?.name === "rad" ? `√(${text})` : text;
  }
}
