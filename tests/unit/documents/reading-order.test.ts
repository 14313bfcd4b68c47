/**
 * The order in which a reader reads a PDF page: rows of tables, columns of text, however they are drawn.
 *
 * @module
 */

import { afterAll, describe, expect, it } from "vitest";
import { closeDocumentThreads, extract, pdfPages, seeded } from "../../helpers/document-builders.ts";

afterAll(closeDocumentThreads);

type Drawn = readonly [x: number, y: number, text: string];

/** Octal codes of the letters beyond ASCII (WinAnsiEncoding). */
const encoded = (text: string): string => text.replace("€", "\\200").replace(/[()]/g, "\\$&");
const draw = (parts: readonly Drawn[], size = 10): string =>
  parts.map(([x, y, text]) => `BT /F ${size} Tf ${x} ${y} Td (${encoded(text)}) Tj ET`).join("\n");
const read = async (parts: readonly Drawn[]): Promise<string> => (await extract(pdfPages([draw(parts)]))).text;

const shuffled = <T>(items: readonly T[], seed: number): T[] => {
  const random = seeded(seed);
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
};

const cells = [
  ["Pos.", "Bezeichnung", "Menge", "Preis", "Gesamt"],
  ["1", "Schraube M8 verzinkt", "100", "0,12 €", "12,00 €"],
  ["2", "Mutter M8", "50", "0,08 €", "4,00 €"],
  ["3", "Unterlegscheibe sehr breit", "20", "0,05 €", "1,00 €"],
];
const places = [72, 110, 300, 360, 450];
const table = cells.map((row, line) => row.map((text, column): Drawn => [places[column] ?? 0, 700 - line * 16, text]));
const title: Drawn = [72, 750, "Rechnung 4711 vom 12. Mai"];
const end: Drawn = [72, 600, "Zahlbar in 14 Tagen ohne Abzug auf das unten genannte Konto der Firma"];
const tableText = [title[2], ...cells.map((row) => row.join("\t")), end[2]].join("\n");

describe("a table has a line for each row, with tabs between cells,", () => {
  it("drawn by rows", async () => {
    expect(await read([title, ...table.flat(), end])).toBe(tableText);
  });

  it("drawn by columns", async () => {
    const columns = places.flatMap((_, column) => table.flatMap((row) => row.slice(column, column + 1)));

    expect(await read([title, ...columns, end])).toBe(tableText);
  });

  it("drawn in any order", async () => {
    expect(await read(shuffled([title, ...table.flat(), end], 5))).toBe(tableText);
  });

  it("though a cell nearly touches the next one", async () => {
    const close = table.map((row) => row.map(([x, y, text], column): Drawn => [column === 2 ? 240 : x, y, text]));

    expect(await read([title, ...close.flat(), end])).toBe(tableText);
  });
});

const left = [
  "Die Gemeinde hat im vergangenen Jahr",
  "viele Wege erneuert und dabei Kosten",
  "von rund zwei Millionen Euro getragen,",
  "die zum Teil vom Land erstattet werden.",
  "Weitere Arbeiten folgen im Sommer.",
].map((text, line): Drawn => [72, 700 - line * 13, text]);
const right = [
  "Der Rat beschloss am Montag, dass die",
  "neue Schule am Markt gebaut wird. Die",
  "Planung beginnt sofort, und der Bau soll",
  "in zwei Jahren abgeschlossen sein, wenn",
  "alle Gelder bewilligt worden sind.",
].map((text, line): Drawn => [310, 700 - line * 13, text]);
const heading: Drawn = [72, 740, "Amtsblatt der Gemeinde Musterstadt mit allen Nachrichten vom Monat Mai"];
const footer: Drawn = [290, 400, "Seite 1"];
const columnText = [heading, ...left, ...right, footer].map(([, , text]) => text).join("\n");

