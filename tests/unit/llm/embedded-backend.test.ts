import { expect, test } from "vitest";
import { InvalidInputError, LLMClientError, SoftTimeLimitExceeded } from "../../../contracts/errors.ts";
import { run as keywords } from "../../../functions/tasks/keywords.ts";
import { run as normalize } from "../../../functions/tasks/normalize.ts";
import { run as summarize } from "../../../functions/tasks/summarize.ts";
import { embedded } from "../../../shared/capabilities/llm/embedded/backend.ts";
import { taskContext } from "../../helpers/task-context.ts";

const article = Array.from(
  { length: 400 },
  (_, at) =>
    `The reservoir number ${at} fills slowly in winter. Engineers measure the water level of reservoir ${at} every morning.`,
).join(" ");

const generation = (name: string, input: unknown, signal = new AbortController().signal) =>
  embedded().generate({ system: "", prompt: "", task: { name, input }, signal });

test("a large text runs in a thread and answers the same as the short way would", async () => {
  expect(article.length).toBeGreaterThan(20_000);

  const result = await summarize({ text: article, max_length: 40, language: "en" }, taskContext());

  expect(result.summary_length).toBeLessThanOrEqual(40);
  expect(result.summary).toContain("reservoir");
  expect(result.original_length).toBeGreaterThan(5_000);
});

test("timers continue while a thread works", async () => {
  let beats = 0;
  const heartbeat = setInterval(() => beats++, 5);

  await keywords({ text: article.repeat(8), max_keywords: 10, language: "en" }, taskContext());

  clearInterval(heartbeat);
  expect(beats).toBeGreaterThan(2);
});

test("an abort ends the thread with its reason", async () => {
  const controller = new AbortController();
  const reason = new SoftTimeLimitExceeded("too long");
  const running = generation("summarize", { text: article.repeat(8) }, controller.signal);

  setTimeout(() => controller.abort(reason), 10);

  await expect(running).rejects.toBe(reason);
});

test("an error of the thread keeps its class", async () => {
  const running = summarize({ text: article, max_length: 40, language: "fr" }, taskContext());

  await expect(running).rejects.toThrow(InvalidInputError);
  await expect(running).rejects.toThrow("/language");
});

test("a language that it does not know is refused by name", async () => {
  const running = keywords({ text: "Bonjour tout le monde.", max_keywords: 3, language: "fr" }, taskContext());

  await expect(running).rejects.toThrow(InvalidInputError);
});

const french = "La réunion est reportée à lundi prochain car la salle n'est pas disponible. ";

test.each([
  ["in a few words", french],
  ["in a thread", french.repeat(400)],
])("a text whose language it does not know is refused by name, %s", async (_, text) => {
  const runs = [
    keywords({ text, max_keywords: 3, language: "auto" }, taskContext()),
    summarize({ text, max_length: 40, language: "auto" }, taskContext()),
    normalize({ request: text, schema: { properties: { date: { type: "string" } } }, language: "auto" }, taskContext()),
  ];

  for (const outcome of await Promise.allSettled(runs)) {
    expect(outcome).toMatchObject({
      status: "rejected",
      reason: {
        name: "UnsupportedLanguageError",
        retryable: false,
        message: expect.stringMatching(/^\/language: .*English and German.*French.*LLM_BACKEND/),
      },
    });
  }
});

test("a text is read by the rules of its own language when none is given", async () => {
  const text = "Die Pumpe im Keller ist undicht. Die Pumpe verliert Wasser, und der Keller steht voll Wasser.";
  const found = async (language: string) =>
    (await keywords({ text, max_keywords: 3, language }, taskContext())).keywords;

  expect(await found("auto")).toEqual(await found("de"));
  expect(await found("auto")).not.toEqual(await found("en"));
});

test("a task that needs a model is refused", async () => {
  await expect(generation("llm_call", {})).rejects.toThrow(LLMClientError);
});

test("it books no tokens", async () => {
  const context = taskContext();

  await keywords({ text: "Leaking pipes lose water.", max_keywords: 3, language: "en" }, context);

  expect(context.usages).toEqual([]);
});

test("a hostile schema is refused before anything runs", async () => {
  const schema = { type: "object", properties: { a: { $ref: "https://example.com/s.json" } } };

  const running = normalize({ request: "anything", schema, language: "en" }, taskContext());

  await expect(running).rejects.toThrow(InvalidInputError);
  await expect(running).rejects.toThrow("/schema/properties/a/$ref");
});
