import { describe, expect, it } from "vitest";
import { aeoSchema } from "../../../contracts/tasks/evaluation.ts";
import { criteria } from "../../../shared/capabilities/evaluation/aeo/criteria.ts";
import { readPage, scoreAeo } from "../../../shared/capabilities/evaluation/aeo/score.ts";

const score = (content: string, question?: string, language: "en" | "de" = "en") => {
  const scored = aeoSchema.parse(scoreAeo(readPage(content), { question, language }));
  return { ...scored, of: Object.fromEntries(scored.criteria.map((each) => [each.name, each])) };
};

const good = `---
date: 2020-03-01
---
# Descaling a kettle

To descale a kettle, boil it with equal parts of water and white vinegar, wait 30 minutes and rinse it twice. The guide of the Berlin
Water Works names 20 ml of citric acid instead.

## How often should a kettle be descaled?

According to the [Water Works](https://example.org/hardness), once a month in Berlin and Munich, where water has 18 degrees.

## What do you need?

- White vinegar, 200 ml
- A soft cloth

<script type="application/ld+json">{"@context":"https://schema.org","@type":"FAQPage","dateModified":"2020-03-02"}</script>
`;

const poor = `In today's world many people own kettles, and there are many things that could be said about kettles and about the way in which they are used in many
kitchens by many people who may or may not have thought about the consequences of the continuous utilisation of appliances.

## General considerations

It is generally acknowledged that appliances necessitate consideration.`;

describe("score_aeo", () => {
  it("weighs its criteria to 100", () => {
    expect(criteria.reduce((sum, { weight }) => sum + weight, 0)).toBe(100);
  });

  it("scores a page that answers far above one that does not, and advises on what is missing", () => {
    const [high, low] = [score(good, "How do I descale a kettle?"), score(poor, "How do I descale a kettle?")];
    expect(high.score).toBeGreaterThan(75);
    expect(low.score).toBeLessThan(30);
    for (const { score: own, advice, evidence } of [...high.criteria, ...low.criteria]) {
      expect(evidence).not.toBe("");
      expect(advice === null).toBe(own === 100);
    }
    expect(low.of.direct_answer?.evidence).toContain("puts the answer off");
    expect(low.of.structured_data?.score).toBe(0);
  });

  it("finds the same in HTML as in Markdown", () => {
    const html = `<!doctype html><html><head><title>x</title>
      <script type="application/ld+json">{"@graph":[{"@type":["HowTo","Thing"],"datePublished":"2020-01-02"}]}</script></head>
      <body><nav><ul><li>Home</li></ul></nav><h1>Kettles</h1><p>To descale a kettle, boil it with water and vinegar for ten minutes.</p>
      <h2>How often?</h2><table><tr><td>Berlin</td><td>monthly</td></tr></table>
      <p>Asked on <time datetime="2020-05-06">6 May</time>, see <a href="https://example.org/a">the study</a>.</p></body></html>`;
    const page = readPage(html);
    expect(page).toMatchObject({ format: "html", tables: 1, lists: 0, schemaTypes: ["HowTo", "Thing"] });
    expect(page.markedDates).toEqual(expect.arrayContaining(["2020-01-02", "2020-05-06"]));
    expect(page.links).toEqual(["https://example.org/a"]);
    expect(page.blocks.map(({ text }) => text)).not.toContain("Home");
    const { of } = score(html);
    for (const name of ["question_headings", "structured_data", "dates"]) expect(of[name]?.score, name).toBe(100);
  });

  it("reads German", () => {
    const { of } = score(
      "# Kalk\n\nEin Wasserkocher wird mit Essig und Wasser entkalkt: zu gleichen Teilen kochen und 30 Minuten warten.\n\n## Wie oft ist das nötig?\n\nLaut den Berliner Wasserbetrieben am 3. Mai 2020 einmal im Monat.",
      "Wie entkalke ich einen Wasserkocher?",
      "de",
    );
    expect(of.direct_answer?.score).toBe(100);
    expect(of.question_headings?.score).toBe(100);
    expect(of.dates?.score).toBe(50);
    expect(of.readability?.evidence).toContain("Amstad");
  });

  it.each([
    ["JSON-LD that cannot be read", '<script type="application/ld+json">{oops</script>\n\nA text.', 0],
    ["a plain type", '<script type="application/ld+json">{"@type":"Article"}</script>\n\nA text.', 60],
  ])("%s scores %i", (_what, content, expected) => {
    expect(score(content).of.structured_data?.score).toBe(expected);
  });

  it("a page of tags without an end fails by name before it takes long", () => {
    expect(() => score(`<p>words${"<b>".repeat(130_000)}`)).toThrow(
      expect.objectContaining({ name: "MarkdownTooComplexError", message: expect.stringContaining("not closed") }),
    );
  });

  it.each([
    ["brackets", `${"[".repeat(20_000)} text`],
    ["one endless word", "x".repeat(300_000)],
    ["a list of commas", "a, ".repeat(100_000)],
  ])("is done with %s in a few seconds", (_what, content) => {
    const before = process.cpuUsage();
    try {
      score(content);
    } catch (error) {
      expect(error).toMatchObject({ name: "MarkdownTooComplexError" });
    }
    // The thread's own bound is 30 s; of the processor's time, which other programs do not make longer.
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(25_000);
  });
});
