import { describe, expect, it } from "vitest";
import { UnreadableAnswerError } from "../../../contracts/errors.ts";
import { asMaterial, withoutMaterial } from "../../../shared/capabilities/llm/material.ts";
import { measureChapter } from "../../../shared/capabilities/validation/chapter-length.ts";
import { changesBetween } from "../../../shared/capabilities/writing/changes.ts";
import { excerptsOf } from "../../../shared/capabilities/writing/excerpts.ts";
import { outlineOf, readOutline } from "../../../shared/capabilities/writing/outline.ts";
import { promptsFor } from "../../../shared/capabilities/writing/prompts/prompts.ts";
import { countProse } from "../../../shared/capabilities/writing/prose-words.ts";
import { readSection } from "../../../shared/capabilities/writing/read-section.ts";
import { withoutEchoes, withoutRepeats } from "../../../shared/capabilities/writing/repeats.ts";
import { inChunks, splitContent } from "../../../shared/capabilities/writing/split-content.ts";

const answer = (text: string, more: object = {}) => ({ text, values: [], isCut: false, ...more });

describe("words of Markdown", () => {
  it("leave out its signs, links' addresses and markers", () => {
    expect(
      countProse(
        "## The *old* mill\n\nIt [stood](https://example.org/a-b) by the river [1][2].\n\n- one\n- two\n",
        "en",
      ),
    ).toBe(10);
  });
});

describe("words of a chapter", () => {
  it("are those that validate_chapter_length counts", () => {
    const content =
      "## The *old* mill\n\nIt [stood](https://example.org/a-b) by the river [1][2], and e.g. 3.5 km away, as `code` says [3].\n\n- one\n- two\n\n> A state-of-the-art quote [2].\n\n1. First\n2. Second\n";
    expect(measureChapter(content, "en").words).toBe(countProse(content, "en"));
  });
});

describe("repeats", () => {
  it("are removed from a text, and what is short or new stays", () => {
    const text =
      "The mill stood by the river. He was wrong. It burnt down in the autumn. The mill stood by the river! He was wrong. He was wrong.";
    expect(withoutRepeats(text, [], "en")).toEqual({
      text: "The mill stood by the river. He was wrong. It burnt down in the autumn. He was wrong.",
      removed: 2,
    });
    expect(
      withoutRepeats("It burnt down in the autumn [2].\n\nPeople came.", ["It burnt down in the autumn [1]."], "en")
        .text,
    ).toBe("People came.");
  });
});

describe("echoes of the instructions", () => {
  const { sectionSystem } = promptsFor("en");
  const brief = {
    kind: "chapter",
    factsFrom: "summaries",
    person: "",
    title: undefined,
    facts: undefined,
    feedback: undefined,
  } as const;
  const told = `${sectionSystem("extend", brief, 17)} Now write about 17 further words that continue the section, in English: the continuation alone.`;

  it("are removed, as a small model has written them, and a biography stays", () => {
    const text =
      "The notes were written by her in 1843, and she added seven of them to the paper. The text is in English, flowing prose, without any headings or markers. The section has 17 further words that continue the section, in English: the continuation alone.";
    expect(withoutEchoes(text, { prompt: "", instructions: told }, "en")).toEqual({
      text: "The notes were written by her in 1843, and she added seven of them to the paper.",
      removed: 2,
    });
    expect(
      withoutEchoes("The continuation alone. The section is cold.", { prompt: "", instructions: told }, "en"),
    ).toEqual({
      text: "The section is cold.",
      removed: 1,
    });
    const biography =
      "Ada was taught by several tutors, and the number of her letters on the engine grew every year. She kept the names of her teachers to herself. In the last chapter of her life she returned to the facts of music, and wrote about the quotes that Babbage had sent.";
    expect(withoutEchoes(biography, { prompt: "", instructions: told }, "en").removed).toBe(0);
  });
});

describe("what a small model wrote of its prompt", () => {
  const prompts = promptsFor("en");
  const [person, title] = [asMaterial("person", "Ada Lovelace"), asMaterial("title", "The Notes")];
  const brief = {
    kind: "chapter",
    factsFrom: "knowledge",
    person,
    title,
    facts: undefined,
    feedback: undefined,
  } as const;
  const section = {
    number: 1,
    total: 1,
    words: 150,
    outline: undefined,
    heading: undefined,
    before: undefined,
    text: undefined,
  };
  const prompt = prompts.sectionPrompt("write", brief, section);
  const instructions = `${prompts.sectionSystem("write", brief, 150)}\n${withoutMaterial(prompt)}`;
  const read = (text: string) =>
    readSection(answer(text), { language: "en", titles: [], before: [], prompt, instructions });
  const tag = /title-[0-9a-f]{16}/.exec(title)?.[0] ?? "";
  const prose = "Her notes on the engine were printed in 1843, and few people read them.";

  it.each([
    ["labels with the person and the title", `The person: Ada Lovelace\nThe book: The Notes\nThe text:\n${prose}`, 3],
    ["the person and the title alone", `Ada Lovelace\n\n**The Notes**\n\n${prose}`, 2],
    ["a sentence about the text's length", `${prose} The text is about 150 words, in the style of the author.`, 1],
    ["a sentence about a tag", `${prose} The ${tag} is a title that is often used.`, 1],
    ["a sentence about a tag that is not whole", `${prose} It refers to the ${tag.slice(0, -5)}.`, 1],
  ])("%s is removed, and counted", (_, text, removed) => {
    expect(read(text)).toMatchObject({ text: prose, removedEchoes: removed });
  });

  it.each([
    ["labels alone", "The person:\nAda Lovelace\n\nThe text:"],
    [
      "the beginning of the prompt",
      `The person:\n${person.split("\n")[0]}\nAda Lovelace\n\nThe text is about 150 words.`,
    ],
    ["sentences about its tags", `The notes to the ${tag}. The ${tag} is a title. ${prose}`],
  ])("%s are no text", (_, text) => {
    expect(() => read(text)).toThrow(UnreadableAnswerError);
  });

  it("leaves labels and lengths that a text has of its own", () => {
    const text = "She wrote in her diary:\n\nThe letter had 90 words. The Notes: a work of Ada Lovelace, of 1843.";
    expect(read(text)).toMatchObject({ text, removedEchoes: 0 });
  });
});

