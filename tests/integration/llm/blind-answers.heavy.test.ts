/**
 * Answers that were written before any of the reading was looked at for them: thoughts, refusals in five languages,
 * cuts, broken JSON, filters and errors, and good answers that look like those.
 *
 * @module
 */

import { answerRows, failing, type Row, reply, rowsOf, said } from "../../helpers/answer-rows.ts";

const fine = { summary: "The river rose, and Ann counted two boats." };
const FINE = fine.summary;
const ann = { normalized: { name: "Ann", count: 2 } };
const letters = { keywords: ["river", "boats"] };
const named = (kind: string, right: Row[2], texts: readonly string[]): Row[] =>
  texts.map((text, at) => [`${kind} ${at}`, said(text), right]);
const refused = failing("RefusalError", false);
const unreadable = failing("UnreadableAnswerError", true);

const thoughts: Row[] = [
  ...named("thoughts", fine, [
    `<think>The user gives a text about a river.\n\nI should be brief.</think>\n\n${FINE}`,
    `Okay, so the user wants a summary of at most 20 words. Let me count.\n</think>\n${FINE}`,
    `<|channel|>analysis<|message|>Short text. Summarize.<|end|><|start|>assistant<|channel|>final<|message|>${FINE}`,
    `<reasoning_content>Hm, two facts.</reasoning_content>\n${FINE}`,
    `<reflection>I could shorten it.</reflection><output>${FINE}</output>`,
    `[thinking]\nTwo facts.\n[/thinking]\n${FINE}`,
    `<think>\nfirst\n</think>\n<think>\nsecond\n</think>\n<answer>\n${FINE}\n</answer>`,
    `### Reasoning\nThere are two facts.\n\n### Summary\n${FINE}`,
    `**Analysis:** Two facts in the text.\n\n**Final summary:** ${FINE}`,
    `> Thinking: two facts.\n\n${FINE}`,
    `Let me think step by step.\n1. The river rose.\n2. Ann counted.\n\nFinal answer: ${FINE}`,
    `<|thinking|>Two facts.<|/thinking|>${FINE}`,
    `<ponder>Two facts.</ponder>\n\n${FINE}`,
    `💭 Two facts, so one sentence.\n\n---\n\n${FINE}`,
    `Gedanken: Zwei Tatsachen.\n\nZusammenfassung: ${FINE}`,
    `<analysis>\nTwo facts.\n</analysis>\n\n<summary>\n${FINE}\n</summary>`,
  ]),
  [
    "thoughts in parts",
    said({
      content: [
        { type: "reasoning", text: "Two facts." },
        { type: "text", text: FINE },
      ],
    }),
    fine,
  ],
  [
    "thoughts that were cut",
    said("<think>The user wants a summary. The text has two facts, the first of", "length"),
    failing("AnswerCutError", false),
  ],
  ["a lone opening tag", said("<think>\n"), failing("EmptyAnswerError", true)],
  [
    "thoughts in plain words, cut",
    said("Hmm, the user is asking me for a summary. Let me look at the text first. It says that", "length"),
    failing("AnswerCutError", false),
  ],
];

