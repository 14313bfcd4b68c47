import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { run } from "../../../functions/tasks/validate-content-quality.ts";
import {
  englishSyllables,
  germanSyllables,
  readability,
} from "../../../shared/capabilities/readability/readability.ts";
import { contentQuality } from "../../../shared/capabilities/validation/content-quality.ts";
import { rules, scoreOf } from "../../../shared/capabilities/validation/finding.ts";
import { cleanTexts } from "../../fixtures/clean-texts.ts";
import { taskContext } from "../../helpers/task-context.ts";

const found = (content: string, language = "auto") =>
  contentQuality(content, language).findings.map(({ code, place }) => `${code} ${place.line}:${place.column}`);

describe("what is found, and where", () => {
  it.each<[string, string, string[]]>([
    ["TODO", "The mill stood here.\n\nTODO: describe it.", ["placeholder 3:1"]],
    ["lorem ipsum", "Text. Lorem ipsum dolor sit amet.", ["placeholder 1:7"]],
    ["[insert ...]", "He was born in [insert place here].", ["placeholder 1:16"]],
    ["[Name]", "Dear [Name], come on [Date].", ["placeholder 1:6", "placeholder 1:22"]],
    ["[YOUR COMPANY]", "We at [YOUR COMPANY] care.", ["placeholder 1:7"]],
    ["[Datum einfügen]", "Er starb am [Datum einfügen].", ["placeholder 1:13"]],
    ["[Quelle fehlt]", "Das steht fest [Quelle fehlt].", ["placeholder 1:16"]],
    ["{{name}} and XXXX", "Dear {{name}}, pay XXXX euros.", ["placeholder 1:6", "placeholder 1:20"]],
    ["blanks", "Signed in ______ by me.", ["placeholder 1:11"]],
    ["no editors' brackets", "“He [Dr. Hart] said it [sic] [...] twice [3].”", []],
    ["no Roman thirty", "Chapter XXX tells of Louis XIV.", []],
    ["no placeholder in code", "`TODO` and\n\n```\n[Name] TODO\n```", []],
    ["a model's words", "Certainly! Here is the chapter you asked for.", ["machine_talk 1:1"]],
    ["a model about itself", "Well, as an AI language model I know little.", ["machine_talk 1:7"]],
    ["ein Modell", "Als KI-Sprachmodell kann ich das nicht wissen.", ["machine_talk 1:1"]],
    ["a fence that is not closed", "Text.\n\n```js\nlet a = 1;", ["unclosed_code 3:1"]],
    ["a backtick that is not closed", "Call `run and wait.", ["unclosed_code 1:6"]],
    ["emphasis that is not closed", "This is **important to know.", ["unclosed_emphasis 1:9"]],
    ["emphasis with a space", "This is ** bold ** text.", ["unclosed_emphasis 1:9", "unclosed_emphasis 1:17"]],
    ["no emphasis in a product", "3 * 4 = 12, and \\*\\*this\\*\\* is meant.", []],
    ["a link without its end", "See [the page](https://a.org/x for more.", ["broken_link 1:5"]],
    ["a link to nowhere", "See [the page]() for more.", ["broken_link 1:5"]],
    ["a label without definition", "See [the page][home] for more.", ["broken_link 1:5"]],
    ["a footnote without definition", "So it was.[^4]", ["broken_link 1:11"]],
    ["no link in marks of sources", "So it was [1][2], and [3, 4].", []],
    ["a heading without its space", "##Title\n\nText.", ["broken_heading 1:1"]],
    ["a table without its line", "| a | b |\n| 1 | 2 |", ["broken_table 1:1"]],
    ["HTML", "A <b>bold</b> word.", ["html 1:3", "html 1:10"]],
    ["a heading that skips a level", "## A\n\nText.\n\n#### B\n\nText.", ["heading_jump 5:1"]],
    ["a heading with nothing below it", "## A\n\n## B\n\nText.\n\n## C", ["empty_section 1:1", "empty_section 7:1"]],
    [
      "a sentence that is repeated",
      "The river froze in the first winter. Rain fell.\n\nThe river froze, in the first winter.",
      ["repeated_sentence 3:1"],
    ],
    ["no short sentence that is repeated", "He was right. She knew. He was right.", []],
    [
      "ein wiederholter Satz",
      "Der Fluss fror im ersten Winter zu. Es regnete. Der Fluss fror im ersten Winter zu!",
      ["repeated_sentence 1:49"],
    ],
    ["an English quote that is not closed", "“You are late, he said.\n\nShe left.", ["unbalanced_quotes 1:1"]],
    ["an English quote over two paragraphs", "“You are late.\n\n“You always are.”", []],
    ["a German quote that is not closed", "„Du kommst spät, sagte er.\n\nSie ging.", ["unbalanced_quotes 1:1"]],
    ["German quotes", "„Du kommst ‚spät‘“, sagte er. „Ja“, sagte sie.", []],
    ["a straight quote that is not closed", 'He said "no and left.\n\nShe stayed.', ["unbalanced_quotes 1:9"]],
    ["no quote in inches", 'A 5" gear and a 3" one.', []],
    ["a quote that closes nothing", "He left.” She stayed.", ["unbalanced_quotes 1:9"]],
    ["two styles", "„Ja“, sagte er. »Nein«, sagte sie. „Doch“, sagte er.", ["mixed_quotes 1:17"]],
    ["a long sentence", `${"word ".repeat(46)}end.`, ["long_sentence 1:1"]],
    ["a place within marks", "Some *text with [Name] in it*.", ["placeholder 1:17"]],
  ])("%s", (_, content, expected) => {
    expect(found(content)).toEqual(expected);
  });
});

