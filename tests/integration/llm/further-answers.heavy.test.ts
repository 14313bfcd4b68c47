/**
 * Kinds of answers beyond the others: markup of further families, odd parts and bodies, words for the end of an answer, JSON in
 * further notations, and errors of more servers.
 *
 * @module
 */

import { answerRows, failing, type Row, reply, rowsOf, said } from "../../helpers/answer-rows.ts";
import type { ServerResponse } from "../../helpers/answer-server.ts";

const FINE = "The river rose, and Ann counted two boats.";
const fine = { summary: FINE };
const ann = { normalized: { name: "Ann", count: 2 } };
const ANN = '{"name":"Ann","count":2}';
const letters = { keywords: ["river", "boats"] };
const named = (kind: string, right: Row[2], texts: readonly string[]): Row[] =>
  texts.map((text, at) => [`${kind} ${at}`, said(text), right]);
const empty = failing("EmptyAnswerError", true);
const unreadable = failing("UnreadableAnswerError", true);
const refused = failing("RefusalError", false);
const filtered = failing("ContentFilterError", false);
const tooLong = failing("TextTooLongError", false);

const thoughts = named("thoughts", fine, [
  `＜think＞Hm.＜/think＞${FINE}`,
  `{think}Hm.{/think}${FINE}`,
  `(thinking) Hm. (/thinking)\n${FINE}`,
  `<<think>>Hm.<</think>>${FINE}`,
  `<|im_think|>Hm.<|/im_think|>${FINE}`,
  `<|thought_start|>Hm.<|thought_end|>${FINE}`,
  `<|reasoning_start|>Hm.<|reasoning_end|>${FINE}`,
  `<|begin_thinking|>Hm.<|end_thinking|>${FINE}`,
  `Here are my reasoning steps:\nHm.\n[BEGIN FINAL RESPONSE]\n${FINE}\n[END FINAL RESPONSE]`,
  `<step>Read.</step>\n<step>Write.</step>\n${FINE}`,
  `<cogitate>Hm.</cogitate>${FINE}`,
  `<language>English</language>\n${FINE}`,
  `\`\`\`xml\n<think>Hm.</think>\n\`\`\`\n${FINE}`,
  `<think>Hm. Hm.\n<answer>${FINE}</answer>`,
]);
const noSummaries: Row[] = [
  ["thoughts under a heading, without an answer", said("Here are my reasoning steps:\nHm."), empty],
  ...named("a call behind words", empty, [
    `${FINE}<|tool_calls_section_begin|><|tool_call_begin|>functions.x:0<|tool_call_argument_begin|>{}<|tool_call_end|>`,
    `I will look it up.\n<tool_call>\n{"name":"x","arguments":{}}\n</tool_call>`,
  ]),
];
const around = named("around", fine, [
  `<!-- draft -->${FINE}`,
  `OK\n\n${FINE}`,
  `assistant\n${FINE}`,
  `**Assistant:** ${FINE}`,
  `${FINE}</s></s></s>`,
  `<0x0A>${FINE}`,
  `\\text{${FINE}}`,
  `${FINE}【4†source】`,
  `${FINE}\ue200cite\ue202turn0search0\ue201`,
  `${FINE}\n\nWould you like this in German?`,
]);
const cutByWords = named("cut, as it says", { summary: "The river rose in the night.", truncated: true }, [
  "The river rose in the night. [truncated]",
  "The river rose in the night. Ann cou [Response cut off due to length limit]",
  "The river rose in the night. (Output limit reached)",
]);
/** None of these words is of the text. */
const besides: Row[] = [
  ...named("talk", unreadable, [
    "Zu viele Anfragen. Bitte versuchen Sie es später erneut.",
    "We are currently undergoing maintenance. Please check back soon.",
    "Please verify you are human to continue.",
    "Please log in to continue.",
    "Your free trial has expired. Upgrade to continue.",
    "You have run out of credits.",
    "This model's maximum context length is 4096 tokens.",
    "Invalid API key provided.",
    "服务器繁忙，请稍后再试。",
    "Une erreur est survenue. Veuillez réessayer plus tard.",
    "Se ha producido un error. Inténtalo de nuevo más tarde.",
    "エラーが発生しました。しばらくしてからもう一度お試しください。",
    "¡Hola! ¿En qué puedo ayudarte hoy?",
    "Veuillez fournir le texte à résumer.",
    "请提供需要总结的文本。",
    "[Insérez le résumé ici]",
    '{"status":"error","message":"quota"}',
  ]),
  ...named("a filter's remark", filtered, [
    "The river rose in the night. [Content withheld due to policy]",
    "The river rose in the night. *** This response was filtered ***",
  ]),
];
/** What looks like such markup and is none. */
const kept: Row[] = [
  "(Thinking) of boats, Ann counted two.",
  "The <b>boats</b> are counted.",
  "Boats > river, says Ann.",
  "The river rose (in the night)",
  "The river <0x is no byte.",
].map((summary, at) => [`kept ${at}`, said(summary), { summary }]);

