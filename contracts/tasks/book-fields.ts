/**
 * Fields that tasks on chapters and books share.
 *
 * @module
 */

import { z } from "zod";
import { languageSchema } from "./language.ts";

/** Longest content of one chapter, in characters; a request is bounded by its bytes before. */
const MAX_CONTENT_CHARACTERS = 4_000_000;
const MAX_CHAPTERS = 200;
const MAX_SOURCES = 1_000;

const line = (characters: number) => z.string().max(characters).regex(/\S/, "must not be blank");

/** Markdown, as CommonMark with GitHub's tables, task lists, strikethrough and footnotes has it. */
export const markdownSchema = z
  .string()
  .max(MAX_CONTENT_CHARACTERS)
  .regex(/\S/, "must not be blank")
  .describe("Markdown: CommonMark with GitHub's tables, task lists, strikethrough and footnotes.");

/** The language of what is checked or set. */
export const bookLanguageSchema = languageSchema;

/** Title of a chapter or a book. */
export const titleSchema = line(500);

/** A chapter of a book. */
export const chapterSchema = z.strictObject({
  number: z
    .int()
    .min(0)
    .max(9_999)
    .nullish()
    .describe("Shown before the title; left out for parts without one, such as an introduction."),
  title: titleSchema,
  content: markdownSchema,
});

/** The chapters of a book, in their order. */
export const chaptersSchema = z.array(chapterSchema).min(1).max(MAX_CHAPTERS);

/** A source, as it was given: what is wrong with it is for validate_sources to say. */
export const sourceSchema = z.strictObject({
  title: z.string().max(1_000),
  author: z.string().max(1_000).nullish(),
  year: z
    .union([z.int(), z.string().max(40)])
    .nullish()
    .describe("Of publication: 1989, or `1989-11-09`."),
  url: z.string().max(4_000).nullish(),
  type: z.string().max(100).nullish().describe("Such as book, article, website or interview."),
});

/** Sources in the order of their numbers: `[1]` in a text stands for the first. */
export const sourcesSchema = z.array(sourceSchema).max(MAX_SOURCES);

/** A source, parsed. */
export type Source = z.output<typeof sourceSchema>;
/** A chapter, parsed. */
export type Chapter = z.output<typeof chapterSchema>;
