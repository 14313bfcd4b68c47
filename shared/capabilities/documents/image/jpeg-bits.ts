/** The bits of a scan of a JPEG (ITU-T T.81, annex F), up to the next marker. */
export class JpegBits {
  readonly #bytes: Uint8Array;
  #at: number;
  /** Where the next marker is, as far as it was looked for. */
  #next = 0;
  #held = 0;
  #count = 0;
  /** Bits that were read behind the end of the data. */
  #missing = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Whether more was read than there is. */
  get isOver(): boolean {
    return this.#missing > this.#count;
  }

  /** The next symbol of a Huffman code; -1 where the bits are none. */
  symbol(table: HuffmanTable): number {
    if (this.#count < LONGEST) this.#fill();
    const found = table[(this.#held >>> (this.#count - LONGEST)) & 0xffff] ?? 0;
    this.#count -= found >> 8;
    return found === 0 ? -1 : found & 0xff;
  }

  /** @param count up to 16 */
  bits(count: number): number {
    if (count === 0) return 0;
    if (this.#count < count) this.#fill();
    this.#count -= count;
    return (this.#held >>> this.#count) & ((1 << count) - 1);
  }

  /** Bytes of data left up to the next marker, behind the one that was begun. */
  get left(): number {
    return ((this.#count - this.#missing) >> 3) + this.#nextMarker() - this.#at;
  }

  /** Whether nothing is left but the ones that fill the last byte. */
  get isFilled(): boolean {
    const count = this.#count - this.#missing;
    if (count < 0 || count > 7 || this.left > 0) return false;
    return ((this.#held >>> (this.#count - count)) & ((1 << count) - 1)) === (1 << count) - 1;
  }

  /** Goes to the next marker and passes it. @returns its second byte, 0 at the end of the file */
  marker(): number {
    const at = this.#nextMarker();
    this.#at = at + 2;
    this.#count = 0;
    this.#missing = 0;
    return this.#bytes[at + 1] ?? 0;
  }

  /** Where the data end, or the next marker is. */
  get end(): number {
    return this.#at;
  }

  #nextMarker(): number {
    this.#next = Math.max(this.#next, this.#at);
    while (this.#next + 1 < this.#bytes.length && !isMarker(this.#bytes, this.#next)) this.#next++;
    return this.#next;
  }

  #fill(): void {
    while (this.#count <= 16) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined || isMarker(this.#bytes, this.#at)) {
        this.#held <<= 8;
        this.#missing += 8;
      } else {
        this.#held = (this.#held << 8) | byte;
        this.#at += byte === 0xff ? 2 : 1;
      }
      this.#count += 8;
    }
  }
}

/** A byte FF that belongs to the data is followed by 0. */
const isMarker = (bytes: Uint8Array, at: number): boolean => bytes[at] === 0xff && bytes[at + 1] !== 0;

/** Bits of the longest code. */
const LONGEST = 16;

/** By the next 16 bits: how many of them are a code, and in the lower byte its symbol. */
export type HuffmanTable = Uint16Array;

/** @param counts of codes by their length; @param symbols in the order of their codes */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const table = new Uint16Array(1 << LONGEST);
  let [code, next] = [0, 0];
  for (let length = 1; length <= LONGEST; length++) {
    for (let index = 0; index < (counts[length - 1] ?? 0); index++, code++) {
      const from = code << (LONGEST - length);
      table.fill((length << 8) | (symbols[next++] ?? 0), from, from + (1 << (LONGEST - length)));
    }
    code <<= 1;
  }
  return table;
}