describe("an outline", () => {
  it("is read from JSON, from a list, and from what a caller gives", () => {
    const sections = [
      { heading: "1. Childhood", points: "Where she grew up." },
      { heading: "**Work**", points: "" },
    ];
    expect(readOutline(answer("", { values: [{ sections }] }), 5)).toEqual([
      { heading: "Childhood", points: "Where she grew up." },
      { heading: "Work", points: null },
    ]);
    expect(
      readOutline(answer("Here it is:\n1. Childhood\n2. Work\n2. Work\n"), 5).map(({ heading }) => heading),
    ).toEqual(["Childhood", "Work"]);
    expect(outlineOf("- Childhood\n\n- Work").map(({ heading }) => heading)).toEqual(["Childhood", "Work"]);
    expect(() => readOutline(answer("I cannot say."), 5)).toThrow(/neither JSON nor a list/);
  });
});

describe("a section's answer", () => {
  const read = (text: string, more: object = {}) =>
    readSection(answer(text), { language: "en", titles: ["A book"], before: [], prompt: "", instructions: "", ...more })
      .text;

  it("loses heading, preamble and its own list of sources", () => {
    const text =
      "## Childhood\n\nShe grew up by the sea [1].\n\n### The school\n\nIt was far away.\n\n## Sources\n\n1. A book";
    expect(read(text)).toBe("She grew up by the sea [1].\n\n### The school\n\nIt was far away.");
  });

  it("is refused in the wrong language, and when it says nothing new", () => {
    const german =
      "Die Stadt am Hafen bewahrte ihre Akten in einem kalten Raum über dem Markt, und die Briefe aus jenem Winter erzählen von der Arbeit, die dort an jedem Tag getan wurde.";
    expect(() => read(german)).toThrow("The text is in German, and English was asked for.");
    expect(read(german, { language: "de" })).toBe(german);
    expect(() =>
      read("Now write it. The section in about 40 words. It is cold.", {
        instructions: "Now write it. The section in about 40 words.",
      }),
    ).toThrow(/repeats what it was told/);
    expect(() => read("She grew up by the sea.", { before: ["She grew up by the sea."] })).toThrow(
      /says nothing that does not stand/,
    );
  });
});

describe("a section that was cut", () => {
  const expected = { language: "en", titles: [], before: [], prompt: "", instructions: "" };
  const read = (text: string) => readSection(answer(text, { isCut: true }), expected).text;

  it("ends at its last whole sentence, and is asked for again without one", () => {
    expect(read("She grew up by the sea. Then she")).toBe("She grew up by the sea.");
    expect(() => read("She grew up by the")).toThrow(
      expect.objectContaining({ name: "UnreadableAnswerError", retryable: true }),
    );
  });
});

describe("excerpts of sources", () => {
  const filler = "Nothing of note is said in this passage about the weather of that year. ".repeat(40);
  const sources = [
    {
      title: "Letters",
      author: "A. Lovelace",
      year: 1843,
      text: `${filler} Her childhood in Ockham was lonely and full of machines. ${filler}`,
    },
    { title: "Notes", text: "Short notes." },
  ];

  it("are the whole where it fits, and what suits the section best where it does not", () => {
    const all = excerptsOf(sources, { topic: "Childhood", language: "en", most: Infinity });
    expect(all).toMatchObject({ isShortened: false, text: expect.stringContaining("[1] Letters (A. Lovelace, 1843)") });
    const some = excerptsOf(sources, { topic: "A lonely childhood", language: "en", most: 900 });
    expect(some.isShortened).toBe(true);
    expect(some.text.length).toBeLessThanOrEqual(900);
    expect(some.text).toContain("Her childhood in Ockham");
    expect(some.text).toContain("[2] Notes");
  });
});

describe("pieces of a text", () => {
  it("are cut at headings and paragraphs, and lose nothing", () => {
    const paragraph = "The mill stood by the river. ".repeat(10).trim();
    const content = `Before.\n\n# One\n\n${paragraph}\n\n${paragraph}\n\n## Two\n\nEnd.`;
    expect(splitContent(content, 70, "en").map(({ heading, text }) => [heading, countProse(text, "en")])).toEqual([
      [null, 1],
      ["One", 60],
      [null, 60],
      ["Two", 1],
    ]);
    const chunks = inChunks(`${paragraph}\n\n${paragraph}`, 25, "en");
    expect(Math.max(...chunks.map(({ text }) => countProse(text, "en")))).toBeLessThanOrEqual(25);
    expect(chunks.map(({ joint, text }) => joint + text).join("")).toBe(`${paragraph}\n\n${paragraph}`);
  });
});

describe("changes", () => {
  it("are found sentence by sentence", () => {
    const before = "The mill stood by the river. It burnt down. Nobody was hurt. People came.";
    const after = "The mill stood by the river. It burnt down at night. People came. They helped.";
    expect(changesBetween(before, after, "en")).toEqual([
      { kind: "changed", before: "It burnt down.", after: "It burnt down at night." },
      { kind: "removed", before: "Nobody was hurt.", after: null },
      { kind: "added", before: null, after: "They helped." },
    ]);
    expect(changesBetween(before, before, "en")).toEqual([]);
  });
});
