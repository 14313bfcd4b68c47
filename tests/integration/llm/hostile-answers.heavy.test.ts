/**
 * Answers that look like results and are none, and results in odd places, over the whole pipeline: submitted by HTTP, asked
 * of a real server, read from the record. A wrong SUCCESS is the worst that can become of one.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type AnswerCase,
  type AnswerServer,
  completion,
  inputOf,
  type ServerResponse,
  startAnswerServer,
} from "../../helpers/answer-server.ts";
import { startTestStack, type TestStack } from "../../helpers/stack.ts";

/** What the server says, and the result, or the type of the error. */
type Hostile = readonly [said: ServerResponse | string, right: object | string];

const unreadable = "UnreadableAnswerError";
const empty = "EmptyAnswerError";
const fine = { summary: "A fine summary." };
const ann = { normalized: { name: "Ann", count: 2 } };
const letters = { keywords: ["alpha", "beta"] };
const all = (right: object | string, ...texts: string[]): Hostile[] => texts.map((text) => [text, right]);
const choice = (message: object, rest: object = {}): ServerResponse => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ choices: [{ message, ...rest }] }),
});

const summaries: Hostile[] = [
  // A server, a gateway or a framework failed, and somebody made 200 of it.
  ...all(
    unreadable,
    "Error: upstream timeout",
    "Internal Server Error",
    "503 Service Unavailable",
    "Rate limit exceeded. Please try again later.",
    "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>",
    "CUDA out of memory. Tried to allocate 2.00 GiB",
    "Request timed out.",
    "The model is currently overloaded. Please try again later.",
    "upstream connect error or disconnect/reset before headers. reset reason: connection failure",
    "[ERROR] Generation failed",
    "An error occurred while processing your request.",
    "You exceeded your current quota, please check your plan and billing details.",
    "litellm.APIConnectionError: OllamaException - timeout",
    'Traceback (most recent call last):\n  File "a.py", line 1',
    '{"detail":"Not Found"}',
    "data: [DONE]",
    "Ein Fehler ist aufgetreten. Bitte versuchen Sie es später erneut.",
  ),
  // Talk to the reader instead of an answer.
  ...all(
    unreadable,
    "Hello! How can I assist you today?",
    "Hallo! Wie kann ich Ihnen helfen?",
    "I'm ready to help. What text should I summarize?",
    "Of course! I'll get right on it.",
    "Sure, I can do that for you.",
    "The text is too short to summarize.",
    "There is no text to summarize.",
    "The provided text does not contain enough information to create a summary.",
    "I don't have access to the text.",
    "I am unable to open files or links.",
    "Der Text ist zu kurz für eine Zusammenfassung.",
    "No summary available.",
    "Unable to summarize.",
    "Yes.",
    "Done.",
    "42",
    "safe",
  ),
  // Forms, instructions, code.
  ...all(
    unreadable,
    "[Your summary]",
    "{{summary}}",
    "Your summary here.",
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit.",
    "TODO",
    "You summarize texts. Answer in English with the summary alone: plain prose in whole sentences, at most 20 words.",
    "```python\ndef summarize(text):\n    return text[:20]\n```",
    "import openai\nclient = openai.OpenAI()",
    "SELECT summary FROM texts;",
    "Option 1: A fine summary.\n\nOption 2: A fair summary.",
    "Here are two summaries:\n\n1. A fine summary.\n2. A fair summary.",
  ),
  // Garbage of broken graphics cards, quantizations and decoders.
  ...all(
    unreadable,
    "GGGGGGGGGGGGGGGGGGGGGGGG",
    "0 0 0 0 0 0 0 0",
    "the the the the the the the",
    "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd river",
    "Ã¼ber den FluÃŸ, der Ã¼ber die Ufer trat.",
    "asdf ,,,, )) (( ;;;; } } {",
  ),
  ...all(empty, "👍", "<unk><unk><unk><unk>", "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!"),
  // Filters and ends of conversations.
  ...all(
    "ContentFilterError",
    "This content has been flagged as inappropriate.",
    "Your request was rejected as a result of our safety system.",
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
    "unsafe\nS2",
  ),
  ...all("RefusalError", "I prefer not to continue this conversation.", "Let's change the subject."),
  [
    choice({ content: "The river" }, { finish_reason: "stop", content_filter_results: { hate: { filtered: true } } }),
    "ContentFilterError",
  ],
  // Thoughts in markup that nobody announced.
  ...all(
    fine,
    "[thinking]Hm.[/thinking]A fine summary.",
    "<!-- thinking: Hm. -->A fine summary.",
    "&lt;think&gt;Hm.&lt;/think&gt;A fine summary.",
    "\\u003cthink\\u003eHm.\\u003c/think\\u003eA fine summary.",
    "< think >Hm.</ think >A fine summary.",
    "<think/>A fine summary.",
    "A fine summary. /no_think",
    "**[Thinking]** Hm. **[/Thinking]**\n\nA fine summary.",
    "💭 Hm, a river.\n\nA fine summary.",
    "<|thinking|>Hm.<|/thinking|>A fine summary.",
    "**Analysis**\nHm.\n\n**Summary**\nA fine summary.",
    "[Thought] Hm. [Answer] A fine summary.",
    "Draft: The river.\nWord count: 2.\nFinal: A fine summary.",
  ),
  ...all(
    empty,
    "assistant<|channel|>analysis Hm. assistant<|channel|>final A fine summary.",
    "The task is to summarize the text. The river rose at night.",
    "Okay, der Nutzer möchte eine Zusammenfassung. Der Text handelt von einem Fluss.",
    "Hmm, the text is short. The river rose, that is it.",
    "I will summarize the text for you.",
  ),
  ["Chain of thought: Hm.\n\nA fine summary.", unreadable],
  // Ends that are none.
  [completion("The river rose in the night and the"), unreadable],
  [completion("The river rose,"), unreadable],
  [completion("The river rose in the night", null), unreadable],
  [
    choice({ content: "The river rose. Ann" }, { finish_reason: "stop", native_finish_reason: "MAX_TOKENS" }),
    { truncated: true },
  ],
  [choice({ content: "The river rose. Ann" }, { finish_reason: "stop", stop_reason: "length" }), { truncated: true }],
  [choice({ content: "The river rose. Ann" }, { finish_reason: { type: "max_tokens" } }), { truncated: true }],
  [choice({ content: "The river rose. Ann" }, { finish_reason: "max-tokens" }), { truncated: true }],
  [
    completion("The river rose. Ann cou", "stop", { usage: { prompt_tokens: 100, completion_tokens: 100_000 } }),
    { summary: "The river rose.", truncated: true },
  ],
  [completion("Then Dr.", "length"), "AnswerCutError"],
  [completion("The river rose by 3.", "length"), "AnswerCutError"],
  // What stands around.
  ...all(
    fine,
    "System: You summarize texts.\nUser: Summarize this.\nAssistant: A fine summary.",
    "A fine summary.</answer>",
    "```\nA fine summary.",
    "A fine summary. <END>",
    "A fine summary.\n\nText: The river rose in the night.",
    "Title: River\nSummary: A fine summary.",
    "Summary:\nA fine summary.\n\nKey points:\n- x\n- y",
    "A fine summary.\n\nSources: [1] http://x.example",
    "A fine summary.\n\n*Generated by AI*",
    "A fine summary.\n\nTranslation: Eine feine Zusammenfassung.",
    // What nobody sees, and what leads away.
    "<script>alert(1)</script>A fine summary.",
    "A fine summary. ![x](http://evil.example/?q=1)",
    "<a href='http://evil.example'>A fine summary.</a>",
    "A fine summary.<br><img src=x onerror=alert(1)>",
    "A fine summary.\u{e0049}\u{e0067}\u{e006e}",
    "A fine \u2067summary\u2069.",
  ),
  // Envelopes.
  [
    {
      ...completion(""),
      body: JSON.stringify({
        choices: [
          { index: 1, message: { content: "A wrong one." }, finish_reason: "stop" },
          { index: 0, message: { content: "A fine summary." }, finish_reason: "stop" },
        ],
      }),
    },
    fine,
  ],
  [
    choice(
      { content: "Let me look that up.", tool_calls: [{ function: { name: "web", arguments: "{}" } }] },
      { finish_reason: "tool_calls" },
    ),
    empty,
  ],
];

