/**
 * More kinds of answers: each family's markup, refusals in other languages, lists and objects in other notations, loops, and
 * errors of gateways. A result that is right, or an error that says why.
 *
 * @module
 */

import { answerRows, failing, type Row, reply, rowsOf, said } from "../../helpers/answer-rows.ts";

const fine = { summary: "A fine summary." };
const letters = { keywords: ["alpha", "beta"] };
const ann = { normalized: { name: "Ann", count: 2 } };
const named = (texts: readonly string[], kind: string, right: Row[2]): Row[] =>
  texts.map((text, at) => [`${kind} ${at}`, said(text), right]);

const thoughts = named(
  [
    "<seed:think>Hm.<seed:cot_budget_reflect>50 tokens</seed:cot_budget_reflect></seed:think>A fine summary.",
    "<thought>\nHm\n</thought>\n\nA fine summary.[|endofturn|]",
    "<reason>Hm</reason>\nA fine summary.",
    "<plan>1. read 2. write</plan>\nA fine summary.",
    "<antThinking>Hm.</antThinking>A fine summary.",
    "<internal_thoughts>Hm.</internal_thoughts>A fine summary.",
    "<details><summary>Thinking</summary>\nHm.\n</details>\nA fine summary.",
    '<details type="reasoning" done="true"><summary>Thought for 3 seconds</summary>\n> Hm\n</details>\nA fine summary.',
    "```thinking\nHm.\n```\nA fine summary.",
    "*Thinking: the text is about a river.*\n\nA fine summary.",
    "Thinking...\nHm, text.\n...done thinking.\n\nA fine summary.",
    "<|begin_of_thought|>x<|end_of_thought|><|begin_of_solution|>A fine summary.<|end_of_solution|>",
    "<|inner_prefix|>Hm<|inner_suffix|>A fine summary.<|assistant_end|>",
    "analysis: We need to summarize. final: A fine summary.",
    "Step 1: Read the text.\nStep 2: Summarize.\n\nSummary: A fine summary.",
    '{"reasoning":"Hm, think.","answer":"A fine summary."}',
    "The text is about a river. So I'd say:\n<answer>A fine summary.</answer>",
    "It is about a river.\n<final_answer>A fine summary.</final_answer>\n\nI hope this helps!",
    "It is about a river.\n<answer>A fine summary.",
  ],
  "thoughts",
  fine,
);

const tokens = named(
  [
    "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>A fine summary.<|END_OF_TURN_TOKEN|>",
    "<|start_of_role|>assistant<|end_of_role|>A fine summary.<|end_of_text|>",
    "<|header_start|>assistant<|header_end|>\n\nA fine summary.<|eot|>",
    "<|im_assistant|>assistant<|im_middle|>A fine summary.<|im_end|>",
    "<SPECIAL_11>Assistant\nA fine summary.<SPECIAL_12>",
    "A fine summary.<|user|>\nmore",
    "[INST]Summarize this.[/INST] A fine summary.</s>",
    "A fine summary.[e~[",
    "<|begin_of_box|>A fine summary.<|end_of_box|>",
    "AĠfineĠsummary.",
    "A fine summary.\n\n### Instruction:\nNext",
    "A fine summary.\n\nHuman: thanks",
  ],
  "tokens",
  fine,
);

const around = named(
  [
    "<p>A fine summary.</p>",
    "<!DOCTYPE html><html><head><title>x</title></head><body><p>A fine summary.</p></body></html>",
    '<?xml version="1.0"?><summary><![CDATA[A fine summary.]]></summary>',
    "summary: |\n  A fine summary.",
    '{"summary":"A fine summary.","length":3}',
    '{"summary":"A fine summary.","title":"River"}',
    '{"result":{"summary":"A fine summary."}}',
    '["A fine summary."]',
    "<answer>A fine summary.",
    '[{"summary":"A fine summary."}]',
    '```json\n{"summary":"A fine summary."}\n```',
    "Selbstverständlich. Die Zusammenfassung lautet:\n\nA fine summary.",
    "Folgende Zusammenfassung habe ich erstellt:\n\nA fine summary.",
    "Kurz gesagt: A fine summary.",
    "Kurzzusammenfassung: A fine summary.",
    "Got it. Here's the summary:\n\nA fine summary.",
    "Great question! Here's a summary:\n\nA fine summary.",
    "Here you go:\n\nA fine summary.",
    "I've summarized the text below:\n\nA fine summary.",
    "My summary:\nA fine summary.",
    "As requested, here is a concise summary:\n\nA fine summary.",
    "Based on the text provided, here is a summary:\n\nA fine summary.",
    "Okay, let's do it.\n\nA fine summary.",
    "Le résumé : A fine summary.",
    "A fine summary.\n\nLassen Sie mich wissen, wenn Sie weitere Hilfe benötigen.",
    "A fine summary.\n\nHope that helps! 😊",
    "A fine summary.\n\n[End of summary]",
    "A fine summary.\n\nThis is a summary of the text.",
    `A fine summary.${". ".repeat(300)}`,
  ],
  "around",
  fine,
);

