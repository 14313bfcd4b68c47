/**
 * Answers of every kind that model servers give, over real HTTP to the tasks: a good result, or an error that says why.
 *
 * @module
 */

import { describe, expect, test } from "vitest";
import { answerRows, failing, type Row, reply, rowsOf, said } from "../../helpers/answer-rows.ts";
import { inputOf } from "../../helpers/answer-server.ts";
import { taskContext } from "../../helpers/task-context.ts";

const fine = { summary: "A fine summary." };
const ann = { normalized: { name: "Ann", count: 2 } };
const letters = { keywords: ["alpha", "beta"] };

const summaries: Row[] = [
  // Thoughts.
  ["thoughts in a field of their own name", said({ content: "A fine summary.", thinking: "Hm." }), fine],
  [
    "thoughts as a part",
    said({
      content: [
        { type: "thinking", thinking: [{ type: "text", text: "Hm." }] },
        { type: "text", text: "A fine summary." },
      ],
    }),
    fine,
  ],
  ["content as one part", said({ content: { type: "text", text: "A fine summary." } }), fine],
  [
    "content in several parts",
    said({
      content: [
        { type: "text", text: "A fine" },
        { type: "output_text", text: " summary." },
      ],
    }),
    fine,
  ],
  ["<thinking>", said("<thinking>Hm.</thinking>A fine summary."), fine],
  ["<reasoning> with attributes", said('<reasoning effort="low">Hm.</reasoning>\nA fine summary.'), fine],
  ["thoughts in thoughts", said("<think>a<think>b</think>c</think>A fine summary."), fine],
  ["two rounds of thoughts", said("<think>a</think><think>b</think>\n\nA fine summary."), fine],
  ["upper case", said("<THINK>Hm.</THINK>A fine summary."), fine],
  ["Kimi's tags", said("◁think▷Hm.◁/think▷A fine summary."), fine],
  ["Magistral's tags", said("[THINK]Hm.[/THINK]A fine summary."), fine],
  [
    "Cohere's tokens",
    said("<|START_THINKING|>Hm.<|END_THINKING|><|START_RESPONSE|>A fine summary.<|END_RESPONSE|>"),
    fine,
  ],
  ["Granite's headings", said("Here is my thought process: Hm.\n\nHere is my response: A fine summary."), fine],
  ["harmony without its tokens", said("analysisWe need to summarize.assistantfinalA fine summary."), fine],
  [
    "harmony with a commentary",
    said(
      "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary<|message|>Ho.<|end|><|start|>assistant<|channel|>final<|message|>A fine summary.<|return|>",
    ),
    fine,
  ],
  [
    "harmony that ends in its thoughts",
    said("<|channel|>analysis<|message|>We need to", "length"),
    failing("AnswerCutError", false, /MAX_TOKENS/),
  ],
  ["thoughts alone", said("<think>Hm.</think>"), failing("EmptyAnswerError", true, /thoughts/)],
  [
    "thoughts alone, in their field",
    said({ content: "", reasoning_content: "Hm." }),
    failing("EmptyAnswerError", true, /thoughts/),
  ],
  ["thoughts that never end", said("<think>Hm. So the text"), failing("EmptyAnswerError", true, /thoughts/)],
  [
    "a text about tags",
    said("The `<think>` tag marks thoughts. It opens with <think> as a rule."),
    { summary: "The `<think>` tag marks thoughts. It opens with <think> as a rule." },
  ],
  ["no thoughts in their tags", said("<think>\n\n</think>\n\nA fine summary."), fine],
  ["tags with a family's prefix", said("<mm:think>Hm.</mm:think>A fine summary."), fine],
  ["tags with a family's name", said("<longcat_think>Hm.</longcat_think>A fine summary."), fine],
  ["a monologue", said("<inner_monologue>Hm.</inner_monologue>A fine summary."), fine],
  ["a scratchpad and an answer", said("<scratchpad>Hm.</scratchpad>\n<answer>A fine summary.</answer>"), fine],
  ["MedGemma's tokens", said("<unused94>thought\nHm.<unused95>A fine summary."), fine],
  ["Gemma's channel", said("<|channel>thought\nHm.<channel|>A fine summary."), fine],
  ["DeepSeek's tokens", said("<|begin▁of▁thinking|>Hm.<|end▁of▁thinking|>A fine summary."), fine],
  ["thoughts under a heading", said("**Thinking:**\nHm. So.\n\n**Summary:**\nA fine summary."), fine],
  ["thought and final answer", said("Thought: I read.\nFinal Answer: A fine summary."), fine],
  [
    "thoughts under a heading alone",
    said("Thinking Process:\n\n1. Read the text. 2. Draft.", "length"),
    failing("AnswerCutError", false, /MAX_TOKENS/),
  ],
  [
    "thoughts without markup, cut",
    said("Okay, the user wants a summary. The text tells of a river.", "length"),
    failing("AnswerCutError", false, /thoughts/),
  ],
  [
    "thoughts without markup",
    said("We need to summarize the text in twenty words."),
    failing("EmptyAnswerError", true, /thoughts/),
  ],
  // Tokens of templates.
  ["a turn of the user's after the answer", said("A fine summary.<|im_end|>\n<|im_start|>user\nThanks"), fine],
  ["a head of the turn", said("<|im_start|>assistant\nA fine summary.<|im_end|>"), fine],
  ["Llama 3's head", said("<|start_header_id|>assistant<|end_header_id|>\n\nA fine summary.<|eot_id|>"), fine],
  ["Gemma's head", said("<start_of_turn>model\nA fine summary.<end_of_turn>"), fine],
  ["DeepSeek's end", said("A fine summary.<｜end▁of▁sentence｜>"), fine],
  ["Llama 2's end", said("<s> A fine summary.</s>"), fine],
  [
    "a loop",
    said(`A fine summary. ${"The river rose once more today. ".repeat(30)}`),
    { summary: "A fine summary. The river rose once more today." },
  ],
  // What is said about the summary.
  ["a bold label", said("**Summary:**\n\nA fine summary."), fine],
  ["a heading", said("# Summary\n\nA fine summary."), fine],
  ["a label with a count", said("Summary (3 words): A fine summary."), fine],
  [
    "an interjection and an offer",
    said("Sure! Here's a brief summary:\n\nA fine summary.\n\nLet me know if you need more!"),
    fine,
  ],
  ["a count at the end", said("A fine summary.\n\n(3 words)"), fine],
  ["a German preamble", said("Hier ist eine Zusammenfassung des Textes:\n\nA fine summary."), fine],
  ["a fence", said("```text\nA fine summary.\n```"), fine],
  ["an object", said('{"summary": "A fine summary."}'), fine],
  ["a tag", said("<summary>A fine summary.</summary>"), fine],
  [
    "no preamble, only words like one",
    said("Here is where the river rose: in Bonn."),
    { summary: "Here is where the river rose: in Bonn." },
  ],
  ["a German heading without a verb", said("Hier die Zusammenfassung:\n\nA fine summary."), fine],
  ["a German preamble without a noun", said("Der Text lässt sich wie folgt zusammenfassen:\n\nA fine summary."), fine],
  ["rules around it", said("Certainly! Below is a concise summary:\n\n---\n\nA fine summary.\n\n---"), fine],
  ["a rule and a count", said("A fine summary.\n\n---\n*Word count: 3*"), fine],
  ["a box", said("\\boxed{A fine summary.}"), fine],
  ["all in bold", said("**A fine summary.**"), fine],
  ["the turn's name", said("Assistant: A fine summary."), fine],
  ["a heading of an instruction", said("### Response:\nA fine summary."), fine],
  ["a bound as its label", said("In 20 words or less: A fine summary."), fine],
  ["a quotation", said("Here's a summary of the text in English:\n\n> A fine summary."), fine],
  ["a kind of summary", said("One-sentence summary: A fine summary."), fine],
  ["a revised one", said("Revised summary: A fine summary."), fine],
  ["a label with an object", said("Summary of the text:\nA fine summary."), fine],
  ["a note", said("A fine summary.\n\nNote: I kept it under 20 words."), fine],
  ["praise", said("A fine summary.\n\nThis summary captures the main points of the text."), fine],
  ["a zero-width space", said("\u200bA fine summary."), fine],
  ["parts as a string", said('[{"type":"text","text":"A fine summary."}]'), fine],
  // Control characters.
  ["half a surrogate", said("A fine \ud83d summary."), { summary: "A fine \ufffd summary." }],
  ["a link in escapes", said("\u001b]8;;http://x\u0007A fine\u001b]8;;\u0007 summary."), fine],
  ["text turned round", said("A fine \u202esummary."), fine],
  // No answer.
  [
    "a refusal as a part",
    said({ content: [{ type: "refusal", refusal: "I will not." }] }),
    failing("RefusalError", false, /I will not/),
  ],
  [
    "a refusal in words",
    said("I'm sorry, but I can't help with that request."),
    failing("RefusalError", false, /can't help/),
  ],
  [
    "a German refusal",
    said("Es tut mir leid, aber dabei kann ich Ihnen nicht helfen."),
    failing("RefusalError", false),
  ],
  ["a filter with another name", said("The text", "SAFETY"), failing("ContentFilterError", false)],
  ["spaces", said(" \n\t "), failing("EmptyAnswerError", true, /empty/)],
  ["tokens of the template alone", said("<|im_end|>"), failing("EmptyAnswerError", true, /empty/)],
  [
    "a tool call",
    said({ content: null, tool_calls: [{ function: { name: "f", arguments: "{}" } }] }, "tool_calls"),
    failing("EmptyAnswerError", true, /tool/),
  ],
  [
    "a cut behind whole sentences",
    said("One is whole. Two is whole. Three is cut in the", "length"),
    { summary: "One is whole. Two is whole.", truncated: true },
  ],
  ["a cut by another name", said("Nothing is whole in", "max_tokens"), failing("AnswerCutError", false, /MAX_TOKENS/)],
  ...[
    "I won't be able to help with that.",
    "I am not able to summarize the provided document.",
    "I'm not going to help with this.",
    "This request violates our usage policies.",
    "I apologize, but this content goes against my guidelines.",
    "Dieser Inhalt verstößt gegen unsere Richtlinien.",
    "Entschuldigung, aber das kann ich nicht zusammenfassen.",
  ].map((text, at): Row => [`refusal in words ${at}`, said(text), failing("RefusalError", false)]),
  ...[
    "Please provide the text you'd like me to summarize.",
    "It looks like you didn't include any text to summarize. Could you paste it here?",
    "Sure! Please share the text you want summarized.",
    "Bitte geben Sie den Text an, den ich zusammenfassen soll.",
  ].map(
    (text, at): Row => [`a question for it ${at}`, said(text), failing("UnreadableAnswerError", true, /asked for/)],
  ),
  ...["null", "None", "N/A", "...", "---", "```\n```", "Summary:", "Here is a summary of the text:"].map(
    (text, at): Row => [`nothing in words ${at}`, said(text), failing("EmptyAnswerError", true, /nothing but/)],
  ),
  ...["{}", "[]", '{"summary": ""}', '{"summary": null}', '{"error": "text too long"}'].map(
    (text, at): Row => [`nothing in an object ${at}`, said(text), failing("UnreadableAnswerError", true)],
  ),
  ...["abort", "error", "cancelled", "time_limit", "insufficient_system_resource", "repetition"].map(
    (reason): Row => [
      `ended by ${reason}`,
      said("The text is long. It", reason),
      failing("UnreadableAnswerError", true),
    ],
  ),
  [
    "an unknown reason in a sentence",
    said("The text is long. It", "weird"),
    failing("UnreadableAnswerError", true, /weird/),
  ],
  ["Google's filter of recitations", said("The text", "RECITATION"), failing("ContentFilterError", false)],
  [
    "an error beside half an answer",
    reply(200, {
      choices: [
        {
          error: { message: "upstream broke", code: 502 },
          message: { content: "The text is" },
          finish_reason: "error",
        },
      ],
    }),
    failing("LLMServerError", true, /upstream broke/),
  ],
  // Odd envelopes.
  [
    "a byte order mark before the body",
    { ...said("A fine summary."), body: `\ufeff${said("A fine summary.").body}` },
    fine,
  ],
  ["no finish reason", said("A fine summary.", null), fine],
  ["negative tokens", said("A fine summary.", "stop", { usage: { prompt_tokens: -3, completion_tokens: 2 } }), fine],
  [
    "fractions of tokens",
    said("A fine summary.", "stop", { usage: { prompt_tokens: 3.5, completion_tokens: 2 } }),
    fine,
  ],
  ["usage as a text", said("A fine summary.", "stop", { usage: "none" }), fine],
  [
    "200 with an error",
    reply(200, { error: { message: "out of slots", code: 503 } }),
    failing("LLMServerError", true, /out of slots/),
  ],
  [
    "200 with an error without a code",
    reply(200, { error: "it broke" }),
    failing("UnreadableAnswerError", true, /it broke/),
  ],
  ["200 with a string", reply(200, '"hello"'), failing("UnreadableAnswerError", true)],
  [
    "200 with half a body",
    reply(200, '{"choices":[{"message":{"content":"A fi'),
    failing("UnreadableAnswerError", true),
  ],
  [
    "a stream nobody asked for",
    reply(200, 'data: {"choices":[]}\n\n', { "content-type": "text/event-stream" }),
    failing("LLMClientError", false, /streamed/),
  ],
];

/** Summaries that look like what is dropped, and are not. */
const kept: Row[] = [
  "The river rose as in the great flood (2002)",
  "This is the law of the river: it rises.",
  "The river rose.\n\nIf you want to stay dry, move.",
  "The <s>old</s> bridge fell.",
  "The request violates the city's guidelines, says the mayor.",
  "Please provide a boat for each family, the mayor asks.",
  "The user wants of a river are few: it should stay in its bed.",
  "**Boats** are counted, and **Ann** counts them.",
  "Response of the town: it built a dam.",
].map((summary, at) => [`kept as it is, ${at}`, said(summary), { summary }]);

const values: Row[] = [
  ["a fence in prose", said('Here you go:\n```json\n{"name":"Ann","count":2}\n```\nHope {this} helps!'), ann],
  ["a fence that is not the last brace", said('{"name":"Ann","count":2} and {so on}'), ann],
  ["two objects, the second fits", said('{"draft":1}\n{"name":"Ann","count":2}'), ann],
  ["an empty object first", said('Use {} or: {"name":"Ann","count":2}'), ann],
  ["encoded twice", said(JSON.stringify(JSON.stringify('{"name":"Ann","count":2}'))), ann],
  ["the inside of a string", said('{\\"name\\":\\"Ann\\",\\"count\\":2}'), ann],
  ["Python's notation", said("{'name': 'Ann', 'count': 2,}"), ann],
  ["comments", said('{"name":"Ann", // the caller\n "count":2}'), ann],
  ["names without quotes", said('{name: "Ann", count: 2}'), ann],
  ["a wrapper", said('{"result": {"name":"Ann","count":2}}'), ann],
  ["a list of one", said('[{"name":"Ann","count":2}]'), ann],
  ["in the thoughts' field", said({ content: null, reasoning_content: '{"name":"Ann","count":2}' }), ann],
  ["in thoughts that are the whole", said('<think>{"name":"Ann","count":2}</think>'), ann],
  [
    "in the arguments of a tool",
    said(
      { content: null, tool_calls: [{ function: { name: "output", arguments: '{"name":"Ann","count":2}' } }] },
      "tool_calls",
    ),
    ann,
  ],
  ["whole, though cut behind it", said('{"name":"Ann","count":2}\nThis is', "length"), ann],
  [
    "tags inside a value",
    said('{"name":"a </think> b","count":2}'),
    { normalized: { name: "a </think> b", count: 2 } },
  ],
  [
    "a tool call in its tag",
    said('<tool_call>{"name":"output","arguments":{"name":"Ann","count":2}}</tool_call>'),
    ann,
  ],
  ["the schema with values", said('{"type":"object","properties":{"name":"Ann","count":2}}'), ann],
  ["typographic marks", said("{“name”: “Ann”, “count”: 2}"), ann],
  ["zero-width spaces", said('{\u200b"name":"Ann","count":2}'), ann],
  ["a plus sign", said('{"name":"Ann","count":+2}'), ann],
  ["names in upper case", said('{"Name":"Ann","COUNT":2}'), ann],
  [
    "a draft and the answer",
    said('Draft: {"name":"Bob","count":9}. Wait, that is wrong. {"name":"Ann","count":2}'),
    ann,
  ],
  ["an object that is not encoded", said({ content: { name: "Ann", count: 2 } }), ann],
  ["a parsed object", said({ content: null, parsed: { name: "Ann", count: 2 } }), ann],
  [
    "the call of a function",
    said({ content: null, function_call: { name: "f", arguments: '{"name":"Ann","count":2}' } }, "function_call"),
    ann,
  ],
  ...["n/a", "null", "", "not specified", "undefined"].map(
    (count): Row => [
      `nothing as ${count}`,
      said(JSON.stringify({ name: "Ann", count })),
      { normalized: { name: "Ann" } },
    ],
  ),
  ["a number in quotes", said('{"name":"Ann","count":"2"}'), ann],
  ["control characters in a value", said('{"name":"A\\u0000n\\u001b[31mn","count":2}'), ann],
  ["a key that is not a key", said('{"name":"Ann","count":2,"__proto__":{"x":1}}'), ann],
  [
    "an inner object of an unfinished one",
    said('{"people":[{"name":"Ann"},{"na', "length"),
    failing("AnswerCutError", false, /MAX_TOKENS/),
  ],
  [
    "an inner object of a broken one",
    said('{"count":two,"who":{"name":"Ann"}}'),
    failing("UnreadableAnswerError", true),
  ],
  [
    "an unfinished draft in thoughts",
    said({ content: null, reasoning_content: '{"name":"Ann"} or' }, "length"),
    failing("AnswerCutError", false),
  ],
  [
    "an integer that would be rounded",
    said('{"name":"Ann","count":9007199254740993}'),
    failing("SchemaValidationError", false, /count/),
  ],
  ["a refusal in words", said("I cannot assist with that."), failing("RefusalError", false)],
  ["wrong, then right", [said('{"name":7.5}'), said('{"name":"Ann","count":2}')], ann],
  ["prose, then right", [said("Sorry, I am not sure."), said('{"name":"Ann","count":2}')], ann],
  ["wrong twice", said('{"count":2}'), failing("SchemaValidationError", false, /\/name is required/)],
  ["wrong, then an outage", [said('{"count":2}'), reply(503, "")], failing("LLMServerError", true)],
  [
    "wrong, then too long",
    [said('{"count":2}'), reply(400, { error: { code: "context_length_exceeded", message: "no" } })],
    failing("SchemaValidationError", false, /\/name/),
  ],
];

const lists: Row[] = [
  ["a cut prompt", said('["alpha","beta"]', "stop", { usage: { prompt_tokens: 512, completion_tokens: 5 } }), letters],
  ["the bare list", said('["alpha","beta"]'), letters],
  ["the bare list in prose", said('The keywords are ["alpha", "beta"].'), letters],
  ["another name", said('{"tags":["alpha","beta"]}'), letters],
  ["words with scores", said('{"keywords":{"alpha":0.9,"beta":0.4}}'), letters],
  ["pairs", said('{"keywords":[["alpha",0.9],["beta",0.4]]}'), letters],
  ["numbers", said("1. alpha\n2) beta"), letters],
  ["stars and bold", said("Here are the keywords:\n\n* **alpha**\n* **beta**\n\nHope this helps!"), letters],
  ["a label and semicolons", said("Keywords: alpha; beta"), letters],
  ["lines", said("alpha\nbeta"), letters],
  ["Japanese commas", said("alpha、beta"), letters],
  ["the last one with and", said("alpha, and beta"), letters],
  ["a keyword as long as a page", said(JSON.stringify({ keywords: ["alpha", "x".repeat(5_000), "beta"] })), letters],
  [
    "an endless list",
    said(JSON.stringify({ keywords: Array.from({ length: 100_000 }, (_, at) => `k${at}`) })),
    { count: 5 },
  ],
  ["hashes", said("#alpha #beta"), letters],
  ["dots", said("alpha · beta"), letters],
  ["bars", said("alpha | beta"), letters],
  ["a table", said("| Keyword | Score |\n|---|---|\n| alpha | 0.9 |\n| beta | 0.4 |"), letters],
  ["HTML", said("<ul><li>alpha</li><li>beta</li></ul>"), letters],
  ["explanations", said("1. alpha - a letter\n2. beta - another"), letters],
  ["a column", said("keyword\nalpha\nbeta"), letters],
  ["a sentence of its own", said("The most important keywords are: alpha, beta."), letters],
  ["lists by rank", said('{"keywords":{"primary":["alpha"],"secondary":["beta"]}}'), letters],
  ["one name each", said('{"keyword1":"alpha","keyword2":"beta"}'), letters],
  ["blanks and nulls", said('{"keywords":[null,"alpha",""," ","beta"]}'), letters],
  ["one keyword alone", said("alpha"), { keywords: ["alpha"], count: 1 }],
  ["a word for nothing", said("None"), failing("UnreadableAnswerError", true)],
  ["a word letter by letter", said("a\nl\np\nh\na"), failing("UnreadableAnswerError", true)],
  ["a comma list that was cut", said("alpha, be", "length"), failing("AnswerCutError", false, /MAX_TOKENS/)],
  [
    "prose",
    said("The text is about a river that rose, and about boats that came."),
    failing("UnreadableAnswerError", true),
  ],
];

const failures: Row[] = [
  [
    "FastAPI's detail",
    reply(422, { detail: [{ loc: ["body", "model"], msg: "field required" }] }),
    failing("LLMClientError", false, /body\.model: field required/),
  ],
  ["FastAPI's sentence", reply(404, { detail: "Not Found" }), failing("LLMClientError", false, /Not Found/)],
  [
    "Ollama's string",
    reply(404, { error: "model 'x' not found, try pulling it first" }),
    failing("LLMClientError", false, /try pulling it/),
  ],
  [
    "a page",
    reply(502, "<html><head><title>502 Bad Gateway</title></head></html>"),
    failing("LLMServerError", true, /502 Bad Gateway/),
  ],
  [
    "a list",
    reply(400, [{ error: { message: "API key not valid" } }]),
    failing("LLMClientError", false, /API key not valid/),
  ],
  [
    "a very long word",
    reply(500, { error: { message: "x".repeat(100_000) } }),
    failing("LLMServerError", true, /^.{10,400}$/),
  ],
  ["nothing", reply(500, ""), failing("LLMServerError", true, /500/)],
  [
    "an address with a password",
    reply(400, { error: "no route to http://me:secret@host/v1" }),
    failing("LLMClientError", false, /^(?!.*secret)/),
  ],
  ["409", reply(409, ""), failing("TryAgainError", true)],
  ["424", reply(424, ""), failing("TryAgainError", true)],
  ["501", reply(501, ""), failing("LLMClientError", false)],
  [
    "308",
    reply(308, "", { location: "https://elsewhere.example/v1/chat/completions" }),
    failing("RedirectError", false, /elsewhere\.example/),
  ],
  [
    "an overflow as 500",
    reply(500, {
      error: { message: "the request exceeds the available context size. try increasing the context size" },
    }),
    failing("TextTooLongError", false),
  ],
  [
    "an overflow of vLLM's",
    reply(400, {
      object: "error",
      message: "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens",
    }),
    failing("TextTooLongError", false),
  ],
  [
    "an overflow in words about max_tokens",
    reply(400, {
      error: {
        message: "'max_tokens' is too large: 1024. This model's maximum context length is 4096 tokens",
        param: "max_tokens",
      },
    }),
    failing("TextTooLongError", false),
  ],
  [
    "no credit",
    reply(429, { error: { message: "Your credit balance is too low to access the API." } }),
    failing("QuotaExceededError", false, /credit balance/),
  ],
  [
    "a limit a minute",
    reply(
      429,
      { error: { message: "You exceeded your current quota", status: "RESOURCE_EXHAUSTED" } },
      { "retry-after": "20" },
    ),
    failing("RateLimitError", true),
  ],
];

const plain: Row[] = [
  ["a plain completion", reply(200, { choices: [{ index: 0, text: "A fine summary.", finish_reason: "stop" }] }), fine],
  [
    "one that was cut",
    reply(200, { choices: [{ text: "One is whole. Two is", finish_reason: "length" }] }),
    { truncated: true },
  ],
  [
    "a choice of nothing",
    reply(200, { choices: [{ index: 0, finish_reason: "stop" }] }),
    failing("UnreadableAnswerError", true),
  ],
];

const notNumbers: Row[] = [
  ["NaN, which is no JSON", said('{"name": "Ann", "count": NaN}'), failing("UnreadableAnswerError", true, /JSON/)],
  ["NaN as a text", said('{"name": "Ann", "count": "NaN"}'), { normalized: { name: "Ann" } }],
];

const rows = rowsOf([
  ["summarize", plain],
  ["normalize", notNumbers],
  [
    "normalize",
    [["a time without an offset", said('{"at": "2026-06-04T09:30:00"}'), failing("UnreadableAnswerError", true)]],
  ],
  ["summarize", summaries],
  ["summarize", kept],
  ["normalize", values],
  ["keywords", lists],
  ["summarize", failures],
]);

const answers = answerRows(rows);
const { run } = answers;

test("a prompt of which the server counts a part alone was cut", async () => {
  const text = `[[keywords: a cut prompt]] ${"The river rose in the night. ".repeat(400)}`;

  await expect(run("keywords", { text }, taskContext())).rejects.toMatchObject({
    name: "PromptCutError",
    retryable: false,
    message: expect.stringMatching(/512 tokens.*LLM_CONTEXT_TOKENS/),
  });
});

describe("a correction", () => {
  test("is asked for once, with the validator's words, and ends on a turn of the user's; both calls are booked", async () => {
    const context = taskContext();
    await run("normalize", inputOf({ case: "normalize: wrong, then right", task: "normalize" }), context);

    const bodies = answers.requestsOf("normalize: wrong, then right").slice(-1) as {
      messages: { role: string; content: string }[];
    }[];
    const messages = bodies[0]?.messages ?? [];
    expect(messages.map(({ role }) => role)).toEqual(["system", "user"]);
    expect(answers.requestsOf("normalize: wrong twice")).toHaveLength(2);
    const [, second] = answers.requestsOf("normalize: wrong twice") as {
      messages: { role: string; content: string }[];
    }[];
    expect(second?.messages.map(({ role }) => role)).toEqual(["system", "user", "assistant", "user"]);
    expect(second?.messages.at(-1)?.content).toContain("/name is required");
  });
});

test("a time without an offset is completed in the zone that the prompt names, and the result says so", async () => {
  const schema = { type: "object", properties: { at: { type: "string", format: "date-time" } }, required: ["at"] };
  const request = "[[normalize: a time without an offset]] On 4 June 2026 at half past nine.";

  expect(await run("normalize", { request, schema }, taskContext())).toMatchObject({
    normalized: { at: "2026-06-04T09:30:00Z" },
    assumed_time_zone: "UTC",
  });
});
