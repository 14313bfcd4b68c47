/** A line that mail programs keep messages apart by in one file (mbox, RFC 4155). */
const SEPARATOR = /^From \S+ [^\n]*\d{4}[^\n]*\n[!-9;-~]+:/;
/** Characters behind a separator that are looked at. */
const LONGEST_SEPARATOR = 500;

/** The beginning of a text without what may stand before the headers of a message. */
export const withoutSeparator = (head: string): string => head.replace(/^\ufeff?(?:From \S+ [^\n]*\n)?/, "");

/** The first message of a file: its bytes without what stands before its headers, and whether others follow. */
export function firstMessage(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly isFirstOfMany: boolean } {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isSeparator = (at: number): boolean => SEPARATOR.test(file.toString("latin1", at, at + LONGEST_SEPARATOR));
  const from = file.indexOf("\xef\xbb\xbf", 0, "latin1") === 0 ? 3 : 0;
  if (!isSeparator(from)) return { bytes: bytes.subarray(from), isFirstOfMany: false };
  const begin = file.indexOf("\n", from) + 1;
  for (let at = file.indexOf("\nFrom ", begin); at >= 0; at = file.indexOf("\nFrom ", at + 1)) {
    if (isSeparator(at + 1)) return { bytes: bytes.subarray(begin, at + 1), isFirstOfMany: true };
  }
  return { bytes: bytes.subarray(begin), isFirstOfMany: false };
}