const escapes: Row[] = [
  ["HTML's references", said("The river &amp; the dam &#39;rose&#39;."), { summary: "The river & the dam 'rose'." }],
  ["line breaks in two characters", said("A fine summary.\\n\\nIt rose."), { summary: "A fine summary.\n\nIt rose." }],
  ["a JSON string", said('"A fine \\"summary\\"."'), { summary: 'A fine "summary".' }],
  [
    "a cut object",
    said('{"summary":"One is whole. Two is cu', "length"),
    { summary: "One is whole.", truncated: true },
  ],
  ["a cut by another name", said("One is whole. Two is", "max_output_tokens"), { truncated: true }],
  ["a full context", said("One is whole. Two is", "model_context_window_exceeded"), { summary: "One is whole." }],
  ["a prefix of the reason", said("A fine summary.", "FINISH_REASON_STOP"), fine],
];

const refusals = named(
  [
    "I must respectfully decline to summarize this.",
    "I'd rather not answer that.",
    "As a large language model, I cannot provide a summary of this.",
    "I don't feel comfortable summarizing this text.",
    "I'm just an AI, it's not within my programming or ethical guidelines to summarize this.",
    "Das kann ich leider nicht tun.",
    "Dazu kann ich keine Auskunft geben.",
    "Als KI-Sprachmodell bin ich nicht in der Lage, diesen Text zusammenzufassen.",
    "Ich muss ablehnen, diesen Text zusammenzufassen.",
    "Es ist mir nicht möglich, diese Anfrage zu bearbeiten.",
    "Lo siento, pero no puedo ayudarte con esa solicitud.",
    "Je suis désolé, mais je ne peux pas vous aider avec cette demande.",
    "Mi dispiace, ma non posso aiutarti con questa richiesta.",
    "Desculpe, mas não posso ajudar com isso.",
    "Het spijt me, maar ik kan daar niet mee helpen.",
    "Przepraszam, ale nie mogę w tym pomóc.",
    "Извините, я не могу помочь с этим запросом.",
    "申し訳ありませんが、そのリクエストにはお応えできません。",
    "抱歉，我无法帮助您完成这个请求。",
    "죄송하지만 도와드릴 수 없습니다.",
    "Üzgünüm, bu konuda yardımcı olamam.",
    '{"refusal": "I cannot help"}',
    "That’s not something I can help with.",
    "That is something I cannot do.",
    "I cannot in good conscience summarize this.",
    "I'm going to pass on this one.",
    "I have to decline.",
    "This request cannot be processed.",
    "Not able to help with that, sorry.",
    "No. I won't summarize this.",
    "Apologies, but I can't generate a summary for that.",
    "Summarizing this would go against my guidelines.",
    "Das widerspricht meinen Richtlinien.",
  ],
  "refusal",
  failing("RefusalError", false),
);
const filters = named(
  ["[REDACTED]", "Request blocked by safety filter.", "[Content removed due to policy]"],
  "filter",
  failing("ContentFilterError", false),
);
const calls = named(
  [
    '<tool_call>{"name":"summarize","arguments":{"text":"x"}}</tool_call>',
    '<function=summarize>{"text":"x"}</function>',
    'summarize(text="The river rose")',
    '[TOOL_CALLS][{"name":"summarize","arguments":{}}]',
    "Thought: I should search.\nAction: search\nAction Input: river",
  ],
  "call of a tool",
  failing("EmptyAnswerError", true, /tool/),
);
const loops = named(
  [
    `A fine summary of ${"the ".repeat(200)}`,
    "a".repeat(900),
    `The river rose ${"and rose ".repeat(120)}`,
    "0".repeat(500),
    Buffer.from("A fine summary of the river that rose in the night.").toString("base64"),
    "Summarize the text in at most 20 words.",
    '{"title":"River","subtitle":"Night","body_text":""}',
    '{"summary": "A fine',
  ],
  "no prose",
  failing("UnreadableAnswerError", true),
);

