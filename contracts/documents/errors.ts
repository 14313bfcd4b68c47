/**
 * Why a document has no text. All are final: the same bytes would fail again.
 *
 * @module
 */

import { FinalError } from "../errors.ts";

/** A password is needed to read it. */
export class DocumentEncryptedError extends FinalError {}
/** The bytes are damaged or cut off, so that no text can be had. */
export class DocumentCorruptError extends FinalError {}
/** The content is in none of the supported formats, whatever the file's name. */
export class UnsupportedFormatError extends FinalError {}
/** A bound on size, pages, pixels, memory or time would be passed; also how decompression bombs end. */
export class DocumentTooLargeError extends FinalError {}
