/**
 * Finds the objects of a PDF by looking through the whole file, as readers do where the table of objects is damaged:
 * of several objects with the same number, the last is valid.
 *
 * @module
 */

import { type Dictionary, isReference, type Value, ValueReader } from "./pdf-values.ts";
import { type Stream, unpack } from "./unpack.ts";

interface Place {
  /** The bytes that the object is in: those of the file, or of a stream of objects. */
  readonly bytes: Uint8Array;
  readonly at: number;
  /** Where its data are. */
  readonly data?: readonly [from: number, to: number];
}

/** A file of more objects, or of more bytes of streams of objects, is not examined. */
const MOST_OBJECTS = 500_000;
const MOST_BYTES = 64 * 1024 * 1024;

/** The objects of a file. */
export class PdfObjects {
  readonly #file: Buffer;
  readonly #places = new Map<number, Place>();
  #unpacked = 0;
  readonly #values = new Map<number, Value | undefined>();
  /** Whether its streams and strings are encrypted. */
  readonly isEncrypted: boolean;
  /** Whether there is more than is examined. */
  isTooLarge = false;
  /** Whether a stream of objects does not unpack to its end: what it held is missing. */
  hasDamagedObjects = false;

  constructor(bytes: Uint8Array) {
    this.#file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.isEncrypted = /\/Encrypt\s*(?:\d+\s|<<)/.test(trailers(this.#file));
    this.#find();
  }

  /** The object of a number; undefined when there is none. */
  object(number: number): Value | undefined {
    const known = this.#values.get(number);
    if (known !== undefined) return known;
    const place = this.#places.get(number);
    const value = place && new ValueReader(place.bytes, place.at).value();
    this.#values.set(number, value);
    return value;
  }

  /** A value, or what it refers to; undefined where that is missing. */
  resolve(value: Value | undefined): Value | undefined {
    for (let step = 0; step < 8 && isReference(value); step++) value = this.object(value.object);
    return isReference(value) ? undefined : value;
  }

  /** The dictionary that a value is, or refers to. */
  dictionary(value: Value | undefined): Dictionary | undefined {
    const found = this.resolve(value);
    return found instanceof Map ? found : undefined;
  }

  /** The object of a number with its data; undefined when there is none, or it has none. */
  stream(number: number): Stream | undefined {
    const data = this.#places.get(number)?.data;
    const dictionary = this.object(number);
    return data && dictionary instanceof Map ? { dictionary, bytes: this.#file.subarray(data[0], data[1]) } : undefined;
  }

  /** The document's catalog: what the last trailer names. */
  catalog(): Dictionary | undefined {
    const name = "/Root";
    for (let at = this.#file.lastIndexOf(name); at > 0; at = this.#file.lastIndexOf(name, at - 1)) {
      const found = this.dictionary(new ValueReader(this.#file, at + name.length).value());
      if (found?.has("Pages")) return found;
    }
    return undefined;
  }

  #find(): void {
    const file = this.#file;
    const next = (word: string, known: number, from: number): number => {
      if (known >= from) return known;
      const found = file.indexOf(word, from);
      return found < 0 ? file.length : found;
    };
    let [stream, end] = [-1, -1];
    for (let at = file.indexOf("obj"); at >= 0 && !this.isTooLarge; at = file.indexOf("obj", at)) {
      const number = this.#numberBefore(at);
      at += 3;
      if (number === undefined) continue;
      end = next("endobj", end, at);
      stream = next("stream", stream, at);
      while (stream < end && !this.#beginsData(stream)) stream = next("stream", -1, stream + 6);
      // The next object may begin where this one should have ended.
      const other = this.#nextObject(at, Math.min(stream, end));
      if (other !== undefined || stream > end) {
        this.#keep(number, { bytes: file, at });
        at = other ?? end + 6;
        continue;
      }
      const from = stream + (file[stream + 6] === 13 && file[stream + 7] === 10 ? 8 : 7);
      const to = next("endstream", -1, from);
      this.#keep(number, { bytes: file, at, data: [from, to] });
      if (file.subarray(at, stream).includes("/ObjStm")) this.#unpackObjects(number);
      at = to;
    }
  }

  #keep(number: number, place: Place): void {
    this.isTooLarge ||= this.#places.size >= MOST_OBJECTS;
    this.#places.set(number, place);
    this.#values.delete(number);
  }

  /** The number in front of `obj`, which its generation follows. */
  #numberBefore(at: number): number | undefined {
    const written = this.#file.toString("latin1", Math.max(0, at - 24), at);
    const number = /(?:^|[^\d])(\d{1,10})\s+\d{1,5}\s*$/.exec(written)?.[1];
    return number === undefined ? undefined : Number(number);
  }

  /** Where the next `obj` is between two places. */
  #nextObject(from: number, to: number): number | undefined {
    const found = this.#file.subarray(from, to).indexOf("obj");
    return found >= 0 && this.#numberBefore(from + found) !== undefined ? from + found : undefined;
  }

  #beginsData(at: number): boolean {
    const behind = this.#file[at + 6];
    if (behind !== 10 && behind !== 13) return false;
    // A comment may be between the dictionary and its data.
    return />>\s*(?:%[^\r\n]*\s+)?$/.test(this.#file.toString("latin1", Math.max(0, at - 200), at));
  }

  /** Objects within a stream of objects (7.5.7): their numbers and places, then they themselves. */
  #unpackObjects(number: number): void {
    const stream = this.stream(number);
    if (!stream || this.isEncrypted) return;
    const { data: bytes } = unpack(this, stream);
    if (!bytes) this.hasDamagedObjects = true;
    if (!bytes) return;
    this.#unpacked += bytes.length;
    this.isTooLarge ||= this.#unpacked > MOST_BYTES;
    const [count, first] = ["N", "First"].map((name) => this.resolve(stream.dictionary.get(name)));
    if (typeof count !== "number" || typeof first !== "number") return;
    const reader = new ValueReader(bytes);
    for (let index = 0; index < count && !this.isTooLarge; index++) {
      const [inside, at] = [reader.value(), reader.value()];
      if (typeof inside !== "number" || typeof at !== "number") return;
      this.#keep(inside, { bytes, at: first + at });
    }
  }
}

/** What is around the words `/Encrypt`, which only a trailer has. */
function trailers(file: Buffer): string {
  const parts: string[] = [];
  for (let at = file.indexOf("/Encrypt"); at >= 0; at = file.indexOf("/Encrypt", at + 1)) {
    parts.push(file.toString("latin1", at, at + 24));
  }
  return parts.join("\n");
}