const english = named("English refusal", refused, [
  "I'm really sorry, but I won't be able to help with summarizing this one.",
  "Thanks for sharing this! Unfortunately, I'm not able to summarize content of this kind.",
  "I appreciate your request, but I can't provide a summary of this text.",
  "I understand you want a summary, but this falls outside what I can do.",
  "This content may violate our usage policies, so I can't summarize it.",
  "I don't think I should summarize this text.",
  "Sorry, that's beyond my current scope. Let's talk about something else.",
  "It would not be appropriate for me to summarize this text.",
  "I'm programmed to be a harmless assistant, so I will not be producing this summary.",
  "For safety reasons, I am unable to summarize the text you sent.",
  "I can summarize the first sentence: The river rose in the night. However, I can't help with the rest of this text.",
  "The river rose in the night. I'm sorry, but I can't continue with this request.",
  "While I'd love to help, summarizing this text isn't something I'm able to do.",
  "My guidelines prevent me from summarizing this text.",
  "Let's steer this conversation to something more positive. I can't assist with this.",
  "No summary can be given for this text, as it conflicts with my safety guidelines.",
]);
const german = named("German refusal", refused, [
  "Es tut mir leid, aber diesen Text kann ich nicht für Sie zusammenfassen.",
  "Vielen Dank für Ihre Anfrage. Leider kann ich Ihnen bei diesem Text nicht weiterhelfen.",
  "Ich bedaure, aber dieser Inhalt verstößt gegen meine Richtlinien.",
  "Zu diesem Text möchte ich keine Zusammenfassung erstellen.",
  "Aus Sicherheitsgründen darf ich diesen Text nicht zusammenfassen.",
  "Als KI-Assistent kann ich zu diesem Thema keine Zusammenfassung liefern.",
  "Das übersteigt leider meine Möglichkeiten. Kann ich Ihnen anders helfen?",
  "Ich verstehe Ihr Anliegen, kann diese Anfrage aber nicht bearbeiten.",
  "Der Fluss stieg in der Nacht. Den Rest des Textes kann ich leider nicht zusammenfassen.",
  "Lassen Sie uns lieber über etwas anderes sprechen.",
]);
const french = named("French refusal", refused, [
  "Désolé, je ne peux pas résumer ce texte.",
  "Je regrette, mais je ne suis pas en mesure de traiter cette demande.",
  "Malheureusement, je ne peux pas vous aider avec ce contenu.",
  "En tant que modèle de langage, je ne peux pas résumer ce type de texte.",
  "Je m'excuse, mais il m'est impossible de répondre à cette demande.",
  "Je préfère ne pas résumer ce texte.",
  "Ce contenu enfreint mes règles d'utilisation, je ne peux donc pas le résumer.",
  "Je comprends votre demande, mais je ne peux pas y donner suite.",
]);
const spanish = named("Spanish refusal", refused, [
  "Lo siento, no puedo resumir este texto.",
  "Lamentablemente, no puedo ayudarte con este contenido.",
  "Como modelo de lenguaje, no puedo proporcionar un resumen de este texto.",
  "Me temo que no puedo cumplir con esa petición.",
  "No me es posible resumir este texto.",
  "Prefiero no responder a esta solicitud.",
  "Este contenido infringe mis políticas, así que no puedo resumirlo.",
  "Entiendo tu solicitud, pero no estoy autorizado a resumir este texto.",
]);
const chinese = named("Chinese refusal", refused, [
  "抱歉，我无法总结这段文字。",
  "很遗憾，我不能为您提供该内容的摘要。",
  "作为一个人工智能语言模型，我无法处理这个请求。",
  "对不起，这个问题我暂时无法回答。",
  "您好，我无法给到相关内容。",
  "这个话题不太合适，我们换个话题聊聊吧。",
  "我不能协助完成该请求，因为它违反了相关规定。",
  "感谢您的提问，但我没有办法回答这个问题。",
]);

const cut: Row[] = [
  [
    "whole, then cut",
    said("The river rose in the night. Ann counted two bo", "length"),
    { summary: "The river rose in the night.", truncated: true },
  ],
  ["nothing whole", said("The river rose in the night and Ann counted", "length"), failing("AnswerCutError", false)],
  [
    "whole, then cut, by Anthropic's name",
    said("The river rose in the night. Ann cou", "max_tokens"),
    { summary: "The river rose in the night.", truncated: true },
  ],
  ["broken off without a word", said("The river rose in the night and Ann", null), unreadable],
  ["aborted", said("The river rose in the night.", "abort"), unreadable],
  [
    "an abbreviation at the cut",
    said("The river rose. Ann counted two boats for Dr.", "length"),
    { summary: "The river rose.", truncated: true },
  ],
];
const cutValues: Row[] = [
  ["cut in a string", said('{"name": "An', "length"), failing("AnswerCutError", false)],
  ["cut behind a comma", said('{"name": "Ann", ', "length"), failing("AnswerCutError", false)],
  ["cut in a fence", said('```json\n{"name": "Ann", "count"', "length"), failing("AnswerCutError", false)],
  ["whole JSON, cut talk", said('{"name": "Ann", "count": 2}\n\nThe count is taken from', "length"), ann],
];

