/**
 * Reads the values that a PDF is made of (ISO 32000-1, 7.3), as far as its pages are found by them: strings are passed
 * over, for they may be encrypted and lead nowhere.
 *
 * @module
 */

/** A reference to an object by its number. */
export interface Reference {
  readonly object: number;
}

/** The entries of a dictionary by name. */
export type Dictionary = ReadonlyMap<string, Value>;

/** A value; names are strings, and what leads nowhere is null. */
export type Value = number | string | null | Reference | Dictionary | readonly Value[];

/** Whether a value refers to an object. */
export const isReference = (value: Value | undefined): value is Reference =>
  typeof value === "object" && value !== null && "object" in value;

/** Dictionaries within others. */
const MOST_NESTED = 50;

const [TAB, SPACE, OPEN, CLOSE, SLASH, LESS, GREATER, BACKSLASH, PERCENT] = [9, 32, 40, 41, 47, 60, 62, 92, 37];
const [ARRAY, END_ARRAY, OPEN_BRACE, CLOSE_BRACE] = [91, 93, 123, 125];
const DELIMITERS: ReadonlySet<number> = new Set([
  OPEN,
  CLOSE,
  LESS,
  GREATER,
  ARRAY,
  END_ARRAY,
  OPEN_BRACE,
  CLOSE_BRACE,
  SLASH,
  PERCENT,
]);

/** Whether a byte is white space of PDF. */
export const isSpace = (byte: number): boolean =>
  byte === SPACE || byte === 0 || (byte >= TAB && byte <= 13 && byte !== 11);

const isRegular = (byte: number | undefined): byte is number =>
  byte !== undefined && !isSpace(byte) && !DELIMITERS.has(byte);

/** Reads values one after the other. */
export class ValueReader {
  readonly #bytes: Uint8Array;
  /** Where the next value begins. */
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** @returns undefined where no value begins, as at the end */
  value(depth = 0): Value | undefined {
    this.skipSpace();
    const bytes = this.#bytes;
    const byte = bytes[this.at];
    if (byte === undefined || depth > MOST_NESTED) return undefined;
    if (byte === SLASH) return this.#name();
    if (byte === ARRAY) return this.#array(depth);
    if (byte === LESS && bytes[this.at + 1] === LESS) return this.#dictionary(depth);
    if (byte === LESS) {
      const end = bytes.indexOf(GREATER, this.at);
      this.at = end < 0 ? bytes.length : end + 1;
      return null;
    }
    if (byte === OPEN) {
      this.#string();
      return null;
    }
    return isRegular(byte) ? this.#word() : undefined;
  }

  /** Passes over white space and comments. */
  skipSpace(): void {
    const bytes = this.#bytes;
    for (; this.at < bytes.length; this.at++) {
      const byte = bytes[this.at] ?? 0;
      if (byte === PERCENT) while (this.at < bytes.length && bytes[this.at] !== 10 && bytes[this.at] !== 13) this.at++;
      else if (!isSpace(byte)) return;
    }
  }

  #regular(): string {
    const from = this.at;
    while (isRegular(this.#bytes[this.at])) this.at++;
    return Buffer.from(this.#bytes.subarray(from, this.at)).toString("latin1");
  }

  #name(): string {
    this.at++;
    const written = this.#regular();
    if (!written.includes("#")) return written;
    return written.replace(/#([\da-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  }

  /** A number, a reference or a keyword, which leads nowhere. */
  #word(): Value {
    const word = this.#regular();
    if (!/^\d+$/.test(word)) return /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(word) ? Number(word) : null;
    const behind = this.at;
    this.skipSpace();
    if (/^\d+$/.test(this.#regular())) {
      this.skipSpace();
      if (this.#regular() === "R") return { object: Number(word) };
    }
    this.at = behind;
    return Number(word);
  }

  #array(depth: number): Value[] {
    this.at++;
    const values: Value[] = [];
    for (;;) {
      const value = this.value(depth + 1);
      if (value === undefined) break;
      values.push(value);
    }
    if (this.#bytes[this.at] === END_ARRAY) this.at++;
    return values;
  }

  #dictionary(depth: number): Dictionary {
    this.at += 2;
    const entries = new Map<string, Value>();
    for (;;) {
      this.skipSpace();
      if (this.#bytes[this.at] !== SLASH) break;
      const name = this.#name();
      const value = this.value(depth + 1);
      if (value === undefined) break;
      entries.set(name, value);
    }
    if (this.#bytes[this.at] === GREATER) this.at++;
    if (this.#bytes[this.at] === GREATER) this.at++;
    return entries;
  }

  #string(): void {
    let open = 0;
    for (; this.at < this.#bytes.length; this.at++) {
      const byte = this.#bytes[this.at];
      if (byte === BACKSLASH) this.at++;
      else if (byte === OPEN) open++;
      else if (byte === CLOSE && --open === 0) break;
    }
    this.at++;
  }
}
