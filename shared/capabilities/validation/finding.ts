/**
 * Findings in a text, and the score that they make.
 *
 * @module
 */

import type { FindingCode } from "../../../contracts/tasks/validation.ts";

/** Something in a text that is wrong, or that a reader should look at. */
export interface Finding {
  readonly code: FindingCode;
  readonly message: string;
  /** In the source, in UTF-16 code units. */
  readonly offset: number;
  readonly excerpt: string;
}

/** What a kind of finding takes off 100, and at most. Errors alone make a text invalid. */
interface Rule {
  readonly isError: boolean;
  readonly each: number;
  readonly most: number;
}

const rule = (each: number, most: number, isError = false): Rule => ({ each, most, isError });

/** Of each kind. docs/validation.md has them too, and a test compares the two. */
export const rules: Readonly<Record<FindingCode, Rule>> = {
  placeholder: rule(15, 45, true),
  machine_talk: rule(15, 30, true),
  unclosed_code: rule(20, 20, true),
  unclosed_emphasis: rule(4, 12, true),
  broken_link: rule(5, 20, true),
  broken_table: rule(5, 10, true),
  broken_heading: rule(4, 12, true),
  repeated_sentence: rule(5, 30),
  heading_jump: rule(3, 9),
  empty_section: rule(4, 12),
  no_headings: rule(5, 5),
  long_sentence: rule(1, 8),
  long_paragraph: rule(2, 8),
  hard_to_read: rule(6, 6),
  unbalanced_quotes: rule(3, 12),
  mixed_quotes: rule(3, 3),
  html: rule(1, 4),
};

/** 100 less what the findings take off, each kind up to its bound; 0 at least. */
export function scoreOf(findings: readonly Pick<Finding, "code">[]): number {
  const byCode = Map.groupBy(findings, ({ code }) => code);
  const off = [...byCode].reduce(
    (sum, [code, { length }]) => sum + Math.min(rules[code].most, length * rules[code].each),
    0,
  );
  return Math.max(0, 100 - off);
}

/** Whether none of the findings is an error. */
export const isFree = (findings: readonly Pick<Finding, "code">[]): boolean =>
  findings.every(({ code }) => !rules[code].isError);

const EXCERPT = 80;

/** The beginning of a text, in one line. */
export function excerptOf(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > EXCERPT ? `${line.slice(0, EXCERPT - 1).toWellFormed()}…` : line;
}