const inLatin1: ServerResponse = reply(
  200,
  Buffer.from(said("Der Fluß stieg, Ann zählte zwei Boote.").body, "utf8").toString(),
  { "content-type": "application/json; charset=nonsense" },
);
const bodies: Row[] = [
  ["a part's text as a value", said({ content: [{ type: "text", text: { value: FINE, annotations: [] } }] }), fine],
  [
    "a part that is no text",
    said({
      content: [
        { type: "text", text: FINE },
        { type: "image_url", image_url: { url: "x" } },
      ],
    }),
    fine,
  ],
  ["no parts", said({ content: [] }), empty],
  ["a refusal without words", said({ content: "", refusal: true }), refused],
  [
    "a refusal as an object",
    said({ content: null, refusal: { reason: "policy" } }),
    failing("RefusalError", false, /policy/),
  ],
  ["no refusal", said({ content: FINE, refusal: false }), fine],
  [
    "NaN as a count",
    { ...said(FINE), body: said(FINE).body.replace('"prompt_tokens":10', '"prompt_tokens":NaN') },
    fine,
  ],
  ["an unknown character set", inLatin1, { summary: "Der Fluß stieg, Ann zählte zwei Boote." }],
  ["spaces to keep the connection", { ...said(FINE), body: `\n\n      \n${said(FINE).body}` }, fine],
  [
    "an error beside an answer",
    reply(200, {
      error: { code: 502, message: "upstream died" },
      choices: [{ message: { content: FINE }, finish_reason: "stop" }],
    }),
    failing("LLMServerError", true, /upstream died/),
  ],
  ["an error that is none", said(FINE, "stop", { error: {} }), fine],
];

const half = "The river rose. Ann cou";
const ends: Row[] = [
  ...[
    "maxTokens",
    "MaxTokens",
    "max_length",
    "max_new_tokens",
    "token_limit_reached",
    "limit",
    "truncated",
    "incomplete",
    "context_length_exceeded",
    "ERROR_LIMIT",
  ].map((reason): Row => [`cut by ${reason}`, said(half, reason), { summary: "The river rose.", truncated: true }]),
  ...["contentFilter", "ERROR_TOXIC", "guardrails", "moderation", "blocked", "sensitive", "flagged", "LANGUAGE"].map(
    (reason): Row => [`filtered by ${reason}`, said("The river rose.", reason), filtered],
  ),
  ...[
    "system_error",
    "internal_error",
    "failed",
    "interrupted",
    "UNEXPECTED_TOOL_CALL",
    "user_cancelled",
    "pause_turn",
    "preempted",
    "kv_cache_full",
    "deadline",
  ].map((reason): Row => [`broken off by ${reason}`, said("The river rose.", reason), unreadable]),
  ...["eos", "eos_token", "EOS", "stop_token", "completed", "done", "end_turn"].map(
    (reason): Row => [
      `ended by ${reason}`,
      said("A headline without a full stop", reason),
      { summary: "A headline without a full stop" },
    ],
  ),
];

