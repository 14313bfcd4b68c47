/**
 * A text that is to be written, and how far it is: what one run leaves to the next.
 *
 * @module
 */

import { z } from "zod";
import { usageSchema } from "../../../contracts/jobs/wire.ts";
import type { Source } from "../../../contracts/tasks/writing.ts";
import type { Generation } from "../llm/backend.ts";
import type { OutlineEntry } from "./plan.ts";
import type { FactsFrom, TextKind } from "./prompts/brief.ts";
import { countProse } from "./prose-words.ts";

/** A text that is to be written. */
export interface Work {
  /** The task, for the model's backend. */
  readonly task: Generation["task"];
  readonly kind: TextKind;
  /** ISO 639-1, or the code of an undetermined language. */
  readonly language: string;
  readonly person: string | undefined;
  readonly title: string | undefined;
  /** Words. */
  readonly target: number;
  readonly factsFrom: FactsFrom;
  /** Sources, or the summaries of chapters. */
  readonly sources: readonly Source[];
  /** Titles of the sources that markers may name, in order; undefined where there is none of that number. */
  readonly titles: readonly (string | undefined)[];
  /** Undefined: the model makes one, where the text needs it. */
  readonly outline: readonly OutlineEntry[] | undefined;
  /** A text that is to be revised, and what is wrong with it. */
  readonly revision: { readonly content: string; readonly feedback: string } | undefined;
}

const count = z.int().min(0);

const sectionSchema = z.object({
  heading: z.string().nullable(),
  points: z.string().nullable(),
  /** Planned. */
  words: count,
  /** As it was, of a text that is revised. */
  old: z.string().nullable(),
  /** As it is; null until it is written. */
  text: z.string().nullable(),
});

/** How far a text is. */
export const progressSchema = z.object({
  sections: z.array(sectionSchema),
  /** Questions about the length so far. */
  lengthSteps: count,
  /** Sections with which a question about the length did not help. */
  tried: z.array(count),
  removedMarkers: count,
  removedRepeats: count,
  removedEchoes: count,
  /** Characters of sources that fitted into a prompt; null: all of them, as far as is known. */
  fits: count.nullable(),
  sourcesShortened: z.boolean(),
  /** Tokens so far; null when none are counted. */
  usage: usageSchema.nullable(),
});

/** What {@link progressSchema} parses to. */
export type WritingProgress = z.output<typeof progressSchema>;
/** A section, written or not. */
export type Section = WritingProgress["sections"][number];

/** A text of which nothing is written yet. */
export const nothingWritten = (
  sections: readonly Pick<Section, "heading" | "points" | "words">[],
): WritingProgress => ({
  sections: sections.map((section) => ({ old: null, text: null, ...section })),
  lengthSteps: 0,
  tried: [],
  removedMarkers: 0,
  removedRepeats: 0,
  removedEchoes: 0,
  fits: null,
  sourcesShortened: false,
  usage: null,
});

/** A section as it is in the text. */
const sectionMarkdown = ({ heading, text }: Section): string =>
  heading === null ? (text ?? "") : `## ${heading}\n\n${text ?? ""}`;

/** The text, as far as it is written. */
export const contentOf = ({ sections }: WritingProgress): string =>
  sections
    .filter(({ text }) => text !== null)
    .map(sectionMarkdown)
    .join("\n\n");

/** Words of a section, its heading included. */
export const wordsOf = (section: Section, language: string): number =>
  section.text === null ? 0 : countProse(sectionMarkdown(section), language);

/** Words of the text so far. */
export const wordsWritten = ({ sections }: WritingProgress, language: string): number =>
  sections.reduce((sum, section) => sum + wordsOf(section, language), 0);
