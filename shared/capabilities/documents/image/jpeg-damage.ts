/**
 * Finds out whether the data of a JPEG are whole, by reading their codes without making a picture of them (ITU-T T.81).
 * Decoders draw something else, or nothing, from where they are damaged on, and say nothing.
 *
 * @module
 */

import { type HuffmanTable, huffmanTable, JpegBits } from "./jpeg-bits.ts";

/** Bytes that programs leave between the last code and the next marker. */
const MOST_LEFT = 2;
/** Bytes that scanners write behind the last code, which mean nothing. */
const MOST_MEANINGLESS = 256;
/** Coefficients of a picture whose finer scans are examined, for each of which a byte is kept. */
const MOST_COEFFICIENTS = 64_000_000;
/** Blocks that one code may stand for, and the bits behind it. */
const MOST_RUN = 32_768;
/** Scans of one picture; programs write about ten. */
const MOST_SCANS = 100;
const [SEQUENTIAL, EXTENDED, PROGRESSIVE] = [0xc0, 0xc1, 0xc2];
const [DHT, EOI, SOS, DQT, DRI] = [0xc4, 0xd9, 0xda, 0xdb, 0xdd];
/** Bits of the largest difference between the means of two blocks. */
const LONGEST_MEAN = 11;
/** The mean of a block, times 8, from gray to white: no block is brighter or darker. */
const MOST_MEAN = 1_024;

interface Component {
  readonly wide: number;
  readonly high: number;
  /** Number of the table by which its coefficients are multiplied. */
  readonly steps: number;
  /** Whether coefficients are other than zero so far, of all blocks; undefined when not needed. */
  set: Uint8Array | undefined;
}

interface Frame {
  readonly isProgressive: boolean;
  /** Whether samples have 8 bits, as nearly all have. */
  readonly isCommon: boolean;
  readonly width: number;
  readonly height: number;
  readonly components: ReadonlyMap<number, Component>;
}

/** What has been defined so far. */
interface Picture {
  frame: Frame | undefined;
  interval: number;
  /** By class and number, as their definition names them. */
  readonly tables: Map<number, HuffmanTable>;
  /** By what means of blocks are multiplied, by the number of the table. */
  readonly means: Map<number, number>;
}

/** Whether data in the middle of a picture are missing or damaged. Kinds that PDFium does not decode are not examined. */
export function isTornJpeg(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const picture: Picture = { frame: undefined, interval: 0, tables: new Map(), means: new Map() };
  let scans = 0;
  for (let at = 2; at + 4 <= bytes.length && scans < MOST_SCANS; ) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff || marker === 0xff) {
      at++;
      continue;
    }
    if (marker === EOI) return false;
    const length = view.getUint16(at + 2);
    const segment = bytes.subarray(at + 4, at + 2 + length);
    at += 2 + length;
    if (marker === DHT) readTables(segment, picture.tables);
    else if (marker === DQT) readSteps(segment, picture.means);
    else if (marker === DRI) picture.interval = ((segment[0] ?? 0) << 8) | (segment[1] ?? 0);
    else if (marker === SEQUENTIAL || marker === EXTENDED || marker === PROGRESSIVE) {
      picture.frame = readFrame(segment, marker === PROGRESSIVE);
    } else if (marker === SOS) {
      scans++;
      const end = picture.frame && readScan(picture, segment, new JpegBits(bytes, at));
      if (end === undefined) return picture.frame !== undefined;
      at = end;
    }
  }
  return false;
}

function readTables(segment: Uint8Array, tables: Map<number, HuffmanTable>): void {
  for (let at = 0; at + 17 <= segment.length; ) {
    const counts = segment.subarray(at + 1, at + 17);
    const size = counts.reduce((sum, count) => sum + count, 0);
    tables.set(segment[at] ?? 0, huffmanTable(counts, segment.subarray(at + 17, at + 17 + size)));
    at += 17 + size;
  }
}

function readSteps(segment: Uint8Array, means: Map<number, number>): void {
  for (let at = 0; at < segment.length; ) {
    const isWide = (segment[at] ?? 0) >> 4 > 0;
    const first = isWide ? ((segment[at + 1] ?? 0) << 8) | (segment[at + 2] ?? 0) : (segment[at + 1] ?? 0);
    means.set((segment[at] ?? 0) & 15, first);
    at += isWide ? 129 : 65;
  }
}