const lists: Hostile[] = [
  ...all(
    unreadable,
    '{"keywords":["No keywords found in the text."]}',
    '{"keywords":"none"}',
    '{"keywords":["N/A"]}',
    '["null"]',
    '{"keywords":["Error","rate limit exceeded"]}',
    '{"keywords":["!!!!","????"]}',
    '{"keywords":["first keyword","second keyword"]}',
    '{"keywords":["<keyword>","<keyword>"]}',
    '{"keywords":["The river rose in the night and Ann counted two boats at noon because she had to"]}',
    '{"keywords":["Extract at most 5 keywords from this text"]}',
    '{"keywords":["alpha","beta"',
    '{"keywords":["alpha","beta"],"keywords":["gamma"]}',
  ),
  ['{"keywords":[],"error":"text could not be processed"}', "SchemaValidationError"],
  ...all(
    letters,
    '{"keywords":["<think>Hm</think>alpha","beta"]}',
    '{"keywords":["alpha<|im_end|>","beta"]}',
    '{"keywords":["Here are the keywords:","alpha","beta"]}',
    '{"keywords":["alpha","beta","Hope this helps!"]}',
    '{"keywords":["gamma"]}\n\nWait, {"keywords":["alpha","beta"]}',
  ),
];

const objects: Hostile[] = [
  // Nobody knows which one is meant.
  ...all(unreadable, '{"name":"Ann","name":"Bob","count":2}', '{"name":"Ann","count":2} or {"name":"Bob","count":1}'),
  ['<think>Maybe {"name":"Bob","count":1}? No, ', empty],
  [
    choice(
      {
        content: null,
        tool_calls: [
          { function: { name: "a", arguments: '{"name":"Bob","count":1}' } },
          { function: { name: "a", arguments: '{"name":"Ann","count":2}' } },
        ],
      },
      { finish_reason: "tool_calls" },
    ),
    empty,
  ],
  // Texts that fit and say nothing.
  ...all(
    "SchemaValidationError",
    '{"name":"N/A","count":0}',
    '{"name":"unknown"}',
    '{"name":"nicht angegeben"}',
    '{"name":"not mentioned in the request","count":0}',
    '{"name":"-"}',
    '{"name":"Ann","count":9007199254740993.0}',
  ),
  ...all(
    unreadable,
    '{"name":"[NAME]","count":2}',
    '{"name":"{{name}}","count":2}',
    '{"name":"name","count":2}',
    '{"name":"XXX","count":999}',
    '{"name":"!!!!!!!!!!!!!!!!!!!!!!!!","count":2}',
    `{"name":"${"Bob ".repeat(500)}","count":2}`,
    '{"name":"error: upstream timeout","count":0}',
    '{"name":"<think>hm</think>Ann","count":2}',
    '{"name":"Ann<|im_end|>","count":2}',
    "name=Ann&count=2",
  ),
  ['{"name":"I\'m sorry, but I can\'t help with that.","count":0}', "RefusalError"],
  // Examples, drafts and what is taken back.
  ...all(
    ann,
    'Example: {"name":"Bob","count":3}. Answer: {"name":"Ann","count":2}',
    'Example output: {"name":"Bob","count":3}\n\nActual output: {"name":"Ann","count":2}',
    'It is not {"name":"Bob","count":1} but {"name":"Ann","count":2}',
    'At first I thought {"name":"Bob","count":1}. So the answer is {"name":"Ann","count":2}',
    '```json\n{"name":"Bob","count":3}\n```\nThis was the example. The answer:\n```json\n{"name":"Ann","count":2}\n```',
    '{"name":"Ann"} {"name":"Ann","count":2}',
    '{"name":"Ann","count":2}}}}}',
    '{"name":"Ann\\u2067","count":2}',
  ),
  [
    choice(
      { content: null, reasoning_content: 'Maybe {"name":"Bob","count":1}? No: {"name":"Ann","count":2}' },
      { finish_reason: "stop" },
    ),
    ann,
  ],
];