const values: Row[] = [
  ...named("value", ann, [
    "{‘name’: ‘Ann’, ‘count’: 2}",
    `{"name":"Bob","count":1}</think>${ANN}`,
    `module.exports = {name: "Ann", count: 2};`,
    `<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary to=functions.output <|constrain|>json<|message|>${ANN}<|call|>`,
  ]),
  ["an apostrophe in typographic marks", said("{‘name’: ‘Ann’s boat’}"), { normalized: { name: "Ann’s boat" } }],
  [
    "a call as a part",
    said({ content: [{ type: "tool_use", name: "o", input: { name: "Ann", count: 2 } }] }, "tool_use"),
    ann,
  ],
  ["JSON as a part", said({ content: [{ type: "json", json: { name: "Ann", count: 2 } }] }), ann],
  ["without its first brace", said('"name":"Ann","count":2}'), unreadable],
  ["a Polish refusal", said('{"name":"Niestety nie mogę pomóc w tej sprawie."}'), refused],
];
const lists: Row[] = [
  ...named("list", letters, [
    "1️⃣ river\n2️⃣ boats",
    "① river\n② boats",
    "I. river\nII. boats",
    "A. river\nB. boats",
    "★ river\n★ boats",
    "> river\n> boats",
    "Keyword 1: river\nKeyword 2: boats",
  ]),
  [
    "names that begin with a letter",
    said("C. elegans\nD. melanogaster"),
    { keywords: ["C. elegans", "D. melanogaster"] },
  ],
  ["a Polish refusal", said('{"keywords":["Niestety nie mogę pomóc"]}'), refused],
];

const error = (message: string, more: object = {}) => ({ error: { message, ...more } });
const failures: Row[] = [
  [
    "OpenRouter's moderation",
    reply(403, error("Your input was flagged", { code: 403, metadata: { reasons: ["violence"], flagged_input: "x" } })),
    filtered,
  ],
  ["the same with 200", reply(200, error("Input flagged", { code: 403, metadata: { flagged_input: "x" } })), filtered],
  ["OpenAI's prompt", reply(400, error("Your prompt was flagged.", { code: "invalid_prompt" })), filtered],
  ["Zhipu's filter", reply(400, { ...error("敏感内容", { code: "1301" }), contentFilter: [{ level: 1 }] }), filtered],
  ["Azure's inner error", reply(400, error("Bad", { innererror: { code: "ResponsibleAIPolicyViolation" } })), filtered],
  [
    "Groq's JSON",
    reply(400, error("Failed to generate JSON.", { code: "json_validate_failed", failed_generation: "{" })),
    unreadable,
  ],
  ["Groq's capacity", reply(498, error("Flex tier capacity exceeded")), failing("TryAgainError", true)],
  ["TGI's bound", reply(422, { error: "`inputs` must have less than 1024 tokens. Given: 2000" }), tooLong],
  ["llama.cpp's cache", reply(500, error("Input prompt is too big compared to KV size.")), tooLong],
  ["OpenAI's string", reply(400, error("string too long", { code: "string_above_max_length" })), tooLong],
  [
    "SGLang's bound",
    reply(400, {
      object: "error",
      message: "Input length (5000 tokens) exceeds the maximum allowed length (4090 tokens).",
    }),
    tooLong,
  ],
  [
    "LM Studio without a model",
    reply(404, error("No models loaded.")),
    failing("LLMClientError", false, /No models loaded/),
  ],
  [
    "Anthropic's error with 200",
    reply(200, { type: "error", error: { type: "overloaded_error", message: "Overloaded" } }),
    failing("UnreadableAnswerError", true, /Overloaded/),
  ],
  [
    "MiniMax's state with 200",
    reply(200, { choices: null, base_resp: { status_code: 1008, status_msg: "insufficient balance" } }),
    failing("UnreadableAnswerError", true, /: insufficient balance$/),
  ],
];

answerRows(
  rowsOf([
    [
      "summarize",
      [...thoughts, ...noSummaries, ...around, ...cutByWords, ...besides, ...kept, ...bodies, ...ends, ...failures],
    ],
    ["normalize", values],
    ["keywords", lists],
  ]),
);
