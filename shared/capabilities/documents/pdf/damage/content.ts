import { isSpace } from "./pdf-values.ts";

const [OPEN, CLOSE, LESS, GREATER, BACKSLASH, PERCENT, SLASH] = [40, 41, 60, 62, 92, 37, 47];

/** Bytes of 0 that stand for white space; more of them are where something was. */
const MOST_ZEROS = 16;

/**
 * Whether a page's content that is not packed was torn: bytes between its operators that no program writes, or a text
 * that does not end. Inline pictures are passed over; behind one whose end is not found, nobody can tell.
 */
export function isTorn(content: Uint8Array): boolean {
  let end = content.length;
  while (end > 0 && content[end - 1] === 0) end--;
  for (let at = 0; at < end; at++) {
    const byte = content[at] ?? 0;
    if (byte === OPEN) {
      const close = endOfText(content, at);
      if (close < 0) return true;
      at = close;
    } else if (byte === PERCENT) {
      while (at < end && content[at] !== 10 && content[at] !== 13) at++;
    } else if (byte === SLASH) {
      while (at + 1 < content.length && !isSpace(content[at + 1] ?? 0) && !isDelimiter(content[at + 1] ?? 0)) at++;
    } else if (byte === 73 && content[at + 1] === 68 && isAlone(content, at)) {
      const close = endOfPicture(content, at + 2);
      if (close < 0) return false;
      at = close;
    } else if (byte === 0) {
      const from = at;
      while (content[at + 1] === 0) at++;
      if (at - from >= MOST_ZEROS) return true;
    } else if ((byte < 32 && !isSpace(byte)) || byte > 126) return true;
  }
  return false;
}

const isDelimiter = (byte: number): boolean => [OPEN, CLOSE, LESS, GREATER, PERCENT, SLASH, 91, 93].includes(byte);

/** Whether two letters stand by themselves. */
const isAlone = (content: Uint8Array, at: number): boolean =>
  isSpace(content[at - 1] ?? 32) && isSpace(content[at + 2] ?? 32);

/** Where a text ends; -1 where it does not. */
function endOfText(content: Uint8Array, from: number): number {
  let open = 0;
  for (let at = from; at < content.length; at++) {
    const byte = content[at];
    if (byte === BACKSLASH) at++;
    else if (byte === OPEN) open++;
    else if (byte === CLOSE && --open === 0) return at;
  }
  return -1;
}

/** Where an inline picture ends, with `EI` behind white space; -1 where it does not. */
function endOfPicture(content: Uint8Array, from: number): number {
  for (let at = content.indexOf(69, from); at >= 0; at = content.indexOf(69, at + 1)) {
    if (content[at + 1] === 73 && isAlone(content, at)) return at + 1;
  }
  return -1;
}
