/**
 * Why a text or a book cannot be worked on. All are final: the same input would fail again.
 *
 * @module
 */

import { FinalError } from "../errors.ts";

/** Markdown, or HTML, that is nested too deeply, has too many parts, or takes longer to read than it may. */
export class MarkdownTooComplexError extends FinalError {}
/** A book has more pages, pictures or bytes than a file may have, or takes longer to set than it may. */
export class BookTooLargeError extends FinalError {}
