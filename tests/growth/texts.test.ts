/**
 * The time of what reads texts of books grows in line with them, also where they are made to be slow: facts of rewrites,
 * markers and repetitions of chapters, findings of validation, signals and criteria of evaluation. Measured as the ratio of
 * the processor time of two sizes in one thread.
 *
 * @module
 */

import { describe, expect, it } from "vitest";
import { readPage, scoreAeo } from "../../shared/capabilities/evaluation/aeo/score.ts";
import { detectAiContent } from "../../shared/capabilities/evaluation/ai-content/detect.ts";
import { asMaterial } from "../../shared/capabilities/llm/material.ts";
import { checkBiography } from "../../shared/capabilities/validation/biography.ts";
import { checkSources } from "../../shared/capabilities/validation/check-sources.ts";
import { contentQuality } from "../../shared/capabilities/validation/content-quality.ts";
import { changesBetween } from "../../shared/capabilities/writing/changes.ts";
import { factsIn, missingFacts } from "../../shared/capabilities/writing/facts/facts.ts";
import { settleMarkers } from "../../shared/capabilities/writing/markers.ts";
import { withoutEchoes, withoutLabels, withoutRepeats } from "../../shared/capabilities/writing/repeats.ts";
import { inChunks } from "../../shared/capabilities/writing/split-content.ts";
import { growth } from "../helpers/growth.ts";

/** Between in line with the input, 1, and with its square, 2. */
const MOST = 1.6;
const PLACES = ["Leipzig", "Turin", "Vienna", "Bergen", "Lyon", "Porto", "Ghent"];

/** Different sentences with names, numbers, quotes and a marker each. */
const prose = (sentences: number): string =>
  Array.from(
    { length: sentences },
    (_, at) =>
      `In ${1_800 + (at % 200)} Anna Berg sent ${at} letters from ${PLACES[at % PLACES.length]} and wrote “word ${at.toString(36)} is mine” [${(at % 9) + 1}].${at % 6 === 5 ? "\n\n" : " "}`,
  ).join("");
const chapters = (number: number) =>
  Array.from({ length: number }, (_, at) => ({ number: at + 1, title: `Part ${at}`, content: prose(8) }));
const sources = (number: number) =>
  Array.from({ length: number }, (_, at) => ({
    title: `Letters, volume ${at}`,
    author: "Anna Berg",
    year: 1_900,
    url: `https://archive.example/${at}`,
  }));
const today = "2026-11-29";
const score = (content: string) => scoreAeo(readPage(content), { question: undefined, language: "en" });

const readers: readonly (readonly [name: string, size: number, make: (size: number) => () => void])[] = [
  ["facts of a text", 100, (size) => of(prose(size), (text) => factsIn(text, { keep: ["Anna Berg"], language: "en" }))],
  [
    "facts of German nouns",
    100,
    (size) =>
      of("Die Druckerin Anna Berg zog nach Leipzig um. ".repeat(size), (text) =>
        factsIn(text, { keep: [], language: "de" }),
      ),
  ],
  [
    "facts that are missing",
    100,
    (size) => of(prose(size), (text) => missingFacts(factsIn(text, { keep: [], language: "en" }), text)),
  ],
  [
    "quotation marks that do not end",
    1_000,
    (size) => of("“a ".repeat(size), (text) => factsIn(text, { keep: [], language: "en" })),
  ],
  [
    "digits with commas",
    1_000,
    (size) => of("1,234,".repeat(size), (text) => factsIn(text, { keep: [], language: "en" })),
  ],
  [
    "markers of sources",
    200,
    (size) =>
      of(prose(size), (text) =>
        settleMarkers(
          text,
          sources(9).map(({ title }) => title),
        ),
      ),
  ],
  ["brackets that do not end", 1_000, (size) => of("[1, ".repeat(size), (text) => settleMarkers(text, ["One"]))],
  ["repeated sentences", 100, (size) => of(prose(size), (text) => withoutRepeats(text, [text], "en"))],
  [
    "lines with labels",
    100,
    (size) =>
      of("The person: Ada\n".repeat(size), (text) =>
        withoutLabels(text, { prompt: asMaterial("person", "Ada"), instructions: "The person:" }),
      ),
  ],
  [
    "sentences of the instructions",
    100,
    (size) => of(prose(size), (text) => withoutEchoes(text, { prompt: "", instructions: prose(20) }, "en")),
  ],
  [
    "changes of a text that is new",
    100,
    (size) => of(prose(size), (text) => changesBetween(text, text.replaceAll("sent", "posted"), "en")),
  ],
  ["pieces of a text", 100, (size) => of(prose(size), (text) => inChunks(text, 200, "en"))],
  ["quality of a chapter", 50, (size) => of(prose(size), (text) => contentQuality(text, "en"))],
  [
    "quality of one sentence again and again",
    100,
    (size) => of("The pump in the yard broke again that night. ".repeat(size), (text) => contentQuality(text, "en")),
  ],
  [
    "quality of placeholders",
    200,
    (size) => of("[Name] {{date}} TODO ".repeat(size), (text) => contentQuality(text, "en")),
  ],
  ["quality of quotation marks", 200, (size) => of('„a “b »c "d '.repeat(size), (text) => contentQuality(text, "de"))],
  ["quality of headings", 200, (size) => of("# a\n\n#### b\n\n".repeat(size), (text) => contentQuality(text, "en"))],
  ["sources", 100, (size) => of(sources(size), (list) => checkSources(list, today))],
  [
    "a whole book",
    4,
    (size) =>
      of(chapters(size), (list) => checkBiography({ chapters: list, sources: sources(9), language: "en", today })),
  ],
  ["signals of a text", 100, (size) => of(prose(size), (text) => detectAiContent(text, "en"))],
  ["criteria of Markdown", 50, (size) => of(prose(size), score)],
  [
    "criteria of HTML",
    50,
    (size) => of(`<main>${"<p>Anna Berg wrote 7 letters in 1889.</p>".repeat(size)}</main>`, score),
  ],
  [
    "criteria of tags that end late, up to the depth that is read",
    2,
    (size) => of(`<p>${`${"<div>a".repeat(4_000)}${"</div>".repeat(4_000)}`.repeat(size)}`, score),
  ],
];

function of<Input>(input: Input, work: (input: Input) => unknown): () => void {
  return () => void work(input);
}

describe("the time in line with the input", () => {
  it.each(readers)("%s", { timeout: 120_000 }, (_, size, make) => {
    expect(growth(make, size)).toBeLessThan(MOST);
  });
});
