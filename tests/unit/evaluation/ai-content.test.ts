import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { aiContentSchema } from "../../../contracts/tasks/evaluation.ts";
import { detectAiContent, evaluationLanguage } from "../../../shared/capabilities/evaluation/ai-content/detect.ts";
import { signalNames } from "../../../shared/capabilities/evaluation/ai-content/signals.ts";
import { evaluate } from "../../../shared/capabilities/evaluation/evaluate.ts";

const example = (name: string) => readFileSync(new URL(`../../../examples/texts/${name}`, import.meta.url), "utf8");
const english = example("city-water-leaks.en.txt");
const german = example("nachtzuege.de.txt");
const detect = (text: string, language: "en" | "de") => aiContentSchema.parse(detectAiContent(text, language));

/** As small models write when nothing holds them: one pattern again and again. */
const monotonous = Array.from(
  { length: 14 },
  (_, index) =>
    `It is important to note that the community garden plays a crucial role in step ${index % 2}. Furthermore, it helps to ensure that the community is sustainable.`,
).join(" ");

describe("detect_ai_content", () => {
  it.each([
    ["en", english],
    ["de", german],
  ] as const)("gives the same %s text the same score, with every signal", (language, text) => {
    const first = detect(text, language);
    expect(detect(text, language)).toEqual(first);
    expect(first.signals.map(({ name }) => name).toSorted()).toEqual([...signalNames].toSorted());
    expect(first.limits.length).toBeGreaterThan(1);
  });

  it("explains its score: more weight towards a machine is a higher score", () => {
    const plain = detect(english, "en");
    const boring = detect(monotonous, "en");
    const sum = ({ signals }: typeof plain) => signals.reduce((total, { weight }) => total + weight, 0);
    expect(sum(boring)).toBeGreaterThan(sum(plain));
    expect(boring.score).toBeGreaterThan(plain.score ?? 1);
    expect(boring.verdict).toBe("likely_machine");
  });

  it.each([
    ["a sentence", "Water flows downhill."],
    ["a list alone", "- one thing\n".repeat(200)],
    ["one sentence of many words", `${"word ".repeat(300)}.`],
  ])("makes no guess about %s", (_what, text) => {
    expect(detect(text, "en")).toMatchObject({ score: null, verdict: "too_short", signals: [] });
  });

  it("takes the language from the text, and refuses others by name", async () => {
    expect(evaluationLanguage("auto", german)).toBe("de");
    const french =
      "Le chat est dans le jardin et il ne veut pas rentrer, car la nuit est douce pour les chats. ".repeat(20);
    const { signal } = new AbortController();
    await expect(evaluate({ as: "text", content: french, language: "auto" }, signal)).rejects.toMatchObject({
      name: "UnsupportedLanguageError",
      retryable: false,
    });
  });
});
