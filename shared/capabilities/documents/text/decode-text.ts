/**
 * Plain text in the encodings that files still have: UTF-8, UTF-16 and Windows-1252, of which Latin-1 is a part.
 *
 * @module
 */

export type TextEncoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

/** Bytes looked at to tell UTF-16 from single bytes, and text from binary data. */
const SAMPLE = 65_536;
/** Share of control characters above which bytes are no text in any encoding. */
const BINARY = 0.01;

/**
 * Tells the encoding from a byte order mark, else from the bytes: many zeros on one side of the pairs are UTF-16, what
 * is valid UTF-8 is UTF-8 (by chance it hardly ever is), and the rest Windows-1252.
 * @returns undefined when the bytes are no text
 */
export function detectEncoding(bytes: Uint8Array): TextEncoding | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const sample = bytes.subarray(0, SAMPLE);
  const pairs = candidates(sample).find((encoding) => isTextIn(sample, encoding));
  if (pairs) return pairs;
  if (hasControls(sample)) return undefined;
  return isUtf8(bytes) ? "utf-8" : "windows-1252";
}

export function decodeText(bytes: Uint8Array, encoding: TextEncoding): string {
  return new TextDecoder(encoding).decode(bytes);
}

/**
 * UTF-16 without a mark. Spaces and line ends alone, about one character in eight, have a zero on one side of the pair
 * and never on the other. Where there is none, as in Japanese, UTF-16 is tried on what is no text otherwise.
 */
function candidates(sample: Uint8Array): TextEncoding[] {
  if (sample.length < 4 || sample.length % 2 !== 0) return [];
  const zeros = [0, 0];
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const pairs = sample.length / 2;
  const likely: TextEncoding = odd >= even ? "utf-16le" : "utf-16be";
  if (Math.max(even, odd) > pairs * 0.08 && Math.min(even, odd) < pairs * 0.005) return [likely];
  return hasControls(sample) && sample.length >= 32 ? [likely, "utf-16le", "utf-16be"] : [];
}

/** Whether the bytes mean characters that exist, few of them controls, and not of many scripts at random. */
function isTextIn(sample: Uint8Array, encoding: TextEncoding): boolean {
  const text = new TextDecoder(encoding).decode(sample);
  const odd = text.match(/[\p{Cn}\p{Co}\p{Cs}\ufffd]|(?![\t\n\r\f])\p{Cc}/gu)?.length ?? 0;
  return odd <= BINARY * text.length && new Set(text.match(/[^\p{ASCII}]/gu)).size <= Math.max(40, text.length * 0.6);
}

/** Control characters that do not occur in text. */
function hasControls(sample: Uint8Array): boolean {
  let count = 0;
  for (const byte of sample) {
    const white = (byte >= 0x08 && byte <= 0x0d) || byte === 0x1b || byte === 0x1a;
    if (byte < 0x20 && !white) count += byte === 0 ? 2 : 1;
  }
  return count > BINARY * sample.length;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
