/**
 * Cells of a PDF's table in which a line ends before it is full, where no lines are drawn between rows.
 *
 * @module
 */

import { afterAll, describe, expect, it } from "vitest";
import { closeDocumentThreads, extract, pdfPages } from "../../helpers/document-builders.ts";

afterAll(closeDocumentThreads);

const COLUMNS = [72, 150, 320, 400] as const;

/** A line of a table, so many points below the one before; "" where a column has nothing. */
type Line = readonly [below: number, ...cells: string[]];

function table(lines: readonly Line[]): Buffer {
  let y = 780;
  return pdfPages([
    lines
      .flatMap(([below, ...cells]) => {
        y -= below;
        return cells.map((cell, column) =>
          cell === "" ? "" : `BT /F 10 Tf ${COLUMNS[column]} ${y} Td (${cell}) Tj ET\n`,
        );
      })
      .join(""),
  ]);
}

const textOf = async (lines: readonly Line[]): Promise<string> => (await extract(table(lines))).text;
const head: Line = [20, "Item", "Description", "Amount", "Price"];

describe("a cell of several lines", () => {
  it("is one where its lines are closer than rows, and rows begin in the first column", async () => {
    const lines: Line[] = [
      head,
      [20, "1", "Gutter of zinc", "12 m", "240.00"],
      [13, "", "Color: gray"],
      [20, "2", "Downpipe", "4 m", "96.00"],
      [13, "", "Diameter 100 mm"],
      [13, "", "With brackets"],
      [20, "3", "Travel", "1", "35.00"],
    ];

    expect(await textOf(lines)).toBe(
      "Item\tDescription\tAmount\tPrice\n1\tGutter of zinc Color: gray\t12 m\t240.00\n" +
        "2\tDownpipe Diameter 100 mm With brackets\t4 m\t96.00\n3\tTravel\t1\t35.00",
    );
  });

  it.each<[string, Line[], string]>([
    [
      "rows are as close",
      [head, [14, "1", "Gutter of zinc", "12 m", "240.00"], [14, "", "Color: gray"], [14, "2", "Travel", "1", "35.00"]],
      "Color: gray",
    ],
    [
      "the line begins in the first column",
      [
        [20, "Number 4711", "Description", "Amount", "Price"],
        [20, "1", "Gutter of zinc", "12 m", "240.00"],
        [13, "Note"],
        [20, "2", "Travel", "1", "35.00"],
      ],
      "Note",
    ],
    [
      "the line is a number",
      [
        head,
        [20, "1", "Gutter of zinc", "12 m", "240.00"],
        [13, "", "", "", "19.00"],
        [20, "2", "Travel", "1", "35.00"],
      ],
      "19.00",
    ],
    [
      "a row has nothing in the first column",
      [
        [20, "Item", "Description of the goods", "Amount", "Price"],
        [20, "1", "Gutter", "12 m", "240.00"],
        [13, "", "Color: gray"],
        [20, "", "Travel", "1", "35.00"],
      ],
      "Color: gray",
    ],
  ])("is left as it is where %s", async (_, lines, own) => {
    expect((await textOf(lines)).split("\n").map((line) => line.trim())).toContain(own);
  });
});
