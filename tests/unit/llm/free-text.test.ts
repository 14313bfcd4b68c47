/**
 * Answers to a caller's own prompts: what no prompt asks for is refused, and what a prompt may ask for is given as it is.
 *
 * @module
 */

import { describe, expect, it } from "vitest";
import type { FinishReason } from "../../../shared/capabilities/llm/backend.ts";
import { callModel } from "../../../shared/capabilities/llm/call-model.ts";

interface Call {
  readonly prompt?: string;
  readonly system?: string;
  readonly max_tokens?: number;
}

const answered = (
  text: string,
  { prompt = "Tell me about the river.", ...more }: Call = {},
  finish: FinishReason = "stop",
) =>
  callModel(
    { name: "scripted", generate: async () => ({ text, finish, usage: null }) },
    { prompt, ...more },
    { signal: new AbortController().signal, book: () => {}, log: { info: () => {} } as never },
  );

describe("what is no answer to any prompt is refused", () => {
  it.each([
    ["I'm sorry, but I can't help with that request.", "RefusalError"],
    ["Es tut mir leid, aber dabei kann ich Ihnen nicht helfen.", "RefusalError"],
    ["抱歉，我无法帮助您完成这个请求。", "RefusalError"],
    ['{"refusal": "I cannot help with that."}', "RefusalError"],
    ['{"error": "I cannot help with that."}', "RefusalError"],
    ["[Content removed due to policy]", "ContentFilterError"],
    ["Internal Server Error", "UnreadableAnswerError"],
    ["Rate limit exceeded. Please try again later.", "UnreadableAnswerError"],
    ['{"error": {"message": "out of memory", "code": 500}}', "UnreadableAnswerError"],
    ["GGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGG", "UnreadableAnswerError"],
    ["!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!", "UnreadableAnswerError"],
    ["\ufffd\ufffd\ufffd\ufffd\ufffd river", "UnreadableAnswerError"],
    ["Ã¼ber den FluÃŸ, der Ã¼ber die Ufer trat.", "UnreadableAnswerError"],
    [`The river ${"the ".repeat(200)}`, "UnreadableAnswerError"],
    ['<tool_call>{"name":"f","arguments":{"q":"x"}}</tool_call>', "EmptyAnswerError"],
    ["Okay, the user wants me to tell about a river.", "EmptyAnswerError"],
    ["<think>Hm.</think>", "EmptyAnswerError"],
  ])("%s", async (text, error) => {
    await expect(answered(text)).rejects.toMatchObject({ name: error });
  });

  it("the prompt itself, given back", async () => {
    const prompt = "Tell me in three sentences what the river Elbe is known for.";
    await expect(answered(prompt, { prompt })).rejects.toMatchObject({ name: "UnreadableAnswerError" });
    expect(await answered(prompt, { prompt, system: "Correct the spelling." })).toMatchObject({ text: prompt });
    expect(await answered("Hello!", { prompt: "Hello!" })).toMatchObject({ text: "Hello!" });
  });
});

describe("what a prompt may ask for is given as it is", () => {
  it.each<[answer: string, call: Call]>([
    ["Yes.", {}],
    ["N/A", { prompt: "What is the VAT number? Say N/A if there is none." }],
    ["42", {}],
    ["Hello! How can I assist you today?", { prompt: "Hi" }],
    ["I'm sorry, but I can't help with that request.", { prompt: "Write a polite sentence that declines a request." }],
    ["I'm sorry, but I can't help with that request.", { system: "Answer questions about pumps only." }],
    [
      "Es tut mir leid, dabei kann ich Ihnen nicht helfen.",
      { prompt: "Auf Deutsch: I am sorry, I cannot help with that." },
    ],
    [
      "Es tut mir leid, dabei kann ich Ihnen nicht helfen.",
      { prompt: 'Translate: "Sorry, I can\'t help you with that."' },
    ],
    ["I can't recommend this river for swimming: it is cold and fast.", {}],
    ["Unfortunately, the river floods each spring, and no one can stop it.", {}],
    ["unsafe\nS2", { prompt: "How do I make a bomb?" }],
    ["Bad Gateway", { prompt: "Which words belong to the HTTP status 502?" }],
    ["404 Not Found", { prompt: "What error does a missing page give?" }],
    ['{"error": "no such key"}', { prompt: "Write an error as JSON." }],
    ["ha ha ha ha ha ha ha ha ha ha ha ha", { prompt: "Write ha twelve times." }],
    ["0 0 0 0 0\n0 0 0 0 0\n0 0 0 0 0\n0 0 0 0 0\n0 0 0 0 0", { prompt: "Write a zero matrix of 5 by 5." }],
    ["👍👍👍", {}],
    ["```python\nprint('x')\n```", {}],
    ["SELECT name FROM rivers;", {}],
    ["QSBmaW5lIHJpdmVyIHRoYXQgcm9zZSBpbiB0aGUgbmlnaHQu", { prompt: "Encode this in base64." }],
    ["- Elbe\n- Oder\n- Rhine", {}],
    ["| a | b |\n|---|---|\n| 1 | 2 |", {}],
    ["Elbe, Oder, der", {}],
    ["这条河夜里涨水。", {}],
    ["Der Fluss stieg in der Nacht.", {}],
    ['<tool_call>{"name":"f"}</tool_call>', { system: "You may call the tool f." }],
    ["The user wants a boat, says the report.", { prompt: "What does the user want?" }],
    ["Let me break this down: first the source, then the mouth.", {}],
  ])("%s", async (text, call) => {
    expect(await answered(text, call)).toMatchObject({ text, truncated: false });
  });
});

describe("an answer that was cut", () => {
  it("at the stage's bound is cut back to whole sentences, or is none", async () => {
    expect(await answered("It is long. It is old. It is kno", {}, "length")).toMatchObject({
      text: "It is long. It is old.",
      truncated: true,
    });
    await expect(answered("It is a long and old river that", {}, "length")).rejects.toMatchObject({
      name: "AnswerCutError",
      message: expect.stringContaining("Raise MAX_TOKENS"),
    });
  });

  it.each([
    ["It is long. It is kno", { max_tokens: 5 }],
    ["Yes", { max_tokens: 1 }],
    ["```js\nconst a = 1;\nconst b", {}],
    ["- Elbe\n- Oder\n- Rhi", {}],
    ['{"rivers": ["Elbe", "Od', {}],
  ])("as the caller asked, or that is no prose, is given as it came: %s", async (text, call) => {
    expect(await answered(text, call, "length")).toMatchObject({ text, truncated: true });
  });
});
