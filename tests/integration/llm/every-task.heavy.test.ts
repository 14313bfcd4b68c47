/**
 * Answers that are none, over the whole pipeline, to every task that asks a language model: each job ends as a result, or as a
 * failure that says why and, where a setting or another request helps, what to do.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SubmitBody } from "../../../contracts/jobs/submit.ts";
import { type AnswerServer, completion, type ServerResponse, startAnswerServer } from "../../helpers/answer-server.ts";
import { startTestStack, type TestStack } from "../../helpers/stack.ts";

/** A task, what it is given, and a good answer to it with what that becomes. */
interface Asked {
  readonly task: string;
  input(id: string): object;
  readonly config?: NonNullable<SubmitBody["config"]>;
  readonly good: string;
  readonly result: object;
}

const text = (id: string) => `[[${id}]] The river rose in the night. Ann counted two boats at noon.`;
const object = {
  type: "object",
  properties: { name: { type: "string" }, count: { type: "integer" } },
  required: ["name"],
};
const chapter =
  "Ada grew up near London, and she learned mathematics early from the books in her mother's house. Her mother had wanted " +
  "it so, and a tutor came each day. In the evenings she drew wings and wrote letters about flying.";
const introduction =
  "This book tells the life of Ada from her childhood to her last work, and it begins with the house in which she learned to " +
  "read. The chapters follow the years, and each of them has a subject of its own.";
const rewritten = "During the night the river rose. At noon, Ann counted two boats.";

const tasks: readonly Asked[] = [
  {
    task: "classify",
    input: (id) => ({ text: text(id), classes: ["flood", "invoice"] }),
    good: '{"quote":"The river rose in the night.","class":"flood"}',
    result: { class: "flood", confidence: 0.9 },
  },
  {
    task: "extract",
    input: (id) => ({ text: text(id), schema: object }),
    good: '{"name":"Ann","count":2}',
    result: { data: { name: "Ann", count: 2 } },
  },
  {
    task: "llm_call",
    input: (id) => ({ query: `${text(id)} What happened?` }),
    good: "The river rose.",
    result: { response: "The river rose." },
  },
  {
    task: "llm_call",
    input: (id) => ({ query: text(id) }),
    config: { provider: "default", output_schema: object },
    good: '{"name":"Ann","count":2}',
    result: { response: { name: "Ann", count: 2 } },
  },
  {
    task: "generate_chapter",
    input: (id) => ({
      character_name: "Ada",
      chapter_number: 1,
      chapter_title: `Childhood [[${id}]]`,
      target_words: 50,
    }),
    good: chapter,
    result: { content: chapter },
  },
  {
    task: "generate_introduction",
    input: (id) => ({
      character_name: "Ada",
      chapters: [{ title: "One", summary: `Ada is born in London and learns to read. [[${id}]]` }],
      target_words: 50,
    }),
    good: introduction,
    result: { content: introduction },
  },
  {
    task: "regenerate_chapter",
    input: (id) => ({
      chapter: {
        chapter_number: 1,
        title: "Childhood",
        content: "Ada grew up in a house near London and read there.",
        target_words: 50,
      },
      feedback: `Say more of her mother. [[${id}]]`,
    }),
    good: chapter,
    result: { content: chapter },
  },
  {
    task: "rewrite_content",
    input: (id) => ({ text: "The river rose in the night. Ann counted two boats at noon.", goal: `calm [[${id}]]` }),
    good: rewritten,
    result: { text: rewritten },
  },
];

const isJson = ({ good }: Asked): boolean => good.startsWith("{");
const isFree = ({ task, config }: Asked): boolean => task === "llm_call" && config === undefined;
const reply = (body: unknown): ServerResponse => ({ ...completion(""), body: JSON.stringify(body) });

type Right = "good" | RegExp;
/** What is said, and what becomes of it: the good result, or the type and words of an error. */
type Kind = readonly [name: string, said: (asked: Asked) => ServerResponse, right: (asked: Asked) => Right];
const always = (right: Right) => () => right;

