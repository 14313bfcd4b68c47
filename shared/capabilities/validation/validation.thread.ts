/**
 * Checks texts beside the event loop: reading Markdown that is made to be hard takes seconds.
 *
 * @module
 */

import { serveCalls } from "../../lib/threads/serve-calls.ts";
import { type Biography, type BiographyReport, checkBiography } from "./biography.ts";
import { type ChapterLength, measureChapter } from "./chapter-length.ts";
import { type ContentQuality, contentQuality } from "./content-quality.ts";

/** What each kind of call takes and gives. */
export interface ValidationCalls {
  readonly length: { readonly input: TextToCheck; readonly answer: ChapterLength };
  readonly quality: { readonly input: TextToCheck; readonly answer: ContentQuality };
  readonly biography: { readonly input: Biography; readonly answer: BiographyReport };
}

interface TextToCheck {
  readonly content: string;
  readonly language: string;
}

/** A call of the thread. */
export type ValidationCall = {
  [Type in keyof ValidationCalls]: { readonly type: Type } & ValidationCalls[Type]["input"];
}[keyof ValidationCalls];

serveCalls<ValidationCall, ValidationCalls[keyof ValidationCalls]["answer"]>((call) => {
  if (call.type === "length") return measureChapter(call.content, call.language);
  if (call.type === "quality") return contentQuality(call.content, call.language);
  return checkBiography(call);
});
