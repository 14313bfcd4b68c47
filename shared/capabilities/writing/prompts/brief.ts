/**
 * The content of prompts for writing, in any language.
 *
 * @module
 */

/** What is written. */
export type TextKind = "chapter" | "introduction" | "conclusion";
/** Where facts come from: sources with markers, the summaries of chapters, the text that is revised, or what the model knows. */
export type FactsFrom = "sources" | "summaries" | "text" | "knowledge";

/** What prompts say about the text as a whole. Texts of the caller are in tags already. */
export interface TextBrief {
  readonly kind: TextKind;
  readonly factsFrom: FactsFrom;
  /** In a tag. */
  readonly person: string;
  /** In a tag; undefined where the kind implies it. */
  readonly title: string | undefined;
  /** Sources or summaries, in a tag. */
  readonly facts: string | undefined;
  /** What is wrong with an earlier version, in a tag. */
  readonly feedback: string | undefined;
}

/** What prompts say about a section. */
export interface SectionBrief {
  /** From 1. */
  readonly number: number;
  readonly total: number;
  readonly words: number;
  /** Headings of all sections, in a tag; undefined where there is one. */
  readonly outline: string | undefined;
  /** The section's own heading and content, in a tag. */
  readonly heading: string | undefined;
  /** The end of what is before it, in a tag. */
  readonly before: string | undefined;
  /** The section as it was, in a tag: when it is made longer, shorter or written again. */
  readonly text: string | undefined;
}

/** What a section is asked for. */
export type SectionQuestion = "write" | "extend" | "shorten" | "revise";

/** The prompts of a language. */
export interface Prompts {
  outlineSystem(brief: TextBrief, sections: number): string;
  outlinePrompt(brief: TextBrief, sections: number): string;
  sectionSystem(question: SectionQuestion, brief: TextBrief, words: number): string;
  sectionPrompt(question: SectionQuestion, brief: TextBrief, section: SectionBrief): string;
  rewriteSystem(brief: RewriteBrief): string;
  rewritePrompt(brief: RewriteBrief): string;
}

/** What prompts say about a rewrite. All but the number is in tags. */
export interface RewriteBrief {
  readonly text: string;
  readonly goal: string;
  readonly tone: string | undefined;
  readonly advice: string | undefined;
  readonly keep: string | undefined;
  readonly maxWords: number | undefined;
}