const kinds: readonly Kind[] = [
  ["a good answer", ({ good }) => completion(good), always("good")],
  ["behind thoughts", ({ good }) => completion(`<think>Hm {a}.</think>\n\n${good}`), always("good")],
  ["behind a lone tag", ({ good }) => completion(`Hm {"a": 1}\n</think>\n\n${good}`), always("good")],
  [
    "in a channel",
    ({ good }) =>
      completion(`<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>${good}`),
    always("good"),
  ],
  [
    "behind drafts in brackets",
    ({ good }) => completion(`[THINK]Say {"name":"Bob","class":"invoice"}?[/THINK]${good}`),
    always("good"),
  ],
  ["with NUL in it", ({ good }) => completion(good.replace(" ", " \u0000")), always("good")],
  ["in a turn of its own", ({ good }) => completion(`<|im_start|>assistant\n${good}<|im_end|>`), always("good")],
  ["thoughts alone", () => completion("<think>Hm.</think>"), always(/^EmptyAnswerError: .*thoughts/)],
  [
    "thoughts that were cut",
    () => completion("<think>Hm. So the user", "length"),
    always(/^AnswerCutError: .*Raise MAX_TOKENS/),
  ],
  [
    "thoughts in their field, cut",
    () => completion({ content: null, reasoning_content: "Hm." }, "length"),
    always(/^AnswerCutError: .*Raise MAX_TOKENS/),
  ],
  ["nothing", () => completion(""), always(/^EmptyAnswerError: /)],
  [
    "a call without arguments",
    () => completion({ content: null, tool_calls: [{ function: { name: "f", arguments: "{}" } }] }, "tool_calls"),
    always(/^EmptyAnswerError: .*called a tool/),
  ],
  ["a refusal", () => completion({ content: null, refusal: "I will not." }), always(/^RefusalError: .*I will not/)],
  [
    "a refusal in words",
    () => completion("I'm sorry, but I can't help with that request."),
    always(/^RefusalError: .*can't help/),
  ],
  [
    "a refusal as an object",
    () => completion('{"error":"I cannot help with that."}'),
    always(/^RefusalError: .*cannot help/),
  ],
  ["a filter", ({ good }) => completion(good.slice(0, 12), "content_filter"), always(/^ContentFilterError: /)],
  ["a filter's words", () => completion("[Content removed due to policy]"), always(/^ContentFilterError: .*removed/)],
  [
    "half an answer",
    (asked) => completion(isJson(asked) ? asked.good.slice(0, 12) : "The river that rose in the", "length"),
    // A model that came to no end of a sentence is asked for whole ones.
    ({ task }) =>
      /^(?:re)?generate/.test(task)
        ? /^UnreadableAnswerError: .*Raise MAX_TOKENS/
        : /^AnswerCutError: .*Raise MAX_TOKENS/,
  ],
  ["half of JSON", () => completion('{"name": "An'), (asked) => (isFree(asked) ? /^$/ : /^UnreadableAnswerError: /)],
  [
    "an error with 200",
    () => reply({ error: { message: "out of slots", code: 503 } }),
    always(/^LLMServerError: .*503: out of slots/),
  ],
  ["an error as the text", () => completion("Internal Server Error"), always(/^UnreadableAnswerError: .*Internal/)],
  ["a loop", () => completion(`The river ${"the ".repeat(200)}`), always(/^UnreadableAnswerError: /)],
  ["signs", () => completion("!".repeat(40)), always(/^(?:UnreadableAnswer|EmptyAnswer)Error: /)],
];

interface Case {
  readonly id: string;
  readonly name: string;
  readonly asked: Asked;
  readonly said: ServerResponse;
  readonly right: Right;
}

const cases: readonly Case[] = tasks.flatMap((asked, index) =>
  kinds
    .map(([kind, said, right], at) => ({
      // Nothing in it that a prompt could speak of.
      id: `k-${index}-${at}`,
      name: `${asked.task}${asked.config ? " by a schema" : ""}: ${kind}`,
      asked,
      said: said(asked),
      right: right(asked),
    }))
    // Anything may be right as an answer to a caller's own prompt.
    .filter(({ right }) => right === "good" || right.source !== "^$"),
);

describe(`${cases.length} answers to ${tasks.length} kinds of requests`, () => {
  let server: AnswerServer;
  let stack: TestStack;
  const jobs = new Map<string, string>();
  beforeAll(async () => {
    server = await startAnswerServer(new Map(cases.map(({ id, said }) => [id, [said]])));
    stack = await startTestStack({
      timeScale: 600,
      env: {
        LLM_BACKEND: "openai-compatible",
        LLM_SERVER_URL: server.url,
        TASK_MAX_RETRIES: "0",
      },
    });
    for (const { id, asked } of cases) {
      const options = asked.config ? { config: asked.config } : {};
      jobs.set(id, await stack.submit(asked.task, asked.input(id), options));
    }
  }, 400_000);
  afterAll(async () => {
    await stack?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  it.each(cases)(
    "$name",
    async ({ id, asked, right }) => {
      const job = await stack.waitFor(jobs.get(id) ?? "", undefined, 300);

      if (right === "good") {
        expect(job, JSON.stringify(job.error)).toMatchObject({ status: "SUCCESS", result: asked.result });
      } else {
        expect(job, JSON.stringify(job.result)).toMatchObject({ status: "FAILURE" });
        expect(`${job.error?.type}: ${job.error?.message}`).toMatch(right);
      }
    },
    310_000,
  );
});

describe("prompts that come back", () => {
  let stack: TestStack;
  let server: AnswerServer;
  /** What each case's job was asked. */
  const answers = new Map<string, ServerResponse[]>();
  const withMaterial = tasks.filter(({ task }) => task !== "llm_call");
  beforeAll(async () => {
    server = await startAnswerServer(answers);
    const env = { LLM_BACKEND: "openai-compatible", LLM_SERVER_URL: server.url, TASK_MAX_RETRIES: "0" };
    stack = await startTestStack({ timeScale: 600, env });
  }, 400_000);
  afterAll(async () => {
    await stack?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  it.each(withMaterial)(
    "$task takes what follows its prompt, and the prompt alone is no answer",
    async (asked) => {
      const id = `e-${asked.task}`;
      answers.set(id, [completion("N/A")]);
      await stack.waitFor(await stack.submit(asked.task, asked.input(id)), undefined, 120);
      const [first] = server.requestsOf(id) as { messages: { content: string }[] }[];
      const prompt = first?.messages[1]?.content ?? "";
      const run = async (said: string) => {
        answers.set(id, [completion(said)]);
        return await stack.waitFor(await stack.submit(asked.task, asked.input(id)), undefined, 120);
      };

      expect(await run(prompt)).toMatchObject({ status: "FAILURE", error: { type: "UnreadableAnswerError" } });
      expect(await run(`${prompt}\n${asked.good}`)).toMatchObject({ status: "SUCCESS", result: asked.result });
    },
    400_000,
  );
});
