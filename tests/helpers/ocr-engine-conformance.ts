/**
 * What every engine must do with pages; those are rendered, so that what is on them is known.
 *
 * @module
 */

import { beforeAll, describe, expect, it } from "vitest";
import type { GrayImage } from "../../shared/capabilities/documents/image/gray-image.ts";
import type { OcrEngine } from "../../shared/capabilities/documents/ocr/engine.ts";
import { pdfPages } from "./document-builders.ts";
import { renderFirstPage } from "./render-page.ts";
import type { SeenLine } from "./textract-server.ts";

const [WIDTH, HEIGHT, SIZE] = [595, 842, 14];
/** Of a letter of Helvetica, about, by its size. */
const LETTER = 0.5;

interface DrawnLine {
  readonly text: string;
  /** Points from the left and from the top of an A4 page. */
  readonly x: number;
  readonly y: number;
}

/** Draws lines under each other. */
const column = (x: number, y: number, texts: readonly string[]): DrawnLine[] =>
  texts.map((text, index) => ({ text, x, y: y + index * 1.3 * SIZE }));

export interface DrawnPage {
  readonly image: GrayImage;
  readonly lines: readonly SeenLine[];
}

async function drawPage(lines: readonly DrawnLine[]): Promise<DrawnPage> {
  const content = lines.map(({ text, x, y }) => `BT /F ${SIZE} Tf ${x} ${HEIGHT - y} Td (${text}) Tj ET\n`).join("");
  return {
    image: await renderFirstPage(pdfPages([content])),
    lines: lines.map(({ text, x, y }) => ({
      text,
      left: x / WIDTH,
      top: (y - SIZE) / HEIGHT,
      width: (text.length * SIZE * LETTER) / WIDTH,
      height: SIZE / HEIGHT,
    })),
  };
}

const letter = [
  ...column(72, 100, ["The ferry to Kalmar leaves at noon on weekdays", "and an hour later on Sundays and holidays."]),
  ...column(72, 180, ["Tickets are sold on board.", "Bicycles travel free of charge."]),
];
const left = [
  "The harbour was built when",
  "the old bridge had fallen",
  "and the town had no other",
  "way across the water.",
];
const right = [
  "Today it holds forty boats",
  "and a small museum where",
  "visitors see how the first",
  "of them were made.",
];
const columns = [
  ...column(72, 90, ["A short history of the harbour and of its many boats"]),
  ...column(60, 160, left),
  ...column(330, 160, right),
];
const bill = [
  ...column(72, 100, ["Repair of the roof", "New gutters", "Scaffolding"]),
  ...column(440, 100, ["1200.00", "350.00", "480.00"]),
];

const spaced = (text: string): string => text.replace(/[^\S\n]+/g, " ").trim();

/** @param open an engine that may be used for all cases; it can read the pages that `drawn` gives */
export function describeOcrEngine(
  name: string,
  open: (drawn: readonly DrawnPage[]) => Promise<{ readonly engine: OcrEngine; close(): Promise<void> }>,
): void {
  describe(`${name}, as an engine`, () => {
    let engine: OcrEngine;
    const pages = new Map<string, DrawnPage>();
    const never = new AbortController().signal;
    /** The page's memory moves to the engine, so each call gets its own. */
    const imageOf = (page: string): GrayImage => {
      const found = pages.get(page);
      if (!found) throw new Error(`No page ${page} was drawn.`);
      return { ...found.image, pixels: found.image.pixels.slice() };
    };
    const read = async (page: string, signal = never) => await engine.recognize(imageOf(page), ["eng"], signal);

    beforeAll(async () => {
      for (const [name, lines] of Object.entries({ letter, columns, bill, blank: [] })) {
        pages.set(name, await drawPage(lines));
      }
      const opened = await open([...pages.values()]);
      engine = opened.engine;
      return () => opened.close();
    });

    it("reads lines in order, with an empty one between paragraphs, and is sure of it", async () => {
      const { text, confidence } = await read("letter");

      const [first, second] = [letter.slice(0, 2), letter.slice(2)].map((lines) =>
        lines.map(({ text }) => text).join("\n"),
      );
      expect(spaced(text)).toBe(`${first}\n\n${second}`);
      expect(confidence).toBeGreaterThan(80);
      expect(confidence).toBeLessThanOrEqual(100);
    });

    it("reads one column after the other, under the headline of both", async () => {
      const { text } = await read("columns");

      const expected = [columns[0]?.text, ...left, ...right];
      expect(spaced(text).split(/\n+/)).toEqual(expected);
    });

    it("reads a label with its figure", async () => {
      const { text } = await read("bill");

      expect(spaced(text).split(/\n+/)).toEqual([
        "Repair of the roof 1200.00",
        "New gutters 350.00",
        "Scaffolding 480.00",
      ]);
    });

    it("finds nothing on a blank page", async () => {
      const { text, confidence } = await read("blank");

      expect(text.trim()).toBe("");
      expect(confidence).toBeGreaterThanOrEqual(0);
    });

    it("reads as many pages at once as it says, each for itself", async () => {
      const texts = await Promise.all(
        Array.from({ length: engine.parallel + 1 }, (_, n) => read(n % 2 ? "bill" : "letter")),
      );

      for (const [n, { text }] of texts.entries()) expect(text).toContain(n % 2 ? "Scaffolding" : "Kalmar");
    });

    it("ends with the signal's reason, before and during its work", async () => {
      const reason = new Error("soft limit");
      await expect(read("letter", AbortSignal.abort(reason))).rejects.toBe(reason);

      const controller = new AbortController();
      const stopped = read("letter", controller.signal);
      setTimeout(() => controller.abort(reason), 5);
      await expect(stopped).rejects.toBe(reason);

      expect((await read("letter")).text).toContain("Kalmar");
    });
  });
}