function readFrame(segment: Uint8Array, isProgressive: boolean): Frame {
  const byte = (at: number): number => segment[at] ?? 0;
  const [height, width] = [(byte(1) << 8) | byte(2), (byte(3) << 8) | byte(4)];
  const components = new Map<number, Component>();
  for (let index = 0; index < byte(5); index++) {
    const at = 6 + index * 3;
    components.set(byte(at), {
      wide: byte(at + 1) >> 4 || 1,
      high: byte(at + 1) & 15 || 1,
      steps: byte(at + 2),
      set: undefined,
    });
  }
  return { isProgressive, isCommon: byte(0) === 8, width, height, components };
}

/** Reads a block of 8 x 8; false where its codes are none. */
type ReadBlock = (bits: JpegBits) => boolean;

/** @returns where the scan ends; undefined where it is damaged */
function readScan(picture: Picture, segment: Uint8Array, bits: JpegBits): number | undefined {
  const { frame, interval } = picture;
  if (!frame) return undefined;
  const count = segment[0] ?? 0;
  const [first, last, steps] = [0, 1, 2].map((index) => segment[1 + 2 * count + index] ?? 0) as [
    number,
    number,
    number,
  ];
  const [most, tallest] = [0, 1].map((axis) =>
    Math.max(1, ...[...frame.components.values()].map(({ wide, high }) => (axis === 0 ? wide : high))),
  ) as [number, number];
  const scan = { first, last, isRefining: steps >> 4 > 0, run: { blocks: 0 } };
  const means: Mean[] = [];
  const readers: ReadBlock[] = [];
  let units = Math.ceil(frame.width / (8 * most)) * Math.ceil(frame.height / (8 * tallest));
  for (let index = 0; index < count; index++) {
    const component = frame.components.get(segment[1 + 2 * index] ?? 0);
    if (!component) return undefined;
    const across = Math.ceil(Math.ceil((frame.width * component.wide) / most) / 8);
    const down = Math.ceil(Math.ceil((frame.height * component.high) / tallest) / 8);
    const names = segment[2 + 2 * index] ?? 0;
    const [dc, ac] = [picture.tables.get(names >> 4), picture.tables.get(0x10 | (names & 15))];
    const factor = (picture.means.get(component.steps) ?? 1) << (steps & 15);
    const mean = new Mean(dc, frame.isCommon ? factor : 0);
    means.push(mean);
    const reader = frame.isProgressive
      ? progressiveReader({ mean, ac, component, blocks: across * down }, scan)
      : sequentialReader(mean, ac);
    if (!reader) return undefined;
    if (count === 1) units = across * down;
    for (let block = 0; block < (count === 1 ? 1 : component.wide * component.high); block++) readers.push(reader);
  }
  if (readers.length === 0 || (frame.isProgressive && (first > last || last > 63))) return undefined;
  for (let unit = 0; unit < units; unit++) {
    if (interval > 0 && unit > 0 && unit % interval === 0) {
      if (!isComplete(bits, readers)) return undefined;
      if (bits.marker() !== 0xd0 + ((unit / interval - 1) & 7)) return undefined;
      scan.run.blocks = 0;
      for (const mean of means) mean.restart();
    }
    for (const read of readers) if (!read(bits)) return undefined;
    if (bits.isOver) return undefined;
  }
  return isComplete(bits, readers) ? bits.end : undefined;
}

/**
 * Whether the data of a scan, or of a part of it, are neither short nor more than they should be. Some scanners write
 * bytes behind them that mean nothing; those that are a picture to their end are what other data lacked.
 */
function isComplete(bits: JpegBits, readers: readonly ReadBlock[]): boolean {
  if (bits.isOver) return false;
  if (bits.left <= MOST_LEFT) return true;
  if (bits.left > MOST_MEANINGLESS) return false;
  // Blocks may follow each other without a bit.
  for (let units = MOST_RUN * (bits.left + 1); units > 0 && !bits.isFilled; units--) {
    if (bits.isOver || !readers.every((read) => read(bits))) return true;
  }
  return bits.isFilled;
}