/** What looks like one of these and is none. */
const kept: Row[] = [
  "The plan is simple: read, then write.",
  "I must go down to the sea again, the sailor says.",
  "Great floods hit Bonn.\n\nThe dam held.",
  "The report names three summaries of the flood:\n\nOne is short.",
  "No puedo, says the mayor, and goes.",
  "The river rose and rose and rose.",
  "Blocked roads, said the mayor, are the request of the day.",
  "Model trains are sold in Bonn.",
  "[1] The river rose.",
  "C&A sells boats; x < y holds.",
  "That is something I can live with, says Ann of the river.",
  "Apologies came from the mayor, who cannot be reached by phone this week.",
  "Set the tag as follows:\n<b>42</b> is the value.",
].map((summary, at) => [`kept ${at}`, said(summary), { summary }]);

const lists = named(
  [
    "keywords: [alpha, beta]",
    '{"keyword":"alpha"}\n{"keyword":"beta"}',
    '{"keywords":["alpha"]}\n{"keywords":["beta"]}',
    "rank,keyword\n1,alpha\n2,beta",
    "alpha\t0.9\nbeta\t0.4",
    "('alpha', 'beta')",
    "{'alpha', 'beta'}",
    "[alpha, beta]",
    "alpha: 0.9\nbeta: 0.4",
    "i. alpha\nii. beta",
    "a) alpha\nb) beta",
    "✅ alpha\n✅ beta",
    "→ alpha\n→ beta",
    "- [ ] alpha\n- [x] beta",
    "Die wichtigsten Schlüsselwörter sind: alpha, beta.",
    '{"keywords":["alpha","beta","..."]}',
    '{"keywords":["**alpha**","`beta`"]}',
    '{"keywords":["1. alpha","2. beta"]}',
    '{"keywords":["alpha, beta"]}',
    "<keywords><keyword>alpha</keyword><keyword>beta</keyword></keywords>",
    '{"result":{"keywords":["alpha","beta"]}}',
    '<tool_call>{"name":"extract","arguments":{"keywords":["alpha","beta"]}}</tool_call>',
    '{"keywords":[{"pos":"noun","token":"alpha"},{"pos":"noun","token":"beta"}]}',
    '{"keywords":[{"pos":"noun","lemma":"alpha"},{"pos":"noun","lemma":"beta"}]}',
    "Keywords: alpha, beta.\n\nThese were chosen since they are central.",
    '```\n"{\\"keywords\\":[\\"alpha\\",\\"beta\\"]}"\n```',
    '{"keywords":"[\\"alpha\\",\\"beta\\"]"}',
    '{"reasoning":"Hm.","result":["alpha","beta"]}',
    '{"primary":["alpha"],"secondary":["beta"]}',
  ],
  "list",
  letters,
);
const noLists: Row[] = [
  ...named(["OK", "Sure!", '{"keywords":["keyword1","keyword2"]}', '{"keywords":["string"]}'], "no list", {
    ...failing("UnreadableAnswerError", true),
  }),
  ["a greeting", said("Hello, friend.\n\nWhat shall we do today?"), failing("UnreadableAnswerError", true)],
  ["a refusal before a list", said('I cannot help with that. ["example"]'), failing("RefusalError", false)],
  ["a refusal in a list", said('["I cannot help with that."]'), failing("RefusalError", false)],
  ["an error as an object", said('{"message":"No keywords found"}'), failing("SchemaValidationError", false)],
];