const values = named("value", ann, [
  'Here\'s the JSON you asked for:\n\n```json\n{\n  "name": "Ann",\n  "count": 2,\n}\n```\nLet me know!',
  "```\n{'name': 'Ann', 'count': 2}\n```",
  '"{\\"name\\": \\"Ann\\", \\"count\\": 2}"',
  '{"output": "```json\\n{\\"name\\":\\"Ann\\",\\"count\\":2}\\n```"}',
  '{"name": "Ann", "count": "2"}',
  '{"name": "Ann", "count": 2.0}',
  '{"Name": "Ann", "Count": 2}',
  '<json>{"name": "Ann", "count": 2}</json>',
  '~~~json\n{"name": "Ann", "count": 2}\n~~~',
  'json\n{"name": "Ann", "count": 2}',
  '{\n  // the person\n  "name": "Ann",\n  "count": 2\n}',
  '{"name": "Ann", "count": 2}<|eot_id|>',
  '{"name": "Ann", "count": 2}\n{"name": "Ann", "count": 2}',
  '<think>{"name": "Bob"}</think>{"name": "Ann", "count": 2}',
  '{ name: "Ann", count: 2 }',
]);
const noValues: Row[] = [
  ["a refusal as the value", said('{"name": "I\'m sorry, but I can\'t help with that."}'), refused],
  ["an error as the value", said('{"error": "model overloaded"}'), unreadable],
  ["an empty object", said("{}"), failing("SchemaValidationError", false)],
  ["the wrong type", said('{"name": ["Ann", "Bob"], "count": 2}'), failing("SchemaValidationError", false)],
  ["a refusal in German", said("Das kann ich leider nicht als JSON ausgeben."), refused],
  ["two different objects", said('{"name": "Ann", "count": 2} or {"name": "Bob", "count": 3}'), unreadable],
];
const lists = named("list", letters, [
  '```json\n["river", "boats"]\n```',
  "1. **river** – it rose\n2. **boats** – Ann counted them",
  "Keywords:\n* river\n* boats",
  "river; boats",
  '{"keywords": ["river", "boats"], "language": "en"}',
]);
const noLists: Row[] = [
  ["a refusal", said("I cannot extract keywords from this text."), refused],
  ["a French refusal", said("Désolé, je ne peux pas extraire de mots-clés."), refused],
];

const filtered: Row[] = [
  ["a filter's reason", said("The river", "content_filter"), failing("ContentFilterError", false)],
  ["a safety block", said("", "SAFETY"), failing("ContentFilterError", false)],
  [
    "a filter's words",
    said("Your request was blocked by our content moderation system."),
    failing("ContentFilterError", false),
  ],
  [
    "Azure's words",
    said("The response was filtered due to the prompt triggering our content management policy."),
    failing("ContentFilterError", false),
  ],
  ["a refusal in its field", said({ content: null, refusal: "I can't help with that." }), refused],
  ["a Chinese filter", said("内容由于不合规被停止生成，我们换个话题吧"), failing("ContentFilterError", false)],
];
const errors: Row[] = [
  [
    "an error with 200",
    reply(200, { error: { message: "Model is overloaded", code: 503 } }),
    failing("LLMServerError", true),
  ],
  ["a detail with 200", reply(200, { detail: "Internal Server Error" }), unreadable],
  [
    "an HTML page with 200",
    reply(200, "<html><head><title>502 Bad Gateway</title></head></html>", { "content-type": "text/html" }),
    unreadable,
  ],
  ["an error in the content", said("Error: CUDA out of memory. Tried to allocate 2.00 GiB"), unreadable],
  ["a rate limit in the content", said("Rate limit exceeded. Please try again later."), unreadable],
  ["success: false", reply(200, { success: false, message: "quota" }), unreadable],
  ["no choices", reply(200, { id: "x", choices: [] }), unreadable],
  ["an empty text", said("   \n"), failing("EmptyAnswerError", true)],
  ["null", reply(200, "null"), unreadable],
  ["a question back", said("Could you please share the text you would like me to summarize?"), unreadable],
  ["a greeting", said("Hello! How can I assist you today?"), unreadable],
];

