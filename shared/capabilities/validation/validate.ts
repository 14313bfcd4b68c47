/**
 * The checks of texts, as the tasks of the queue `validation` ask for them.
 *
 * @module
 */

import { boundedCalls } from "../markdown/bounded-call.ts";
import type { ChapterLength } from "./chapter-length.ts";
import type { ValidationCall } from "./validation.thread.ts";

/** Below the soft time limit, so that a hostile text fails for good and is not tried again. */
const BOUNDS = { seconds: 60, megabytes: 512 };

/** Runs a check in a thread. @throws MarkdownTooComplexError */
export const validate = boundedCalls<ValidationCall, ChapterLength>(
  new URL(`./validation.thread${import.meta.url.endsWith(".ts") ? ".ts" : ".mjs"}`, import.meta.url),
  BOUNDS,
);
