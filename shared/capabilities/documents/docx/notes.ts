import { formatNumber } from "../structure/list-numbers.ts";

const KINDS = ["footnote", "endnote"] as const;
type NoteKind = "footnote" | "endnote";

/** Word's default numbering. */
const FORMATS: Readonly<Record<NoteKind, string>> = { footnote: "decimal", endnote: "lowerRoman" };

/** Numbers the notes of a document in the order in which its text refers to them. */
export class Notes {
  readonly #numbers: Readonly<Record<NoteKind, Map<string, number>>> = { footnote: new Map(), endnote: new Map() };

  readonly #found: Readonly<Record<NoteKind, Set<string>>> = { footnote: new Set(), endnote: new Set() };

  /** Kinds of notes that the text refers to, of which one has no text. */
  get missing(): NoteKind[] {
    return KINDS.filter((kind) => [...this.#numbers[kind].keys()].some((id) => !this.#found[kind].has(id)));
  }

  /** The mark in the text. */
  refer(kind: NoteKind, id: string | undefined): string {
    const numbers = this.#numbers[kind];
    if (id !== undefined && !numbers.has(id)) numbers.set(id, numbers.size + 1);
    return this.#written(kind, id).trimEnd();
  }

  /** The same mark at the beginning of the note; "" where nothing refers to it, as to the line above the notes. */
  mark(kind: NoteKind, id: string | undefined): string {
    this.#found[kind].add(id ?? "");
    return this.#written(kind, id);
  }

  #written(kind: NoteKind, id: string | undefined): string {
    const number = this.#numbers[kind].get(id ?? "");
    return number === undefined ? "" : `[${formatNumber(number, FORMATS[kind])}] `;
  }
}