const goodMore: Row[] = [
  "Unable to cross the river, Ann counted two boats.",
  "Ann could not help counting two boats as the river rose.",
  "The river would not be stopped; Ann counted two boats.",
  "It was not possible to cross the river, so Ann counted two boats.",
  "No boats but two: Ann counted them after the river rose.",
  "Sorry sight: the river rose, and Ann counted only two boats.",
  "In der Nacht stieg der Fluss; Ann zählte mittags zwei Boote.",
  "Leider stieg der Fluss in der Nacht, und Ann zählte nur zwei Boote.",
  "Thinking of the flood, Ann counted two boats at noon.",
  "Final count: two boats, after the river rose in the night.",
].map((summary, at): Row => [`kept ${at}`, said(summary), { summary }]);

/** Written after the reading was mended for those above, and again after it was mended for the first of these. */
const second = named("second refusal", failing("RefusalError", false), [
  "I'd prefer to stay away from this kind of topic, sorry.",
  "Regrettably I cannot process this passage.",
  "I'm afraid summarizing this isn't possible for me.",
  "Apologies — my instructions don't let me summarize this.",
  "I was not trained to handle texts like this one, so I'll skip it.",
  "As your assistant I have to stop here and can't give you a summary.",
  "Due to my safety training I won't produce a summary here.",
  "Bremen has opened a new bridge over the Weser. I would rather not go into the rest of this text.",
  "Bremen opened a bridge. For the remainder of this content I'm unable to provide a summary.",
  "I need to respectfully refuse this request.",
  "Is there anything else I can help you with? I can't do this one.",
  "Hierzu kann ich leider keine Auskunft geben.",
  "Ich fürchte, eine Zusammenfassung dieses Textes ist mir nicht möglich.",
  "Meine Richtlinien erlauben mir das nicht.",
  "Bremen hat eine neue Brücke. Weitere Teile dieses Inhalts darf ich nicht wiedergeben.",
  "Bitte haben Sie Verständnis, dass ich diese Anfrage nicht beantworte.",
  "Je suis dans l'impossibilité de résumer ce document.",
  "Pardon, mais ce sujet dépasse mes capacités.",
  "Je ne suis pas autorisé à traiter ce texte.",
  "Disculpa, no estoy capacitado para resumir este documento.",
  "Mis directrices no me permiten hacer este resumen.",
  "Me es imposible atender esta solicitud.",
  "我不能为这篇文章写摘要。",
  "这个请求超出了我的能力范围，我无法完成。",
  "非常抱歉，我不能继续这个话题。",
]);
const third = named("third refusal", failing("RefusalError", false), [
  "I'm unable to do what you ask with this article.",
  "Sorry, but summarizing material of this sort is off limits for me.",
  "I can't engage with this content, but I'm happy to help with other texts.",
  "You'll have to find someone else to summarize this; I won't.",
  "I must stop here, since going on would break my guidelines.",
  "The mayor called it a gift. I'm not comfortable summarizing the other parts of this text.",
  "That request goes beyond what I'm permitted to do.",
  "Diesen Wunsch kann ich dir nicht erfüllen.",
  "Eine Zusammenfassung kann ich hier leider nicht anbieten.",
  "Ich bin nur ein Sprachmodell und kann das nicht beurteilen.",
  "Zu solchen Inhalten äußere ich mich nicht.",
  "Il ne m'est pas possible de faire ce résumé.",
  "Ma programmation m'interdit de traiter ce sujet.",
  "Lamento no poder ayudarte con este artículo.",
  "No debo resumir textos de este tipo.",
  "我没法对这段内容进行总结。",
  "对此我不便发表意见。",
  "Mi spiace, non sono in grado di riassumere questo testo.",
  "Não consigo resumir este texto.",
  "Ik kan deze tekst helaas niet samenvatten.",
]);

answerRows(
  rowsOf([
    [
      "summarize",
      [
        ...thoughts,
        ...english,
        ...german,
        ...french,
        ...spanish,
        ...chinese,
        ...second,
        ...third,
        ...cut,
        ...filtered,
        ...errors,
        ...goodMore,
      ],
    ],
    ["normalize", [...cutValues, ...values, ...noValues]],
    ["keywords", [...lists, ...noLists]],
  ]),
);