/** An open schema lets every object pass. */
const openSchema = { type: "object", properties: { name: { type: "string" }, count: { type: "integer" } } };
const open: Hostile[] = [
  ...all(
    unreadable,
    '{"error":"rate limit exceeded"}',
    '{"message":"I have no data"}',
    '{"status":"error","code":500}',
    '{"thought":"Hm, the name is Ann"}',
    '{"tool":"search","query":"x"}',
    '{"name":"web_search","arguments":{"query":"boats"}}',
  ),
  ['{"refusal":"I will not."}', "RefusalError"],
  ['{"type":"object","properties":{"name":{"type":"string"},"count":{"type":"integer"}}}', unreadable],
  ['{"name":"unknown","count":2}', { normalized: { count: 2 } }],
];

/** Summaries of a text whose caller has named the language. */
const inEnglish: Hostile[] = [
  ["河水在夜里上涨，安数了两条船。", unreadable],
  ["A fine summary.", fine],
];
const anyLanguage: Hostile[] = [["河水在夜里上涨。", { summary: "河水在夜里上涨。" }]];

interface HostileCase {
  readonly id: string;
  readonly task: AnswerCase["task"];
  readonly said: ServerResponse;
  readonly right: object | string;
  readonly input: object;
}

const casesOf = (task: AnswerCase["task"], rows: readonly Hostile[], more: object = {}): HostileCase[] =>
  rows.map(([said, right], at) => {
    const id = `${[task, ...Object.keys(more)].join("-")}-${at}`;
    const response = typeof said === "string" ? completion(said) : said;
    return { id, task, said: response, right, input: { ...inputOf({ case: id, task }), ...more } };
  });