describe("columns of text are read one after the other,", () => {
  it.each([
    ["column by column", [...left, ...right]],
    ["line by line across both", left.flatMap((line, at) => [line, right[at] ?? line])],
    ["the right one first", [...right, ...left]],
    ["in any order", shuffled([...left, ...right], 3)],
  ])("drawn %s", async (_, columns) => {
    expect(await read([heading, ...columns, footer])).toBe(columnText);
  });

  it("and words divided at the end of a line are put together within their column", async () => {
    const lines: Drawn[] = [
      [72, 700, "Die Gemeinde hat in diesem Jahr die Haupt-"],
      [310, 700, "Der Rat beschloss am Montag mit einer Mehr-"],
      [72, 687, "stadt mit vielen neuen Wegen versehen, die"],
      [310, 687, "heit von elf Stimmen, dass die Schule kommt,"],
      [72, 674, "bis zum Sommer fertig werden sollen."],
      [310, 674, "und zwar noch vor dem Ende des Jahres."],
    ];

    expect(await read(lines)).toBe(
      "Die Gemeinde hat in diesem Jahr die Hauptstadt mit vielen neuen Wegen versehen, die\nbis zum Sommer fertig werden sollen.\nDer Rat beschloss am Montag mit einer Mehrheit von elf Stimmen, dass die Schule kommt,\nund zwar noch vor dem Ende des Jahres.",
    );
  });
});

it("an address and what stands beside it stay blocks", async () => {
  const address: Drawn[] = ["Erika Muster", "Gartenweg 3", "12345 Berlin"].map((text, line) => [
    72,
    700 - line * 13,
    text,
  ]);
  const facts: Drawn[] = ["Kundennummer: 77", "Datum: 12. Mai", "Ort: Berlin"].map((text, line) => [
    380,
    700 - line * 13,
    text,
  ]);

  expect(await read([...address, ...facts])).toBe([...address, ...facts].map(([, , text]) => text).join("\n"));
});

it.each([
  ["upwards", "0 1 -1 0 500 100 cm"],
  ["downwards", "0 -1 1 0 100 700 cm"],
  ["upside down", "-1 0 0 -1 595 842 cm"],
])("lines that are drawn %s are read as they run", async (_, matrix) => {
  const lines = draw([
    [10, 300, "The first line of the page says this,"],
    [10, 280, "the second one goes on with it and"],
    [10, 260, "the third one comes to an end."],
  ]);

  expect((await extract(pdfPages([`q ${matrix} ${lines} Q`]))).text).toBe(
    "The first line of the page says this,\nthe second one goes on with it and\nthe third one comes to an end.",
  );
});

it("a note that runs up the margin does not keep a table from being read", async () => {
  const note = `q 0 1 -1 0 40 100 cm BT /F 7 Tf 0 0 Td (Written along the margin) Tj ET Q`;

  const { text } = await extract(pdfPages([draw([title, ...table.flat(), end]) + note]));

  expect(text).toBe(`${tableText}\nWritten along the margin`);
});

