import { inflateRawSync, inflateSync } from "node:zlib";

/** A stream that unpacks to more is not examined. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Of the header that precedes the packed data (RFC 1950). */
const HEADER_BYTES = 2;

/**
 * Unpacks a stream of FlateDecode. Programs leave out its checksum or write white space in front of it, and neither is
 * damage: all data are there.
 * @returns undefined where it does not unpack to its end; empty where it is too large to be examined
 */
export function inflate(bytes: Uint8Array): Uint8Array | undefined {
  const first = bytes.findIndex((byte) => byte !== 10 && byte !== 13);
  for (const packed of first > 0 ? [bytes, bytes.subarray(first)] : [bytes]) {
    const found = inflateWhole(packed);
    if (found) return found;
  }
  return undefined;
}

function inflateWhole(packed: Uint8Array): Uint8Array | undefined {
  try {
    return inflateSync(packed, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") return new Uint8Array();
    // Only the checksum behind the data may be missing; one that is there and wrong tells of other data.
    return code === "Z_BUF_ERROR" ? inflateWithoutChecksum(packed) : undefined;
  }
}

function inflateWithoutChecksum(packed: Uint8Array): Uint8Array | undefined {
  try {
    return inflateRawSync(packed.subarray(HEADER_BYTES), { maxOutputLength: MOST_BYTES });
  } catch {
    return undefined;
  }
}