const cases = [
  ...casesOf("summarize", [...summaries, ...anyLanguage]),
  ...casesOf("summarize", inEnglish, { language: "en" }),
  ...casesOf("keywords", lists),
  ...casesOf("normalize", objects),
  ...casesOf("normalize", open, { schema: openSchema }),
];

describe(`${cases.length} answers`, () => {
  let server: AnswerServer;
  let stack: TestStack;
  const jobs = new Map<string, string>();
  beforeAll(async () => {
    server = await startAnswerServer(new Map(cases.map(({ id, said }) => [id, [said]])));
    stack = await startTestStack({
      timeScale: 600,
      env: { LLM_BACKEND: "openai-compatible", LLM_SERVER_URL: server.url, TASK_MAX_RETRIES: "0" },
    });
    for (const { id, task, input } of cases) jobs.set(id, await stack.submit(task, input));
  }, 400_000);
  afterAll(async () => {
    await stack?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  it.each(cases)("$id: $said.body", async ({ id, right }) => {
    const job = await stack.waitFor(jobs.get(id) ?? "", undefined, 200);

    if (typeof right === "string") {
      expect(job, JSON.stringify(job.result)).toMatchObject({ status: "FAILURE", error: { type: right } });
    } else {
      expect(job, JSON.stringify(job.error)).toMatchObject({ status: "SUCCESS", result: right });
      expect(JSON.stringify(job.result)).not.toMatch(/evil|<script|onerror|think/);
    }
  });
});
