import { describe, expect, it } from "vitest";
import { chunkText } from "../../../shared/capabilities/embeddings/chunk.ts";

const sentence = (n: number): string => `Sentence number ${n} says something about bridges and their steel girders.`;
const paragraph = (from: number, count: number): string =>
  Array.from({ length: count }, (_, n) => sentence(from + n)).join(" ");

describe("chunkText", () => {
  it("keeps a short text whole", () => {
    expect(chunkText("  One paragraph.\nStill the same.\n")).toEqual([
      { text: "One paragraph.\nStill the same.", start: 2, end: 32, heading: undefined },
    ]);
  });

  it("gives nothing for a text without words", () => {
    expect(chunkText(" \n\n\f \n")).toEqual([]);
  });

  it("keeps offsets, bounds and every word", () => {
    const text = Array.from({ length: 12 }, (_, n) => paragraph(n * 5, 5)).join("\n\n");

    const passages = chunkText(text, { maxCharacters: 600, overlapCharacters: 100 });

    expect(passages.length).toBeGreaterThan(5);
    let covered = 0;
    for (const passage of passages) {
      expect(passage.text).toBe(text.slice(passage.start, passage.end));
      expect(passage.text.length).toBeLessThanOrEqual(600);
      expect(text.slice(covered, passage.start).trim(), "nothing is left out between passages").toBe("");
      covered = Math.max(covered, passage.end);
    }
    expect(covered).toBe(text.length);
  });

  it("starts and ends passages at sentences", () => {
    const passages = chunkText(paragraph(0, 40), { maxCharacters: 500, overlapCharacters: 100 });

    for (const { text } of passages) expect(text).toMatch(/^Sentence .*\.$/s);
  });

  it("repeats the last sentence in the next passage, within the overlap", () => {
    const [first, second] = chunkText(paragraph(0, 12), { maxCharacters: 500, overlapCharacters: 100 });

    const shared = (first?.end ?? 0) - (second?.start ?? 0);
    expect(shared).toBeGreaterThan(0);
    expect(shared).toBeLessThanOrEqual(100);
    expect(second?.text.startsWith(first?.text.slice(-shared) ?? "")).toBe(true);
  });

  it("repeats nothing when no overlap is wanted", () => {
    const passages = chunkText(paragraph(0, 12), { maxCharacters: 500, overlapCharacters: 0 });

    for (const [position, { start }] of passages.entries()) {
      expect(start).toBeGreaterThanOrEqual(passages[position - 1]?.end ?? 0);
    }
  });

  it("never crosses a heading, and names it", () => {
    const text = `Intro before any heading.\n\n# Scope\n\n${paragraph(0, 3)}\n\n## Results ##\n${paragraph(3, 2)}\n`;

    const passages = chunkText(text, { maxCharacters: 2_000 });

    expect(passages.map(({ heading }) => heading)).toEqual([undefined, "Scope", "Results"]);
    expect(passages[1]?.text).toContain("# Scope");
    expect(passages[2]?.text).not.toContain("number 2");
  });

  it.each([
    ["numbered", "3.2 Ergebnisse\n\nDer Text.", "3.2 Ergebnisse"],
    ["of a law", "§ 5 Kündigung\nDer Vertrag endet.", "§ 5 Kündigung"],
    ["in capitals", "ALLGEMEINE BEDINGUNGEN\n\nDer Text.", "ALLGEMEINE BEDINGUNGEN"],
    ["underlined", "Overview\n========\nThe text.", "Overview"],
  ])("knows a heading that is %s", (_, text, heading) => {
    expect(chunkText(text)[0]?.heading).toBe(heading);
  });

  it.each([
    ["a year at a line's start", "2024 war ein gutes Jahr.\nEs regnete."],
    ["a list's item", "Zutaten:\n1. Mehl und Zucker, gut gemischt.\n2. Eier."],
    ["one short word in capitals", "USA\nund Kanada."],
  ])("takes %s for no heading", (_, text) => {
    expect(chunkText(text)).toMatchObject([{ heading: undefined }]);
  });

  it("breaks between paragraphs where it can", () => {
    const text = `${paragraph(0, 5)}\n\n${paragraph(5, 5)}`;

    const passages = chunkText(text, { maxCharacters: 500, overlapCharacters: 0 });

    expect(passages.map(({ text: part }) => part)).toEqual([paragraph(0, 5), paragraph(5, 5)]);
  });

  it("cuts a sentence that is longer than a passage at spaces, and a word without any between characters", () => {
    const words = Array.from({ length: 200 }, (_, n) => `word${n}`).join(" ");
    for (const { text } of chunkText(words, { maxCharacters: 100, overlapCharacters: 0 })) {
      expect(text).toMatch(/^word\d+( word\d+)*$/);
    }

    const family = "👨‍👩‍👧‍👦";
    const passages = chunkText(family.repeat(40), { maxCharacters: 100, overlapCharacters: 0 });
    expect(passages.length).toBeGreaterThan(1);
    for (const { text } of passages) expect(text).toBe(family.repeat(text.length / family.length));
  });

  it("breaks at pages", () => {
    const passages = chunkText(`${paragraph(0, 4)}\f${paragraph(4, 4)}`, { maxCharacters: 400, overlapCharacters: 50 });

    expect(passages).toHaveLength(2);
  });

  it("takes a text of ten million characters without a blank line", () => {
    const text = `Introduction.\n\n${paragraph(0, 140_000)}`;

    const passages = chunkText(text);

    expect(text.length).toBeGreaterThan(10_000_000);
    expect(passages.length).toBeGreaterThan(8_000);
    expect(passages.at(-1)?.end).toBe(text.length);
  });
});
