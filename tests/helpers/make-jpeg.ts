/** How a JPEG is written. */
interface JpegOptions {
  /** In two scans, the means of all blocks first. */
  readonly progressive?: boolean;
  /** Blocks between marks at which a decoder begins again; none when not given. */
  readonly restart?: number;
}

/** A gray JPEG (ITU-T T.81) of blocks of 8 x 8, each of a shade, with a wave across it where `wave` is true. */
export function makeJpeg(
  { across, down }: { readonly across: number; readonly down: number },
  block: (index: number) => { readonly mean: number; readonly wave: boolean },
  { progressive = false, restart = 0 }: JpegOptions = {},
): Buffer {
  const blocks = Array.from({ length: across * down }, (_, index) => block(index));
  // Twelve codes of four bits for differences; one bit for the end of a block, two for one with a wave.
  const means = table(0, [0, 0, 0, 12], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  const waves = table(0x10, [1, 1], [0x00, 0x01]);
  const size = [down * 8, across * 8].flatMap((side) => [side >> 8, side & 255]);
  const scan = (first: number, last: number, codes: (write: Write) => void) =>
    Buffer.concat([segment(0xda, [1, 1, 0, first, last, 0]), entropy(codes)]);
  const each = (code: (write: Write, index: number) => void) => (write: Write) => {
    for (const index of blocks.keys()) {
      if (restart > 0 && index > 0 && index % restart === 0) write.mark(0xd0 + ((index / restart - 1) % 8));
      code(write, index);
    }
  };
  const mean = (write: Write, index: number) => {
    const before = index === 0 || (restart > 0 && index % restart === 0) ? 0 : (blocks[index - 1]?.mean ?? 0);
    const difference = (blocks[index]?.mean ?? 0) - before;
    const bits = difference === 0 ? 0 : Math.floor(Math.log2(Math.abs(difference))) + 1;
    write.bits(bits, 4);
    write.bits(difference < 0 ? difference + (1 << bits) - 1 : difference, bits);
  };
  const wave = (write: Write, index: number) => {
    if (blocks[index]?.wave) write.bits(0b101, 3);
    write.bits(0, 1);
  };
  const scans = progressive
    ? [scan(0, 0, each(mean)), scan(1, 63, each(wave))]
    : [
        scan(
          0,
          63,
          each((write, index) => {
            mean(write, index);
            wave(write, index);
          }),
        ),
      ];
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xdb, [0, ...new Array<number>(64).fill(8)]),
    segment(progressive ? 0xc2 : 0xc0, [8, ...size, 1, 1, 0x11, 0]),
    means,
    waves,
    segment(0xdd, [restart >> 8, restart & 255]),
    ...scans,
    Buffer.from([0xff, 0xd9]),
  ]);
}

interface Write {
  bits(value: number, count: number): void;
  mark(code: number): void;
}

const segment = (marker: number, content: readonly number[]): Buffer =>
  Buffer.from([0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 255, ...content]);

const table = (name: number, counts: readonly number[], symbols: readonly number[]): Buffer =>
  segment(0xc4, [name, ...Array.from({ length: 16 }, (_, index) => counts[index] ?? 0), ...symbols]);

function entropy(codes: (write: Write) => void): Buffer {
  const bytes: number[] = [];
  let [held, count] = [0, 0];
  const put = (byte: number) => bytes.push(...(byte === 0xff ? [byte, 0] : [byte]));
  const write: Write = {
    bits(value, more) {
      for (let bit = more - 1; bit >= 0; bit--) {
        held = (held << 1) | ((value >> bit) & 1);
        if (++count === 8) {
          put(held);
          [held, count] = [0, 0];
        }
      }
    },
    mark(code) {
      while (count > 0) write.bits(1, 1);
      bytes.push(0xff, code);
    },
  };
  codes(write);
  while (count > 0) write.bits(1, 1);
  return Buffer.from(bytes);
}
