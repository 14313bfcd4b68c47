/**
 * Invoices and letters as PDF, Word and text, filled by the rules of the embedded engine: the figures of docs/extraction.md.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import { laterPapers } from "../../fixtures/extraction/later-papers.ts";
import { papers } from "../../fixtures/extraction/papers.ts";
import { closeDocumentThreads } from "../../helpers/document-builders.ts";
import { type PaperScore, scorePaper, sumOf } from "../../helpers/extract-papers.ts";
import { taskContext } from "../../helpers/task-context.ts";

afterAll(closeDocumentThreads);

it.each([
  ["embedded engine, the ten documents", papers],
  ["embedded engine, eight documents written later", laterPapers],
])(
  "%s: filled as the page says, and nothing is invented",
  async (name, given) => {
    const scores: PaperScore[] = [];
    for (const paper of given) scores.push((await scorePaper(paper, { context: taskContext() })).score);
    const { right, wrong, missing, invented } = sumOf(scores);
    const page = readFileSync("docs/extraction.md", "utf8");

    expect(invented).toBe(0);
    expect(page).toContain(`| ${name} | ${right} | ${wrong} | ${missing} | 0 |`);
  },
  300_000,
);
