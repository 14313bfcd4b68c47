/**
 * Rows of tables that recognition has read as columns, by the places of their lines.
 *
 * @module
 */

import { describe, expect, it } from "vitest";
import { joinColumns } from "../../../shared/capabilities/documents/ocr/join-columns.ts";

type Block = readonly (readonly [x: number, y: number, text: string])[];

/** Lines as Tesseract's TSV output has them: words of 10 pixels a letter, 20 high. */
function tsv(...blocks: Block[]): string {
  const rows = blocks.flatMap((block, number) =>
    block.flatMap(([x, y, text], line) => {
      let left = x;
      return text.split(" ").map((word, index) => {
        const row = [5, 1, number + 1, 1, line + 1, index + 1, left, y, word.length * 10, 20, 90, word].join("\t");
        left += word.length * 10 + 10;
        return row;
      });
    }),
  );
  return `1\t1\t0\t0\t0\t0\t0\t0\t2000\t2600\t-1\t\n${rows.join("\n")}\n`;
}

describe("a column of amounts", () => {
  it("that was read behind all else is put at the end of its rows", () => {
    const found = joinColumns(
      tsv(
        [[100, 50, "INVOICE"]],
        [
          [100, 200, "Description Quantity"],
          [100, 240, "Office chair 12"],
          [100, 280, "Assembly 1"],
        ],
        [[100, 400, "Thank you"]],
        [
          [900, 204, "Total"],
          [900, 243, "£1,248.00"],
          [900, 281, "£252.00"],
        ],
      ),
    );

    expect(found).toBe(
      "INVOICE\n\nDescription Quantity\tTotal\nOffice chair 12\t£1,248.00\nAssembly 1\t£252.00\n\nThank you\n\n",
    );
  });

  it("is joined with others, from left to right, whatever the order they were read in", () => {
    const names: Block = [
      [100, 200, "Leistung"],
      [100, 240, "Dachziegel"],
    ];
    const totals: Block = [
      [900, 200, "Gesamt"],
      [900, 240, "1.020,00"],
    ];
    const counts: Block = [
      [500, 200, "Menge"],
      [500, 240, "120"],
    ];

    expect(joinColumns(tsv(names, totals, counts))).toBe("Leistung\tMenge\tGesamt\nDachziegel\t120\t1.020,00\n\n");
  });
});

describe("columns stay columns", () => {
  const left: Block = [
    [100, 200, "The first column says"],
    [100, 240, "one thing and goes on"],
  ];

  it.each<[string, Block]>([
    [
      "of running text",
      [
        [900, 200, "and the second one quite another"],
        [900, 240, "in 1843 or so"],
      ],
    ],
    [
      "of names",
      [
        [900, 200, "Anna"],
        [900, 240, "Bert"],
      ],
    ],
    ["of one line", [[900, 200, "Page 3"]]],
    [
      "on other rows",
      [
        [900, 200, "12,50"],
        [900, 440, "13,50"],
      ],
    ],
    [
      "to the left of all else",
      [
        [10, 200, "1843"],
        [10, 240, "1844"],
      ],
    ],
  ])("%s", (_, right) => {
    expect(joinColumns(tsv(left, right))).toBeUndefined();
  });
});
