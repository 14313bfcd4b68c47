import { describe, expect, it, test } from "vitest";
import {
  type BoundSettings,
  boundFault,
  charactersIn,
  lengthFault,
} from "../../../shared/capabilities/llm/length-bound.ts";
import { textParts } from "../../../shared/capabilities/llm/text-parts.ts";

const settings: BoundSettings = {
  LLM_BACKEND: "llamacpp",
  LLM_CONTEXT_TOKENS: 4_096,
  LLM_MAX_PARTS: 16,
  LLM_PART_SECONDS: 15,
  MAX_TOKENS: 1_024,
};
const time = { softSeconds: 270, requestsPerMinute: Infinity };
const max = charactersIn(4_096, 1_024, "");
const sentence = "The river rose in the night and the lower town stood under water. ";
const input = (characters: number) => ({
  text: sentence.repeat(Math.ceil(characters / sentence.length)).slice(0, characters),
  language: "en",
});
const fault = (characters: number, more: Partial<BoundSettings> = {}, bound: Partial<typeof time> = {}) =>
  lengthFault(input(characters), { ...settings, ...more }, { time: { ...time, ...bound } });

describe("a text that is longer than the model's context", () => {
  it("is accepted as long as its parts fit into the time that a run has", () => {
    expect(fault(max)).toBeUndefined();
    expect(fault(max * 10)).toBeUndefined();
  });

  it("is refused beyond LLM_MAX_PARTS, with the bound", () => {
    expect(fault(max * 4, { LLM_MAX_PARTS: 3 })).toContain(`LLM_MAX_PARTS is 3, which makes about ${max * 3}`);
  });

  test.each<[string, Partial<BoundSettings>, Partial<typeof time>, number]>([
    ["a slower model", { LLM_PART_SECONDS: 60 }, {}, 3],
    ["a shorter time limit", {}, { softSeconds: 60 }, 3],
    ["few requests a minute", {}, { requestsPerMinute: 1 }, 4],
  ])("is refused beyond what fits into the soft time limit, with the bound: %s", (_, more, bound, parts) => {
    expect(fault(max * (parts - 1), more, bound)).toBeUndefined();
    const words = fault(max * (parts + 1), more, bound);
    expect(words).toContain(`it can be asked about ${parts} parts`);
    expect(words).toContain(`which makes about ${max * parts}`);
    expect(words).toContain(`within the time limit of ${bound.softSeconds ?? 270} s`);
  });

  it("is accepted by the very rule that the worker divides it by", () => {
    for (let characters = max * 13; characters < max * 16; characters += Math.round(max / 7)) {
      const parts = textParts(input(characters).text, max, "en").length;
      const isRefused = boundFault(input(characters), max, { settings, time }) !== undefined;
      expect(isRefused, `${parts} parts`).toBe(parts > 16);
    }
  });

  it("is accepted where a second model takes it whole, and only there", () => {
    const second = { ...settings, LLM_CONTEXT_TOKENS: 128_000 };
    const far = max * 30;

    expect(lengthFault(input(far), settings, { time, second })).toBeUndefined();
    expect(
      lengthFault(input(far), settings, { time, second: { ...second, LLM_CONTEXT_TOKENS: undefined } }),
    ).toBeUndefined();
    expect(lengthFault(input(far), settings, { time, second: settings })).toContain("characters");
  });

  it("is nobody's to judge where the context is not known, or there is no model", () => {
    expect(fault(max * 100, { LLM_CONTEXT_TOKENS: undefined })).toBeUndefined();
    expect(fault(max * 100, { LLM_BACKEND: "embedded" })).toBeUndefined();
  });
});
