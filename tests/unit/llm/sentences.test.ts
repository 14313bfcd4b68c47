import { describe, expect, test } from "vitest";
import { SENTENCE_END, splitSentences } from "../../../shared/capabilities/llm/sentences.ts";

const split = (text: string, language: string) => splitSentences(text, language).map((sentence) => sentence.text);

describe("English sentences", () => {
  test.each([
    ["Dr. Smith met Mrs. Jones. They talked.", 2],
    ["He lives in the U.S. today. It is large.", 2],
    ["He moved to the U.S. The law there differs.", 2],
    ["Use a tool, e.g. Make. It helps.", 2],
    ["Use a tool, e.g. a hammer, i.e. something heavy.", 1],
    ["It rose by 3.5 percent. Then it fell to 1.2.", 2],
    ["J. R. R. Tolkien wrote it. C. S. Lewis read it.", 2],
    ["We need a plan B. The first one failed.", 2],
    ['"Why now?" he asked. Nobody answered.', 2],
    ["See No. 5 and Fig. 2 for details. They differ.", 2],
    ["Visit example.com today. Or write to a@b.org.", 2],
    ["Wait... what? No!", 2],
    ["The train left at 5 p.m. yesterday. It was late.", 2],
  ])("%s", (text, count) => {
    expect(split(text, "en")).toHaveLength(count);
  });
});

describe("German sentences", () => {
  test.each([
    ["Das gilt z. B. für Bonn. Es gilt auch für Köln.", 2],
    ["Das gilt z.B. für Bonn, d. h. fast überall. Nur hier nicht.", 2],
    ["Am 3. Mai 2026 beginnt das Fest. Am 4. Juni endet es.", 2],
    ["Im 19. Jahrhundert war das anders. Die Zeiten ändern sich.", 2],
    ["Es waren nur 12. Die anderen fehlten.", 2],
    ["Prof. Dr. Müller kam um ca. 10 Uhr. Er ging bald.", 2],
    ["Er kaufte Äpfel, Birnen usw. Die Rechnung war hoch.", 2],
    ["Das kostet 1.250,50 Euro. Ist das viel?", 2],
    ["Siehe Nr. 7 und Abs. 2. Das genügt.", 2],
    ["Die Firma Meyer u. a. Betriebe schlossen. Viele blieben.", 2],
  ])("%s", (text, count) => {
    expect(split(text, "de")).toHaveLength(count);
  });
});

test("line breaks inside a paragraph are layout, blank lines and list items are borders", () => {
  const text = "A heading\n\nThis sentence is\nwrapped. Second one.\n\n- first item\n- second item\n\nThe end.";

  const sentences = splitSentences(text, "en");

  expect(sentences.map(({ kind, text: found }) => [kind, found])).toEqual([
    ["heading", "A heading"],
    ["prose", "This sentence is wrapped."],
    ["prose", "Second one."],
    ["item", "- first item"],
    ["item", "- second item"],
    ["prose", "The end."],
  ]);
});

test("offsets point at the sentence in the text", () => {
  const text = "  One here. \n Two\nthere.\n\nThree.";

  const sentences = splitSentences(text, "en");

  expect(sentences.map(({ start, end }) => text.slice(start, end))).toEqual(["One here.", "Two\nthere.", "Three."]);
});

test("every character that may end a sentence does, also where a block has no other", () => {
  const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });
  const different: string[] = [];
  for (let code = 0; code <= 0x1_ff_ff; code++) {
    const character = String.fromCodePoint(code);
    if (/[\p{Cs}\s]/u.test(character)) continue;
    const text = `Da${character} Er`;
    const ends = [...segmenter.segment(text)].length > 1;
    if (ends !== SENTENCE_END.test(text)) different.push(code.toString(16));
  }
  expect(different).toEqual([]);
});
