/**
 * Tasks that check texts and sources by rules, without a language model.
 *
 * @module
 */

import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { bookLanguageSchema, chaptersSchema, markdownSchema, sourcesSchema, titleSchema } from "./book-fields.ts";

const shared = {
  queue: "validation",
  retry: "idempotent",
  timeLimit: { soft: 110, hard: 120 },
  memory: 1_024,
} as const;

/** The task `validate_chapter_length`: compares the words of a chapter with their target. */
export const validateChapterLength = defineTask({
  ...shared,
  name: "validate_chapter_length",
  description: "Compares the number of words of a chapter with its target.",
  input: z.strictObject({
    content: markdownSchema,
    target_words: z.int().min(1).max(1_000_000),
    tolerance: z.number().min(0).max(1).default(0.1).describe("Share of the target that the length may differ by."),
    language: bookLanguageSchema,
  }),
  output: z.strictObject({
    is_valid: z.boolean(),
    verdict: z.enum(["within", "too_short", "too_long"]),
    word_count: z.int().describe("Words that a reader sees: no Markdown, no addresses of links, no code of HTML."),
    target_words: z.int(),
    least_words: z.int(),
    most_words: z.int(),
    deviation: z.number().describe("(word_count - target_words) / target_words."),
  }),
});

/** What is found in a text. */
export const findingCodes = [
  ...(["placeholder", "machine_talk", "unclosed_code", "unclosed_emphasis", "broken_link", "broken_table"] as const),
  ...([
    "broken_heading",
    "repeated_sentence",
    "heading_jump",
    "empty_section",
    "no_headings",
    "long_sentence",
  ] as const),
  ...(["long_paragraph", "hard_to_read", "unbalanced_quotes", "mixed_quotes", "html"] as const),
] as const;
/** One of {@link findingCodes}. */
export type FindingCode = (typeof findingCodes)[number];

const placeSchema = z.strictObject({
  line: z.int().describe("From 1."),
  column: z.int().describe("From 1, in UTF-16 code units."),
  offset: z.int().describe("From 0, in UTF-16 code units."),
});

const qualitySchema = z.strictObject({
  is_valid: z.boolean().describe("Whether no finding is an error."),
  score: z.number().describe("100 less what the findings take off, by the table in docs/validation.md."),
  language: z.string().describe("By whose rules it was read; `und` when it could not be told."),
  findings: z.array(
    z.strictObject({
      code: z.enum(findingCodes),
      severity: z.enum(["error", "warning"]),
      message: z.string(),
      place: placeSchema,
      excerpt: z.string(),
    }),
  ),
  left_off: z.int().describe("Findings beyond those that are listed."),
  readability: z
    .array(z.strictObject({ formula: z.enum(["flesch", "flesch_amstad", "wiener_sachtextformel"]), value: z.number() }))
    .describe("Empty for other languages than English and German, and below 30 words."),
  word_count: z.int(),
  sentence_count: z.int(),
  paragraph_count: z.int(),
  heading_count: z.int(),
});

/** The task `validate_content_quality`: finds faults in a text. */
export const validateContentQuality = defineTask({
  ...shared,
  name: "validate_content_quality",
  description:
    "Looks for placeholders, broken Markdown, repetitions and unbalanced quotes in a text, and reports its readability.",
  input: z.strictObject({ content: markdownSchema, language: bookLanguageSchema }),
  output: qualitySchema,
});

/** What may be wrong with a source. */
export const sourceProblems = [
  ...(["missing_title", "title_is_url", "placeholder", "not_traceable", "missing_year", "unreadable_date"] as const),
  ...(["impossible_date", "future_date", "invalid_url", "duplicate", "unreachable"] as const),
] as const;
/** One of {@link sourceProblems}. */
export type SourceProblem = (typeof sourceProblems)[number];

/** Which addresses of sources are asked. */
export const urlChecks = ["off", "public", "loopback"] as const;
/** One of {@link urlChecks}. */
export type UrlCheck = (typeof urlChecks)[number];

const verdictSchema = z.strictObject({
  number: z.int().describe("From 1: what `[1]` stands for."),
  is_valid: z.boolean(),
  problems: z.array(z.strictObject({ code: z.enum(sourceProblems), message: z.string() })),
  reachable: z.boolean().nullable().describe("Null when it was not asked, or its answer says nothing."),
  status: z.int().nullable().describe("What the server answered."),
});

/** The task `validate_sources`: checks a list of sources. */
export const validateSources = defineTask({
  ...shared,
  name: "validate_sources",
  description:
    "Checks form, dates and duplicates of sources, and whether their pages are there where a setting allows it.",
  input: z.strictObject({ sources: sourcesSchema.min(1) }),
  output: z.strictObject({
    is_valid: z.boolean(),
    sources: z.array(verdictSchema),
    valid_count: z.int(),
    urls_checked: z.boolean().describe("Whether SOURCES_CHECK_URLS allows requests."),
  }),
  settings: z.object({
    SOURCES_CHECK_URLS: z
      .enum(urlChecks)
      .default("off")
      .describe(
        "Whether validate_sources requests the pages of sources: `off`, `public` addresses, or also `loopback` (for development).",
      ),
  }),
});

/** What may not fit together in a book. */
export const consistencyCodes = [
  ...(["numbering", "duplicate_title", "unknown_chapter", "unknown_source", "uncited_source"] as const),
  ...(["name_variant", "impossible_date", "conflicting_dates"] as const),
] as const;
/** One of {@link consistencyCodes}. */
export type ConsistencyCode = (typeof consistencyCodes)[number];

/** The task `validate_complete_biography`: checks a whole book. */
export const validateCompleteBiography = defineTask({
  ...shared,
  name: "validate_complete_biography",
  description: "Checks the chapters and sources of a book, and names, dates and numbers across chapters.",
  input: z.strictObject({
    title: titleSchema,
    chapters: chaptersSchema,
    sources: sourcesSchema.default([]),
    language: bookLanguageSchema,
  }),
  output: z.strictObject({
    is_valid: z.boolean(),
    title: z.string(),
    score: z
      .number()
      .describe(
        "The chapters' scores, weighted by their words, less 5 for each inconsistency that is an error, 40 at most.",
      ),
    word_count: z.int(),
    chapters: z.array(z.strictObject({ number: z.int().nullable(), title: z.string(), ...qualitySchema.shape })),
    sources: z.array(verdictSchema),
    consistency: z.array(
      z.strictObject({
        code: z.enum(consistencyCodes),
        severity: z.enum(["error", "warning"]),
        message: z.string(),
        chapter: z.int().nullable().describe("Which chapter, counted from 1; null for the whole book."),
        place: placeSchema.nullable(),
        excerpt: z.string(),
      }),
    ),
  }),
});
