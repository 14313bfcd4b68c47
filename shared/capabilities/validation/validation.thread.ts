/**
 * Checks texts beside the event loop: reading Markdown that is made to be hard takes seconds.
 *
 * @module
 */

import { serveCalls } from "../../lib/threads/serve-calls.ts";
import { type ChapterLength, measureChapter } from "./chapter-length.ts";

/** What the thread is asked for. */
export interface ValidationCall {
  readonly type: "length";
  readonly content: string;
  readonly language: string;
}

serveCalls<ValidationCall, ChapterLength>(({ content, language }) => measureChapter(content, language));