/** The means of a component's blocks, each of which is written as the difference to the one before. */
class Mean {
  readonly #table: HuffmanTable | undefined;
  readonly #factor: number;
  #value = 0;

  /** @param factor by which they are multiplied; 0 when nothing is known of what they may be */
  constructor(table: HuffmanTable | undefined, factor: number) {
    this.#table = table;
    this.#factor = factor;
  }

  restart(): void {
    this.#value = 0;
  }

  /** Reads the next one; false where it is none, or brighter than white. */
  read(bits: JpegBits): boolean {
    const size = this.#table ? bits.symbol(this.#table) : -1;
    if (size < 0 || size > (this.#factor > 0 ? LONGEST_MEAN : 16)) return false;
    const read = bits.bits(size);
    this.#value += size > 0 && read < 1 << (size - 1) ? read - (1 << size) + 1 : read;
    return Math.abs(this.#value) * this.#factor <= MOST_MEAN + this.#factor;
  }
}

function sequentialReader(mean: Mean, ac: HuffmanTable | undefined): ReadBlock | undefined {
  if (!ac) return undefined;
  return (bits) => {
    if (!mean.read(bits)) return false;
    for (let index = 1; index < 64; ) {
      const symbol = bits.symbol(ac);
      if (symbol < 0) return false;
      const [zeros, length] = [symbol >> 4, symbol & 15];
      if (length === 0 && zeros < 15) break;
      index += zeros + 1;
      if (index > 64) return false;
      bits.bits(length);
    }
    return true;
  };
}

interface Scan {
  readonly first: number;
  readonly last: number;
  /** Whether it adds a bit to what an earlier scan began. */
  readonly isRefining: boolean;
  /** Blocks that follow without coefficients of their own. */
  readonly run: { blocks: number };
}

interface Coded {
  readonly mean: Mean;
  readonly ac: HuffmanTable | undefined;
  readonly component: Component;
  readonly blocks: number;
}

function progressiveReader({ mean, ac, component, blocks }: Coded, scan: Scan): ReadBlock | undefined {
  if (scan.first === 0) {
    if (scan.isRefining) return (bits) => bits.bits(1) >= 0;
    return (bits) => mean.read(bits);
  }
  if (!ac) return undefined;
  if (blocks * 64 <= MOST_COEFFICIENTS) component.set ??= new Uint8Array(blocks * 64);
  let block = -1;
  return (bits) => {
    block++;
    const set = component.set?.subarray(block * 64, block * 64 + 64);
    return scan.isRefining ? refine(bits, { ac, set, scan }) : begin(bits, { ac, set, scan });
  };
}

interface Block {
  readonly ac: HuffmanTable;
  readonly set: Uint8Array | undefined;
  readonly scan: Scan;
}

function begin(bits: JpegBits, { ac, set, scan: { first, last, run } }: Block): boolean {
  if (run.blocks > 0) {
    run.blocks--;
    return true;
  }
  for (let index = first; index <= last; index++) {
    const symbol = bits.symbol(ac);
    if (symbol < 0) return false;
    const [zeros, length] = [symbol >> 4, symbol & 15];
    if (length === 0 && zeros < 15) {
      run.blocks = (1 << zeros) - 1 + bits.bits(zeros);
      return true;
    }
    index += zeros;
    if (index > last) return false;
    bits.bits(length);
    if (set && length > 0) set[index] = 1;
  }
  return true;
}

function refine(bits: JpegBits, { ac, set, scan: { first, last, run } }: Block): boolean {
  if (!set) return false;
  let index = first;
  for (; run.blocks === 0 && index <= last; index++) {
    const symbol = bits.symbol(ac);
    if (symbol < 0) return false;
    const [zeros, length] = [symbol >> 4, symbol & 15];
    if (length > 1) return false;
    if (length === 0 && zeros < 15) {
      run.blocks = (1 << zeros) + bits.bits(zeros);
      break;
    }
    bits.bits(length);
    for (let left = zeros; index <= last; index++) {
      if (set[index] === 1) bits.bits(1);
      else if (left-- === 0) break;
    }
    if (index > last) return length === 0;
    if (length > 0) set[index] = 1;
  }
  if (run.blocks > 0) {
    for (; index <= last; index++) if (set[index] === 1) bits.bits(1);
    run.blocks--;
  }
  return true;
}
