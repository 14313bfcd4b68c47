/**
 * The tasks on a real HTTP server, chosen by the environment alone.
 *
 * @module
 */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { InvalidInputError, SchemaValidationError } from "../../../contracts/errors.ts";
import { countWords } from "../../../shared/capabilities/llm/words.ts";
import { type LlmServer, startLlmServer } from "../../helpers/llm-server.ts";
import { taskContext } from "../../helpers/task-context.ts";

let server: LlmServer;
let summarize: typeof import("../../../functions/tasks/summarize.ts");
let keywords: typeof import("../../../functions/tasks/keywords.ts");
let normalize: typeof import("../../../functions/tasks/normalize.ts");

beforeAll(async () => {
  server = await startLlmServer();
  Object.assign(process.env, server.settings);
  summarize = await import("../../../functions/tasks/summarize.ts");
  keywords = await import("../../../functions/tasks/keywords.ts");
  normalize = await import("../../../functions/tasks/normalize.ts");
});
afterAll(() => server.close());

const seen = () => server.requests.at(-1)?.body;
const say = (content: string) => server.next({ kind: "answer", content });
/** To the question and to the one that asks for a correction. */
const insist = (content: string) => server.next({ kind: "answer", content }, { kind: "answer", content });

beforeEach(() => server.always({ kind: "status", status: 500 }));

describe("summarize", () => {
  const input = { text: "The pump broke. It was repaired. Nobody noticed.", max_length: 6, language: "de" };

  test("asks for the length and language, and books the tokens", async () => {
    say("Die Pumpe war defekt.");
    const context = taskContext();

    const result = await summarize.run(input, context);

    expect(result).toEqual({
      summary: "Die Pumpe war defekt.",
      original_length: 8,
      summary_length: 4,
      compression_ratio: 0.5,
    });
    expect(JSON.stringify(seen()?.messages)).toContain("at most 6 words");
    expect(JSON.stringify(seen()?.messages)).toContain("German");
    expect(seen()?.response_format).toBeUndefined();
    expect(context.usages).toEqual([expect.objectContaining({ model: "test-model-served" })]);
  });

  test("asks for the language of the text where none is given", async () => {
    say("Die Pumpe war defekt.");

    const { summary_length } = await summarize.run({ ...input, language: "auto" }, taskContext());

    expect(summary_length).toBe(4);
    expect(JSON.stringify(seen()?.messages)).toContain("Answer in the language of the text");
  });

  test("cuts an answer that is too long behind a sentence", async () => {
    say("Die Pumpe war defekt. Danach wurde sie repariert, und niemand bemerkte es.");

    const { summary } = await summarize.run(input, taskContext());

    expect(summary).toBe("Die Pumpe war defekt.");
  });

  test("cuts a single sentence that is too long behind a word", async () => {
    say("Die Pumpe war leider schon seit drei Wochen defekt gewesen.");

    const { summary } = await summarize.run(input, taskContext());

    expect(countWords(summary)).toBe(6);
    expect(summary.endsWith("…")).toBe(true);
  });

  test("an empty answer is an EmptyAnswerError, which is tried again, its tokens booked", async () => {
    say("  ");
    const context = taskContext();

    await expect(summarize.run(input, context)).rejects.toMatchObject({ name: "EmptyAnswerError", retryable: true });
    expect(context.usages).toHaveLength(1);
  });
});

describe("keywords", () => {
  const input = { text: "Pumps and valves.", max_keywords: 3, language: "en" };

  test("asks for an array, drops what repeats and cuts to max_keywords", async () => {
    say(JSON.stringify({ keywords: [" Pumps ", "pumps", "", "valves", "water  supply", "pressure"] }));

    const result = await keywords.run(input, taskContext());

    expect(result).toEqual({ keywords: ["Pumps", "valves", "water supply"], count: 3 });
    expect(seen()?.response_format?.json_schema?.schema).toMatchObject({ properties: { keywords: { maxItems: 3 } } });
  });

  test("asks for the language of the text where none is given", async () => {
    say('{"keywords":["Pumps"]}');

    await keywords.run({ ...input, language: "auto" }, taskContext());

    expect(JSON.stringify(seen()?.messages)).toContain("Answer in the language of the text");
  });

  test.each([
    ['{"words":[]}', "SchemaValidationError"],
    ["Pumps are machines that move water, and valves stop it.", "UnreadableAnswerError"],
  ])("%s, said twice, is a %s", async (content, name) => {
    insist(content);

    await expect(keywords.run(input, taskContext())).rejects.toMatchObject({ name });
  });
});

describe("normalize", () => {
  const schema = {
    type: "object",
    properties: {
      name: { type: "string" },
      email: { type: "string", format: "email" },
      priority: { enum: ["low", "high"], description: "high: urgent" },
      address: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    },
    required: ["name"],
    additionalProperties: false,
  };
  const input = { request: "I am Jane Porter in Bonn, it is urgent: jane@example.com", schema, language: "en" };

  test("sends the user's schema and returns what validates, with a confidence that follows the evidence", async () => {
    const good = { name: "Jane Porter", email: "jane@example.com", priority: "high", address: { city: "Bonn" } };
    say(JSON.stringify(good));
    const first = await normalize.run(input, taskContext());
    expect(seen()?.response_format?.json_schema?.schema).toEqual(schema);

    say(JSON.stringify({ ...good, name: "Otto Klein", address: { city: "Paris" } }));
    const invented = await normalize.run(input, taskContext());

    expect(first).toEqual({ normalized: good, confidence: 0.85 });
    expect(invented.confidence).toBe(0.425);
  });

  test("leaves the text in its language, and weighs its evidence by it, where none is given", async () => {
    const request = "Wir brauchen 1.250 Stühle.";
    const wanted = { request, schema: { properties: { chairs: { type: "integer" } } } };
    const run = async (language: string) => {
      say('{"chairs":1250}');
      return (await normalize.run({ ...wanted, language }, taskContext())).confidence;
    };

    expect(await run("auto")).toBe(await run("de"));
    expect(JSON.stringify(seen()?.messages)).toContain("German");
    await run("auto");
    expect(JSON.stringify(seen()?.messages)).toContain("stays in the language of the request");
  });

  test.each([
    ["a missing field", {}, "/name is required"],
    ["a wrong format", { name: "Jane", email: "jane" }, "/email must match format"],
    [
      "a value outside the enum",
      { name: "Jane", priority: "urgent" },
      "/priority must be equal to one of the allowed values",
    ],
    ["a hole in a nested object", { name: "Jane", address: {} }, "/address/city is required"],
    ["a field too many", { name: "Jane", age: 30 }, "/age is not allowed"],
  ])("%s is a SchemaValidationError that names it", async (_, answer, message) => {
    insist(JSON.stringify(answer));

    const running = normalize.run(input, taskContext());

    await expect(running).rejects.toThrow(SchemaValidationError);
    await expect(running).rejects.toThrow(message);
  });

  test("a hostile schema never reaches the model", async () => {
    const before = server.requests.length;

    const running = normalize.run(
      { ...input, schema: { type: "object", properties: { a: { $ref: "http://x/y" } } } },
      taskContext(),
    );

    await expect(running).rejects.toThrow(InvalidInputError);
    expect(server.requests).toHaveLength(before);
  });
});
