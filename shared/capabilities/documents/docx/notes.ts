import { formatNumber } from "../structure/list-numbers.ts";

type NoteKind = "footnote" | "endnote";

/** Word's default numbering. */
const FORMATS: Readonly<Record<NoteKind, string>> = { footnote: "decimal", endnote: "lowerRoman" };

/** Numbers the notes of a document in the order in which its text refers to them. */
export class Notes {
  readonly #numbers: Readonly<Record<NoteKind, Map<string, number>>> = { footnote: new Map(), endnote: new Map() };

  /** The mark in the text. */
  refer(kind: NoteKind, id: string | undefined): string {
    const numbers = this.#numbers[kind];
    if (id !== undefined && !numbers.has(id)) numbers.set(id, numbers.size + 1);
    return this.mark(kind, id).trimEnd();
  }

  /** The same mark at the beginning of the note; "" where nothing refers to it, as to the line above the notes. */
  mark(kind: NoteKind, id: string | undefined): string {
    const number = this.#numbers[kind].get(id ?? "");
    return number === undefined ? "" : `[${formatNumber(number, FORMATS[kind])}] `;
  }
}
