/**
 * Fields of a Word document: an instruction, then the result that the page shows. They nest.
 *
 * @module
 */

import { attribute } from "../container/scan-xml.ts";
import { isOn } from "./styles.ts";
import { CHECKED, symbolOf, UNCHECKED } from "./symbols.ts";

interface Field {
  instruction: string;
  isResult: boolean;
  /** Where among the texts of its paragraph its result begins. */
  from: number;
  /** State of a check box. */
  checked?: boolean;
  /** Entries of a list to choose from, and which is chosen. */
  readonly entries: string[];
  chosen: number;
}

/** Fields deeper than this do not exist in documents that people write. */
const MOST_FIELDS = 64;

/** Tracks the fields of a document, and which of their text is shown. */
export class Fields {
  readonly #open: Field[] = [];

  begin(instruction = ""): void {
    if (this.#open.length === MOST_FIELDS) return;
    this.#open.push({ instruction, isResult: false, from: 0, entries: [], chosen: 0 });
  }

  /** @param from how many texts the paragraph has so far */
  separate(from: number): void {
    const field = this.#open.at(-1);
    if (field) Object.assign(field, { isResult: true, from });
  }

  /**
   * @param texts of the paragraph so far
   * @returns what is to be written behind them: what the field shows without a result, or where its link leads
   */
  end(texts: readonly string[]): string {
    const field = this.#open.pop();
    if (!field || this.#open.some(isUnread)) return "";
    if (field.checked !== undefined) return field.checked ? CHECKED : UNCHECKED;
    if (field.entries.length > 0) return field.entries[field.chosen] ?? "";
    if (!field.isResult) return shownByInstruction(field.instruction);
    const link = linkOf(field.instruction);
    return link === undefined ? "" : linkBehind(link, texts.slice(field.from).join(""));
  }

  instruct(text: string): void {
    const field = this.#open.at(-1);
    if (field && !field.isResult) field.instruction += text;
  }

  /** An element of a form field's data (ECMA-376 part 1, 17.16.17). */
  form(name: string, attributes: string): void {
    const field = this.#open.at(-1);
    if (!field) return;
    const value = attribute(attributes, "val");
    if (name === "checkBox") field.checked = false;
    else if (name === "listEntry") field.entries.push(value ?? "");
    else if (name === "checked" || (name === "default" && field.checked !== undefined)) field.checked = isOn(value);
    else if (name === "result" || name === "default") field.chosen = Number.parseInt(value ?? "", 10) || 0;
  }

  /** Whether text at this place is not shown: forms show their own, and results within an instruction are part of it. */
  get hidesText(): boolean {
    const field = this.#open.at(-1);
    if (!field) return false;
    return field.checked !== undefined || field.entries.length > 0 || this.#open.slice(0, -1).some(isUnread);
  }
}

const isUnread = ({ isResult }: Field): boolean => !isResult;

/** Where a field leads. @returns undefined when it is no link */
export const linkOf = (instruction: string): string | undefined => /^\s*HYPERLINK\s+"([^"]+)"/i.exec(instruction)?.[1];

/** Fields whose instruction is what they show. */
export function shownByInstruction(instruction: string): string {
  const button = /^\s*(?:MACROBUTTON|GOTOBUTTON)\s+\S+\s(.*)$/is.exec(instruction)?.[1];
  if (button !== undefined) return button.trimEnd();
  const symbol = /^\s*SYMBOL\s+(\d+|0x[\da-f]+)\b(?:.*\\f\s*"?([^"\\]+)"?)?/is.exec(instruction);
  return symbol ? symbolOf((symbol[2] ?? "").trim(), Number(symbol[1])) : "";
}

/** The address of a link as it is written after the link's text, "" where the text contains it. */
export function linkBehind(link: string, text: string): string {
  const address = link.replace(/^mailto:/i, "").trim();
  const bare = address.replace(/^https?:\/\//i, "").replace(/\/$/, "");
  return bare === "" || text.trim() === "" || text.includes(bare) ? "" : ` <${address}>`;
}
