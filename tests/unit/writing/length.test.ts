import { describe, expect, it } from "vitest";
import {
  isWithin,
  mostLengthSteps,
  nextLengthStep,
  type SectionLength,
} from "../../../shared/capabilities/writing/length.ts";
import { planSections, sectionsFor, wordsOfAnswer, wordsToAskFor } from "../../../shared/capabilities/writing/plan.ts";

describe("a plan", () => {
  it("asks for fewer words at once in German, and for no more than an answer holds", () => {
    expect(wordsOfAnswer(1_024, "en")).toBe(480);
    expect(wordsOfAnswer(1_024, "de")).toBe(320);
    expect(wordsOfAnswer(32_000, "en")).toBe(600);
    expect(wordsOfAnswer(16, "en")).toBe(40);
  });

  it("divides a section that is longer than an answer, under one heading", () => {
    const sections = planSections(
      [
        { heading: "A", points: null },
        { heading: "B", points: null },
      ],
      1_000,
      300,
    );
    expect(sections.map(({ heading, words }) => [heading, words])).toEqual([
      ["A", 250],
      [null, 250],
      ["B", 250],
      [null, 250],
    ]);
  });

  it("adds up to the length that was asked for", () => {
    for (let words = 30; words < 20_000; words += 371) {
      for (const perAnswer of [40, 320, 600]) {
        const outline = Array.from({ length: sectionsFor(words, perAnswer) }, (_, index) => ({
          heading: `${index}`,
          points: null,
        }));
        const sections = planSections(outline, words, perAnswer);
        const total = sections.reduce((sum, each) => sum + each.words, 0);
        expect(Math.abs(total - words)).toBeLessThanOrEqual(sections.length);
        expect(Math.max(...sections.map((each) => each.words))).toBeLessThanOrEqual(perAnswer + 1);
      }
    }
  });

  it("asks for more where too little was written, within bounds", () => {
    const planned = [300, 300, 300, 300];
    const ask = (written: number, index: number) => wordsToAskFor(planned, { index, written, perAnswer: 600 });
    expect(ask(300, 1)).toBe(300);
    expect(ask(200, 1)).toBe(333);
    expect(ask(0, 3)).toBe(420);
    expect(ask(2_000, 3)).toBe(180);
  });
});

describe("the length of a text", () => {
  const step = (written: readonly number[], tried: readonly number[] = []) => {
    const sections = written.map((words): SectionLength => ({ planned: 300, written: words }));
    return nextLengthStep(sections, { target: 300 * written.length, perAnswer: 480, tried });
  };

  it("is left alone within a tenth", () => {
    expect(isWithin(270, 300) && isWithin(330, 300)).toBe(true);
    expect(isWithin(269, 300) || isWithin(331, 300)).toBe(false);
    expect(step([271, 271])).toBeUndefined();
  });

  it("is corrected where it is furthest from the plan", () => {
    expect(step([300, 100, 300])).toEqual({ kind: "extend", index: 1, words: 200 });
    expect(step([300, 600, 300])).toEqual({ kind: "shorten", index: 1, words: 300 });
    expect(step([300, 100, 250], [1])).toEqual({ kind: "extend", index: 2, words: 250 });
    expect(step([300, 900, 300])).toBeUndefined();
    expect(step([100], [0])).toBeUndefined();
  });

  it("comes to an end, whatever a model answers", () => {
    let seed = 5;
    const next = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return (seed % 1_000) / 1_000;
    };
    for (let round = 0; round < 300; round++) {
      const sections = Array.from({ length: 1 + Math.floor(next() * 9) }, () => ({
        planned: 300,
        written: Math.floor(next() * 700),
      }));
      const target = 300 * sections.length;
      const tried: number[] = [];
      let steps = 0;
      for (; steps < mostLengthSteps(sections.length); steps++) {
        const wanted = nextLengthStep(sections, { target, perAnswer: 480, tried });
        if (!wanted) break;
        expect(tried).not.toContain(wanted.index);
        const section = sections[wanted.index];
        if (section && next() > 0.5)
          section.written = wanted.kind === "extend" ? section.written + wanted.words : wanted.words;
        else tried.push(wanted.index);
      }
      const total = sections.reduce((sum, { written }) => sum + written, 0);
      if (tried.length === 0 && steps < mostLengthSteps(sections.length))
        expect(isWithin(total, target) || sections.some(({ written }) => written > 600)).toBe(true);
    }
  });
});
