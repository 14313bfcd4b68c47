/** Share of characters above which a decoded sample is not text. */
const ODD = 0.01;

/**
 * Tells UTF-16 without a mark. Spaces and line ends alone, about one character in eight, have a zero on one side of the
 * pair and never on the other. Where there is none, as in Japanese, UTF-16 is tried on what is not text otherwise.
 */
export function detectUtf16(sample: Uint8Array, hasControls: boolean): "utf-16le" | "utf-16be" | undefined {
  return candidates(sample, hasControls).find((encoding) => isTextIn(sample, encoding));
}

function candidates(sample: Uint8Array, hasControls: boolean): ("utf-16le" | "utf-16be")[] {
  if (sample.length < 4 || sample.length % 2 !== 0) return [];
  const zeros = [0, 0];
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const pairs = sample.length / 2;
  const likely = odd >= even ? "utf-16le" : "utf-16be";
  if (Math.max(even, odd) > pairs * 0.08 && Math.min(even, odd) < pairs * 0.005) return [likely];
  return hasControls && sample.length >= 32 ? [likely, "utf-16le", "utf-16be"] : [];
}

/** Whether the bytes mean characters that exist, few of them controls, and not of many scripts at random. */
function isTextIn(sample: Uint8Array, encoding: string): boolean {
  const text = new TextDecoder(encoding).decode(sample);
  const odd = text.match(/[\p{Cn}\p{Co}\p{Cs}\ufffd]|(?![\t\n\r\f])\p{Cc}/gu)?.length ?? 0;
  return odd <= ODD * text.length && new Set(text.match(/[^\p{ASCII}]/gu)).size <= Math.max(40, text.length * 0.6);
}
