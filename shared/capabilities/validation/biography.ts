/**
 * A whole book: its chapters, its sources, and how they fit together.
 *
 * @module
 */

import type { Chapter, Source } from "../../../contracts/tasks/book-fields.ts";
import { checkSources } from "./check-sources.ts";
import { findInconsistencies, type Inconsistency } from "./consistency.ts";
import { type ContentQuality, contentQuality } from "./content-quality.ts";

/** What is checked. */
export interface Biography {
  readonly chapters: readonly Chapter[];
  readonly sources: readonly Source[];
  readonly language: string;
  /** `YYYY-MM-DD`. */
  readonly today: string;
}

/** The report about a book. */
export interface BiographyReport {
  readonly chapters: readonly ContentQuality[];
  readonly sources: ReturnType<typeof checkSources>;
  readonly consistency: readonly Inconsistency[];
}

/** Checks a book. @throws MarkdownTooComplexError */
export function checkBiography({ chapters, sources, language, today }: Biography): BiographyReport {
  return {
    chapters: chapters.map(({ content }) => contentQuality(content, language)),
    sources: checkSources(sources, today),
    consistency: findInconsistencies(chapters, sources),
  };
}
