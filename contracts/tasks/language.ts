/**
 * Fields that the language tasks share.
 *
 * @module
 */

import { z } from "zod";

/** Longest text a language task takes, in characters. */
const MAX_TEXT_CHARACTERS = 1_000_000;

/** A text to work on: not blank, bounded in length. */
export const textSchema = z.string().max(MAX_TEXT_CHARACTERS).regex(/\S/, "must not be blank");

/** The language that the text turns out to be in. */
export const AUTO_LANGUAGE = "auto";

/** The text's language; the embedded backend knows English and German, a language model may know more. */
export const languageSchema = z
  .string()
  .regex(/^(auto|[a-z]{2})$/, "must be auto, or a two-letter ISO 639-1 code such as en or de")
  .default(AUTO_LANGUAGE)
  .describe("`auto`: that of the text. Else its ISO 639-1 code, such as en or de.");

/** The zone of times without an offset, in an output. */
export const assumedTimeZone = z
  .string()
  .exactOptional()
  .describe("The time zone (LLM_TIME_ZONE) of times for which no offset was stated; left out when there was none.");

/** Time limits of a task that waits for a language model, in seconds. */
export const llmTimeLimit = { soft: 270, hard: 300 } as const;