const objects = named(
  [
    '{"name":"Ann"}\n{"count":2}',
    "name: Ann\ncount: 2",
    "```yaml\nname: Ann\ncount: 2\n```",
    "<name>Ann</name><count>2</count>",
    "<function=out><parameter=name>Ann</parameter><parameter=count>2</parameter></function>",
    "<tool_call>o\n<arg_key>name</arg_key><arg_value>Ann</arg_value><arg_key>count</arg_key><arg_value>2</arg_value></tool_call>",
    "- **name**: Ann\n- **count**: 2",
    '{"name":"Ann"\n"count":2}',
    '{"name":"Ann",,"count":2}',
    '{,"name":"Ann","count":2}',
    '{"name"="Ann","count"=2}',
    "{«name»: «Ann», «count»: 2}",
    "{`name`: `Ann`, `count`: 2}",
    '{"data":{"result":{"name":"Ann","count":2}}}',
    '{"results":[{"name":"Ann","count":2}]}',
    "{&quot;name&quot;:&quot;Ann&quot;,&quot;count&quot;:2}",
    'For example {"name":"string","count":0}. Answer: {"name":"Ann","count":2}',
    '- {"name":"Bob"}\n+ {"name":"Ann","count":2}',
    '{"name":"output","arguments":"{\\"name\\":\\"Ann\\",\\"count\\":2}"}',
    '{"tool_calls":[{"function":{"name":"o","arguments":"{\\"name\\":\\"Ann\\",\\"count\\":2}"}}]}',
    '```json\n"{\\"name\\":\\"Ann\\",\\"count\\":2}"\n```',
    'The result is: "{\\"name\\":\\"Ann\\",\\"count\\":2}"',
    '["{\\"name\\":\\"Ann\\",\\"count\\":2}"]',
    '{"normalized":"{\\"name\\":\\"Ann\\",\\"count\\":2}"}',
    '{"reasoning":"Hm.","answer":{"name":"Ann","count":2}}',
    '{"thinking":{"name":"Bob"},"answer":{"name":"Ann","count":2},"confidence":0.9}',
    'I cannot provide this text as prose, but here is the JSON: {"name":"Ann","count":2}',
    '<|tool_calls_section_begin|><|tool_call_argument_begin|>{"name":"Ann","count":2}<|tool_call_end|>',
  ],
  "object",
  ann,
);
const noObjects: Row[] = [
  [
    "a refusal before an object",
    said('I cannot extract that. A possible form: {"name":"Bob","count":0}'),
    failing("RefusalError", false),
  ],
  [
    "an object under a name that says otherwise",
    said('{"note":"as in","example":{"name":"Bob","count":2}}'),
    failing("UnreadableAnswerError", true),
  ],
  ["two objects under names", said('{"a":{"name":"Bob"},"b":{"name":"Ann"}}'), failing("UnreadableAnswerError", true)],
  ["text of a property in JSON", said('{"name":"{\\"a\\":1}"}'), { normalized: { name: '{"a":1}' } }],
  ["a part of the answer alone", said('{"count":{"name":"Ann"}}'), failing("SchemaValidationError", false)],
  ["an example of the form", said('{"name":"string","count":0}'), failing("UnreadableAnswerError", true)],
  ["prose with a colon", said("Note: Ann counted.\nShe counted two."), failing("UnreadableAnswerError", true)],
  [
    "words beside the call of a tool",
    said({
      content: "I'll call it.",
      tool_calls: [{ function: { name: "o", arguments: '{"name":"Ann","count":2}' } }],
    }),
    ann,
  ],
];

const failures: Row[] = [
  [
    "Azure's filter of prompts",
    reply(400, { error: { message: "The response was filtered.", code: "content_filter", param: "prompt" } }),
    failing("ContentFilterError", false, /filtered/),
  ],
  [
    "AWS's throttling with 400",
    reply(400, { __type: "ThrottlingException", message: "Too many tokens, please wait before trying again." }),
    failing("RateLimitError", true, /please wait/),
  ],
  [
    "TGI's overflow",
    reply(422, { error: "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000" }),
    failing("TextTooLongError", false),
  ],
  [
    "LiteLLM's budget",
    reply(400, { error: { message: "Budget has been exceeded!", type: "budget_exceeded", code: "400" } }),
    failing("QuotaExceededError", false, /Budget/),
  ],
  [
    "OpenRouter's provider",
    reply(502, {
      error: { message: "Provider returned error", code: 502, metadata: { raw: '{"error":{"message":"no GPU"}}' } },
    }),
    failing("LLMServerError", true, /Provider returned error: no GPU/),
  ],
  [
    "no choices beside an error",
    reply(200, { choices: [], error: { message: "late", code: 500 } }),
    failing("LLMServerError", true, /late/),
  ],
  [
    "gRPC in JSON",
    reply(503, { code: 14, message: "upstream connect error" }),
    failing("LLMServerError", true, /upstream/),
  ],
  [
    "Cloudflare's page",
    reply(520, "<html><head><title>520: Web server error</title></head></html>"),
    failing("LLMServerError", true, /520: Web server error/),
  ],
];

answerRows(
  rowsOf([
    [
      "summarize",
      [...thoughts, ...tokens, ...around, ...escapes, ...refusals, ...filters, ...calls, ...loops, ...kept],
    ],
    ["keywords", [...lists, ...noLists]],
    ["normalize", [...objects, ...noObjects]],
    ["summarize", failures],
  ]),
);
