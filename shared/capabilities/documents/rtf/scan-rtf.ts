/** Told what an RTF file holds, in its order. */
export interface RtfHandlers {
  open(): void;
  close(): void;
  /** A control word with its number, or a control symbol. */
  control(word: string, value: number | undefined): void;
  /** A byte of text in the current font's code page. */
  byte(value: number): void;
}

const BACKSLASH = 0x5c;
const [BRACE, UNBRACE] = [0x7b, 0x7d];
/** Longest control word (RTF 1.9.1). */
const MOST_LETTERS = 32;

const isLetter = (byte: number): boolean => (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a);
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** Runs through RTF (Rich Text Format specification 1.9.1) in linear time. Data of \bin are skipped. */
export function scanRtf(bytes: Uint8Array, { open, close, control, byte }: RtfHandlers): void {
  let at = 0;
  const controlWord = (): void => {
    const start = at;
    while (at - start < MOST_LETTERS && isLetter(bytes[at] ?? 0)) at++;
    const word = Buffer.from(bytes.subarray(start, at)).toString("latin1");
    const negative = bytes[at] === 0x2d;
    if (negative) at++;
    let value: number | undefined;
    for (let digits = 0; isDigit(bytes[at] ?? 0) && digits < 10; digits++)
      value = (value ?? 0) * 10 + (bytes[at++] ?? 0) - 0x30;
    if (bytes[at] === 0x20) at++;
    if (word === "bin") at += Math.max(0, value ?? 0);
    else control(word, negative && value !== undefined ? -value : value);
  };
  while (at < bytes.length) {
    const one = bytes[at++] ?? 0;
    if (one === BRACE) open();
    else if (one === UNBRACE) close();
    else if (one !== BACKSLASH) {
      // Line ends of the file itself mean nothing.
      if (one !== 0x0a && one !== 0x0d && one !== 0) byte(one);
    } else if (isLetter(bytes[at] ?? 0)) controlWord();
    else if (bytes[at] === 0x27) {
      const code = Number.parseInt(Buffer.from(bytes.subarray(at + 1, at + 3)).toString("latin1"), 16);
      at += 3;
      if (Number.isFinite(code)) byte(code);
    } else control(String.fromCharCode(bytes[at++] ?? 0), undefined);
  }
}
