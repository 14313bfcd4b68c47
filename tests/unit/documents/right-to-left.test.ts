import { describe, expect, it } from "vitest";
import type { Glyph } from "../../../shared/capabilities/documents/pdf/glyphs.ts";
import { logicalOrder, mainDirection } from "../../../shared/capabilities/documents/pdf/logical-order.ts";
import { visualText } from "../../../shared/capabilities/documents/pdf/visual-lines.ts";

/** Glyphs as a page draws them: each ten points wide, from left to right. */
function drawn(text: string, { left = 0, baseline = 700 } = {}): Glyph[] {
  return [...text].map((character, index) => ({
    text: character,
    left: left + index * 10,
    right: left + index * 10 + 10,
    bottom: baseline - 3,
    top: baseline + 9,
    baseline,
  }));
}

const reversed = (text: string): string => [...text].reverse().join("");

describe("the order in which a line is read", () => {
  it.each([
    ["Hebrew", reversed("שלום עולם"), "שלום עולם"],
    ["Arabic", reversed("انواع الخطوط العربية"), "انواع الخطوط العربية"],
    ["a number within Hebrew", `${reversed("שקלים")} 1,234 ${reversed("מחיר")}`, "מחיר 1,234 שקלים"],
    ["a Latin word within Arabic", `${reversed("جيد جدا")} PDF ${reversed("هذا ملف")}`, "هذا ملف PDF جيد جدا"],
    ["Hebrew within Latin", `the word ${reversed("שלום")} means peace`, "the word שלום means peace"],
    ["Latin alone", "left to right", "left to right"],
  ])("%s", (_, seen, read) => {
    expect(logicalOrder([...seen], mainDirection([...seen]))).toBe(read);
  });

  it("follows the page where a line has as many letters of either kind", () => {
    const seen = [...`${reversed("جيد")} PDF file ${reversed("هذا")}`];

    expect(logicalOrder(seen, "right")).toBe("هذا PDF file جيد");
    expect(logicalOrder(seen, "left")).toBe("جيد PDF file هذا");
  });

  it.each(["(בסוגריים) אחר", ")בסוגריים( אחר"])(
    "gives brackets their meaning, however they are written: %s",
    (written) => {
      expect(logicalOrder([...reversed(written)], "right")).toBe("(בסוגריים) אחר");
    },
  );

  it("turns a ligature's letters back that PDFium has turned round, and only those", () => {
    const turned = "ال";
    const decomposed = "لا";

    expect(logicalOrder(["م", turned], "right")).toBe("لام");
    expect(logicalOrder(["م", decomposed], "right")).toBe("لام");
  });
});

describe("a page with right-to-left letters", () => {
  it("keeps lines apart and in the order in which they are drawn", () => {
    const page = [...drawn(reversed("ראשון"), { baseline: 700 }), ...drawn(reversed("שני"), { baseline: 680 })];

    expect(visualText(page)).toBe("ראשון\nשני");
  });

  it("puts letters where they stand, whatever the order in which they are drawn", () => {
    expect(visualText(drawn(reversed("שלום")).reverse())).toBe("שלום");
  });

  it("reads a gap as a space", () => {
    const page = [...drawn(reversed("עולם")), ...drawn(reversed("שלום"), { left: 45 })];

    expect(visualText(page)).toBe("שלום עולם");
  });

  it("reads a mark after the letter that it is drawn over", () => {
    const letters = drawn(reversed("שלום"));
    const shin = letters.at(-1) as Glyph;
    const mark: Glyph = { ...shin, text: "ָ", left: shin.left + 3, right: shin.left + 6 };

    expect(visualText([...letters, mark])).toBe("שָלום");
  });

  it("keeps a watermark out of the text above it", () => {
    const watermark = drawn("א").map((glyph) => ({ ...glyph, bottom: 600, top: 900, right: 300, baseline: 699 }));

    expect(visualText([...watermark, ...drawn(reversed("שלום"))])).toBe("א\nשלום");
  });
});