describe("rows whose cells wrap", () => {
  const columns = [72, 110, 300, 380];
  const head = ["Pos.", "Bezeichnung", "Menge", "Betrag"];
  /** The lines of each cell. */
  type Row = readonly (readonly string[])[];
  const rows: readonly Row[] = [
    head.map((text) => [text]),
    [
      ["1"],
      ["Beratung zur Einfuhrung einer", "Zeiterfassung, mit Schulung der", "Beschaftigten"],
      ["12"],
      ["1.140,00 €"],
    ],
    [["2"], ["Fahrtkosten"], ["240"], ["100,80 €"]],
    [["3"], ["Lieferung und Montage von Schreib-", "tischen aus Buche"], ["4"], ["1.920,00 €"]],
  ];
  const joinedRows = [
    head.join("\t"),
    "1\tBeratung zur Einfuhrung einer Zeiterfassung, mit Schulung der Beschaftigten\t12\t1.140,00 €",
    "2\tFahrtkosten\t240\t100,80 €",
    "3\tLieferung und Montage von Schreibtischen aus Buche\t4\t1.920,00 €",
  ];

  interface Layout {
    /** Points between lines of a cell, and more between rows. */
    readonly leading: number;
    readonly apart: number;
    readonly rules?: "all" | "head";
    /** Where the cells of one line stand in their row. */
    readonly align?: "top" | "bottom";
  }

  const drawTable = (table: readonly Row[], { leading, apart, rules, align = "top" }: Layout): string => {
    const drawn: Drawn[] = [];
    const lines: string[] = [];
    let y = 700;
    const rule = () => lines.push(`72 ${y + leading - 2} m 480 ${y + leading - 2} l S`);
    for (const [at, row] of table.entries()) {
      const high = Math.max(...row.map((cell) => cell.length));
      if (rules === "all" || at <= 1) if (rules) rule();
      for (const [column, cell] of row.entries()) {
        const first = align === "bottom" ? high - cell.length : 0;
        for (const [line, text] of cell.entries())
          drawn.push([columns[column] ?? 0, y - (first + line) * leading, text]);
      }
      y -= high * leading + apart;
    }
    if (rules) rule();
    return `${lines.join("\n")}\n${draw(drawn)}`;
  };
  const readTable = async (table: readonly Row[], layout: Layout) =>
    (await extract(pdfPages([drawTable(table, layout)]))).text.split("\n");

  it.each<[string, Layout]>([
    ["there are lines between all rows", { leading: 12, apart: 0, rules: "all" }],
    [
      "there are lines between all rows, and short cells are at the bottom",
      { leading: 12, apart: 0, rules: "all", align: "bottom" },
    ],
    ["rows are further apart than lines", { leading: 12, apart: 6 }],
  ])("are one line each where %s", async (_, layout) => {
    expect(await readTable(rows, layout)).toEqual(joinedRows);
  });

  it("keep each line where nothing tells rows from lines", async () => {
    expect(await readTable(rows, { leading: 12, apart: 0 })).toHaveLength(7);
  });

  it("are not made of rows that have empty cells", async () => {
    const sparse: readonly Row[] = [
      [["Gruppe"], ["Name"], ["Zahl"], ["Betrag"]],
      [["Nord"], ["Meier"], ["1"], ["10,00 €"]],
      [[], ["Schmitt"], [], ["20,00 €"]],
      [[], ["Ott"], ["2"], []],
      [["Sued"], ["Lehmann"], ["3"], ["30,00 €"]],
    ];
    const lines = ["Nord\tMeier\t1\t10,00 €", "Schmitt\t20,00 €", "Ott\t2", "Sued\tLehmann\t3\t30,00 €"];

    for (const layout of [
      { leading: 12, apart: 0, rules: "head" as const },
      { leading: 12, apart: 6 },
    ])
      expect((await readTable(sparse, layout)).slice(1)).toEqual(lines);
  });

  it("are one table in blocks, whose box is around all lines", async () => {
    const [page] = (await extract(pdfPages([drawTable(rows, { leading: 12, apart: 0, rules: "all" })]))).structure;

    expect(page?.blocks).toMatchObject([{ kind: "table", rows: joinedRows.map((row) => row.split("\t")) }]);
    expect(page?.blocks[0]?.box?.[3]).toBeGreaterThan(842 - 700 + 6 * 12);
  });

  it("are not torn where two lines happen to have a space at the same place", async () => {
    const tight: readonly Row[] = [
      head.map((text) => [text]),
      [["1"], ["Wartung der Heizung im"], ["jahrlich"], ["1.140,00 EUR"]],
      [["2"], ["Reinigung"], ["taglich"], ["100,80 EUR"]],
      [["3"], ["Winterdienst"], ["bei Bedarf"], ["1.920,00 EUR"]],
    ];

    expect(await readTable(tight, { leading: 12, apart: 4 })).toEqual(tight.map((row) => row.flat().join("\t")));
  });
});
