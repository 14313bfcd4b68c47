import { describe, expect, it } from "vitest";
import { validateCompleteBiography } from "../../../contracts/tasks/validation.ts";
import { run } from "../../../functions/tasks/validate-complete-biography.ts";
import { findInconsistencies } from "../../../shared/capabilities/validation/consistency.ts";
import { isSlip } from "../../../shared/capabilities/validation/name-variants.ts";
import { cleanTexts } from "../../fixtures/clean-texts.ts";
import { taskContext } from "../../helpers/task-context.ts";

const chaptersOf = (...contents: readonly string[]) =>
  contents.map((content, index) => ({ number: index + 1, title: `Part ${index + 1}`, content }));
const found = (contents: readonly string[], sources = 0) =>
  findInconsistencies(chaptersOf(...contents), Array(sources).fill({ title: "S" })).map(
    ({ code, chapter, place }) => `${code} ${chapter}${place ? ` ${place.line}:${place.column}` : ""}`,
  );
const beethoven =
  "Ludwig van Beethoven came to Vienna. Beethoven played there. The city knew Beethoven, and Beethoven knew it.";

describe("what does not fit together", () => {
  it.each<[string, string[], string[]]>([
    ["a name with a slip", [beethoven, "Here Ludwig van Beethofen wrote."], ["name_variant 2 1:17"]],
    [
      "a name with two letters that changed places",
      [beethoven, "Here Ludwig van Beethovne wrote. Ludwig van Beetohven too."],
      ["name_variant 2 1:45"],
    ],
    [
      "no slip in a name's ending",
      ["Clara Lindner kam. Lindner blieb. Lindner schrieb.", "Clara Lindners Haus, und Clara Linder Straße."],
      [],
    ],
    [
      "no slip between two people",
      ["Anna Mayer kam. Mayer blieb. Mayer ging.", "Otto Meyer kam. Meyer blieb. Meyer ging."],
      [],
    ],
    [
      "two years of birth",
      ["Clara Lindner was born in 1864.", "Clara Lindner (1865–1931) wrote."],
      ["conflicting_dates 2 1:1"],
    ],
    [
      "zwei Geburtsjahre",
      ["Clara Lindner wurde 1864 geboren.", "Clara Lindner wurde am 3. Mai 1865 in Leipzig geboren."],
      ["conflicting_dates 2 1:1"],
    ],
    [
      "two years of birth, one behind an aside",
      ["Clara Lindner was born in 1864.", "Clara Lindner, a printer of some renown, was born in 1865."],
      ["conflicting_dates 2 1:1"],
    ],
    [
      "ein zweites Geburtsjahr hinter einem Einschub",
      ["Clara Lindner wurde 1864 geboren.", "Clara Lindner, die Druckerin, wurde 1865 geboren."],
      ["conflicting_dates 2 1:1"],
    ],
    [
      "no conflict with a child that is named in the aside",
      ["Clara Lindner was born in 1864.", "The child of Clara Lindner, Karl, was born in 1890."],
      [],
    ],
    ["two years of death", ["Clara Lindner died in 1931.", "Clara Lindner starb 1932."], ["conflicting_dates 2 1:1"]],
    ["no conflict with a sister", ["Clara Lindner was born in 1864.", "Anna Lindner was born in 1866."], []],
    ["no conflict in one year", ["Clara Lindner was born on 3 May 1864.", "Clara Lindner (1864–1931) wrote."], []],
    ["a death before birth", ["Clara Lindner (1931–1864) wrote."], ["conflicting_dates 1 1:1"]],
    [
      "31 February",
      ["It was 31 February 1888. Or February 30, 1888."],
      ["impossible_date 1 1:8", "impossible_date 1 1:29"],
    ],
    [
      "31. April",
      ["Es war der 31. April 1888, oder der 31.04.1888."],
      ["impossible_date 1 1:12", "impossible_date 1 1:37"],
    ],
    ["no impossible date", ["Es war der 29. Februar 1888, am 28.02.1889, on May 31, 1890."], []],
    ["a chapter that is not there", ["See chapter 2.", "See chapter 9, wie Kapitel 1."], ["unknown_chapter 2 1:5"]],
  ])("%s", (_, contents, expected) => {
    expect(found(contents)).toEqual(expected);
  });

  it("marks without sources, and sources without marks", () => {
    expect(found(["One [1]. Two [4]."], 3)).toEqual(["unknown_source 1", "uncited_source null"]);
    expect(found(["No marks."], 3)).toEqual([]);
  });

  it("numbers and titles", () => {
    const chapter = (number: number | null, title: string) => ({ number, title, content: "Text." });
    const chapters = [chapter(null, "Intro"), chapter(1, "A"), chapter(3, "B"), chapter(3, "a!"), chapter(null, "End")];
    expect(
      findInconsistencies(chapters, []).map(({ code, chapter, message }) => `${code} ${chapter} ${message}`),
    ).toEqual([
      "numbering 3 Number 3 follows number 1.",
      "numbering 4 Number 3 follows number 3.",
      "duplicate_title 4 The title is that of chapter 2, too.",
    ]);
    expect(findInconsistencies([chapter(2, "A"), chapter(3, "B")], [])).toMatchObject([
      { code: "numbering", chapter: 1 },
    ]);
    expect(findInconsistencies([chapter(0, "A"), chapter(1, "B")], [])).toEqual([]);
  });

  it("a slip is one letter, not an ending", () => {
    expect(isSlip("Beethoven", "Beethofen")).toBe(true);
    expect(isSlip("Hoffmann", "Hofmann")).toBe(true);
    expect(isSlip("Lindner", "Lindners")).toBe(false);
    expect(isSlip("Mayer", "Meier")).toBe(false);
  });
});

describe("a whole book", () => {
  const book = (over: object = {}) =>
    validateCompleteBiography.input.parse({ title: "A Life", chapters: chaptersOf("Text one.", "Text two."), ...over });

  it("is valid when its parts are", async () => {
    const chapters = chaptersOf(...Object.values(cleanTexts).map(({ content }) => content));
    const sources = [
      { title: "The Lake", author: "Beck, Rita", year: 1989 },
      { title: "Chronik", author: "Opitz, Karl", year: 1901 },
      { title: "Letters", author: "Doyle, Anne", year: 1902 },
    ];
    const result = await run(book({ chapters, sources: sources.slice(0, 2) }), taskContext());
    expect(result).toMatchObject({ is_valid: true, score: 100, consistency: [] });
    expect(result.chapters.map(({ language }) => language)).toEqual(["en", "en", "de", "de"]);
  });

  it("is not when a chapter, a source, or their fit is not", async () => {
    const not = async (over: object) => (await run(book(over), taskContext())).is_valid;
    expect(await not({})).toBe(true);
    expect(await not({ chapters: chaptersOf("Text.", "TODO") })).toBe(false);
    expect(await not({ sources: [{ title: "" }] })).toBe(false);
    expect(await not({ chapters: chaptersOf("Text.", "See chapter 3.") })).toBe(false);
  });

  it("has a score that its chapters' words weigh, less its inconsistencies", async () => {
    const long = "Words stand here. ".repeat(30);
    const result = await run(book({ chapters: chaptersOf(`${long}`, "TODO see chapter 7.") }), taskContext());
    // 90 words of 100 and 4 of 85, less 5.
    expect(result).toMatchObject({ word_count: 94, score: Math.round(((90 * 100 + 4 * 85) / 94 - 5) * 10) / 10 });
  });
});