describe("texts without faults", () => {
  it.each(Object.entries(cleanTexts))("raise no alarm: %s", (_, { content, language }) => {
    const quality = contentQuality(content, "auto");
    expect(quality.findings.map(({ code, excerpt }) => `${code}: ${excerpt}`)).toEqual([]);
    expect(quality).toMatchObject({ is_valid: true, score: 100, language });
  });
});

describe("the score", () => {
  it("takes off for each finding, up to a bound for each kind", () => {
    expect(scoreOf([])).toBe(100);
    expect(scoreOf([{ code: "placeholder" }, { code: "mixed_quotes" }])).toBe(82);
    expect(scoreOf(Array(20).fill({ code: "placeholder" }))).toBe(55);
    expect(scoreOf(Object.keys(rules).flatMap((code) => Array(50).fill({ code })))).toBe(0);
  });

  it("is the one that docs/validation.md documents", () => {
    const page = readFileSync(new URL("../../../docs/validation.md", import.meta.url), "utf8");
    for (const [code, { each, most, isError }] of Object.entries(rules)) {
      expect(page).toContain(`| \`${code}\` | ${isError ? "error" : "warning"} | ${each} | ${most} |`);
    }
  });

  it("is valid with warnings, and not with an error", () => {
    expect(contentQuality("He left.” She stayed.", "en")).toMatchObject({ is_valid: true, score: 97 });
    expect(contentQuality("He left. TODO", "en")).toMatchObject({ is_valid: false, score: 85 });
  });
});

describe("readability", () => {
  it.each([
    ["cat", 1],
    ["table", 2],
    ["make", 1],
    ["makes", 1],
    ["wanted", 2],
    ["walked", 1],
    ["beautiful", 3],
    ["measurement", 3],
    ["reading", 2],
    ["people", 2],
    ["nation", 2],
    ["piano", 3],
    ["violin", 3],
    ["lovely", 2],
    ["university", 5],
    ["the", 1],
  ])("%s has %i syllables", (word, count) => {
    expect(englishSyllables(word)).toBe(count);
  });

  it.each([
    ["Haus", 1],
    ["Häuser", 2],
    ["Liebe", 2],
    ["Donaudampfschifffahrt", 5],
    ["Unabhängigkeit", 5],
    ["Quelle", 2],
    ["bauen", 2],
    ["Café", 2],
    ["ich", 1],
  ])("%s hat %i Silben", (word, count) => {
    expect(germanSyllables(word)).toBe(count);
  });

  it("follows the formulas, reckoned by hand", () => {
    // 10 sentences of 4 words of one syllable: 206.835 - 1.015 * 4 - 84.6 = 118.2
    const words = Array(40).fill("cat");
    expect(readability({ sentences: 10, words }, "en")).toEqual([{ formula: "flesch", value: 118.2 }]);
    // 5 sentences of 8 words of two syllables: 180 - 8 - 58.5 * 2 = 55; 0.1672 * 8 - 0.875 = 0.5
    expect(readability({ sentences: 5, words: Array(40).fill("Liebe") }, "de")).toEqual([
      { formula: "flesch_amstad", value: 55 },
      { formula: "wiener_sachtextformel", value: 0.5 },
    ]);
    expect(readability({ sentences: 5, words: Array(40).fill("mot") }, "fr")).toEqual([]);
    expect(readability({ sentences: 1, words: ["too", "few"] }, "en")).toEqual([]);
  });

  it("tells easy from hard", () => {
    const easy =
      "The cat sat on the mat. It was a big cat. The dog ran to the cat. The cat ran up a tree. The dog sat down and slept. Then it was night.";
    const hard =
      "Institutional considerations notwithstanding, the administration's comprehensive reevaluation of environmental legislation necessitated extraordinarily complicated interdepartmental communication procedures, particularly concerning international accountability requirements and organizational responsibilities throughout multinational administrative organizations and their subsidiary representatives.";
    expect(contentQuality(easy, "en").readability[0]?.value).toBeGreaterThan(90);
    expect(contentQuality(hard, "en").findings.map(({ code }) => code)).toContain("hard_to_read");
  });
});

it("runs in a thread, and names a text that is made to be hard", async () => {
  expect(await run({ content: "Fine words.", language: "auto" }, taskContext())).toMatchObject({ is_valid: true });
  const nested = run({ content: `${">".repeat(500)} x`, language: "auto" }, taskContext());
  await expect(nested).rejects.toMatchObject({ name: "MarkdownTooComplexError" });
});
