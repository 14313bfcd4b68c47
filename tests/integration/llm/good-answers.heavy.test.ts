/**
 * Good answers of many shapes: short, repeated as their text is, in other languages, about refusals, errors and code. None of
 * them is refused or changed.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keywords } from "../../../contracts/tasks/keywords.ts";
import { summarize } from "../../../contracts/tasks/summarize.ts";
import { type LlmServer, startLlmServer } from "../../helpers/llm-server.ts";
import { taskContext } from "../../helpers/task-context.ts";

let server: LlmServer;
let summary: typeof import("../../../functions/tasks/summarize.ts");
let words: typeof import("../../../functions/tasks/keywords.ts");
beforeAll(async () => {
  server = await startLlmServer();
  Object.assign(process.env, server.settings);
  summary = await import("../../../functions/tasks/summarize.ts");
  words = await import("../../../functions/tasks/keywords.ts");
});
afterAll(() => server?.close());

const long =
  "The town of Bremen has opened a new bridge over the Weser. It cost 40 million euros and took six years to build. Cyclists " +
  "have a lane of their own, and trams cross it every ten minutes. The mayor called it a gift to the people.";

describe("a summary", () => {
  it.each<[text: string, said: string, more?: object]>([
    // very short texts
    ["Rain.", "Rain."],
    ["Hello!", "A greeting."],
    ["It rains.", "Rain."],
    ["Yes.", "Agreement."],
    ["Ann.", "Ann"],
    ["42", "The number 42."],
    ["OK", "OK"],
    ["Yes.", "Yes."],
    ["Done.", "Done."],
    ["Meeting at 5.", "Meeting at 5."],
    ["404", "404"],
    ["Ja.", "Ja."],
    ["👍", "👍"],
    ["x", "x"],
    ["Tom sleeps.", "Tom sleeps."],
    ["Tom sleeps.", "Tom is asleep"],
    // repeated text
    ["The bell rang. The bell rang. The bell rang.", "The bell rang. The bell rang. The bell rang."],
    ["The bell rang. The bell rang. The bell rang.", "The bell rang three times."],
    [
      "Row, row, row your boat, gently down the stream. Merrily, merrily, merrily, merrily, life is but a dream.",
      "Row, row, row your boat: merrily, merrily, merrily, merrily, life is a dream.",
    ],
    [
      "We shall fight on the beaches. We shall fight in the hills. We shall fight in the streets.",
      "We shall fight on the beaches, we shall fight in the hills, we shall fight in the streets.",
    ],
    ["Ha ha ha ha ha ha ha ha, he laughed.", "Ha ha ha ha ha ha ha ha."],
    [
      "We will rock you today, my friend. We will rock you today, my friend.",
      "We will rock you today, my friend. We will rock you today, my friend.",
    ],
    // languages
    ["布莱梅市开放了一座新桥。这座桥耗资四千万欧元。", "布莱梅开放了一座耗资四千万欧元的新桥。"],
    ["ブレーメン市は新しい橋を開通させました。", "ブレーメンに新しい橋が開通した。"],
    ["브레멘시는 새 다리를 개통했다.", "브레멘에 새 다리가 개통되었다"],
    ["افتتحت مدينة بريمن جسرا جديدا.", "بريمن تفتتح جسرا جديدا."],
    ["Город Бремен открыл новый мост через Везер.", "Бремен открыл новый мост."],
    ["ब्रेमेन शहर ने एक नया पुल खोला।", "ब्रेमेन में नया पुल खुला।"],
    ["เมืองเบรเมนเปิดสะพานใหม่", "เบรเมนเปิดสะพานใหม่"],
    [
      "Die Stadt Bremen hat eine neue Brücke eröffnet. Sie kostete 40 Millionen Euro.",
      "Bremen hat für 40 Millionen Euro eine neue Brücke eröffnet.",
    ],
    [
      "Leider kann ich Ihnen den Vertrag nicht zusenden, schreibt Herr Maier.",
      "Herr Maier kann den Vertrag leider nicht zusenden.",
    ],
    ["Ich muss das Angebot leider ablehnen. Grüße, Eva", "Eva lehnt das Angebot ab."],
    ["Ich muss das Angebot leider ablehnen. Grüße, Eva", "Ich muss das Angebot leider ablehnen."],
    [
      "I'm sorry, but I can't help you with the move on Saturday. Tom",
      "I'm sorry, but I can't help with the move on Saturday.",
    ],
    ["I'm sorry, but I can't help you with the move on Saturday. Tom", "Tom can't help with the move on Saturday."],
    [
      "We cannot provide this document before Monday, the office said.",
      "We cannot provide this document before Monday.",
    ],
    // subjects that look like faults
    ["The server was down on Monday. Users saw an internal error.", "The server was unavailable on Monday."],
    ["The server was down on Monday. Users saw an internal error.", "Server is down."],
    ["Der Server war am Montag nicht erreichbar.", "Fehler: Der Server war nicht erreichbar."],
    [
      "Please provide the text of the contract by Friday, asks the lawyer.",
      "The lawyer asks to provide the text of the contract by Friday.",
    ],
    ["Please provide the text of the contract by Friday.", "Please provide the contract's text by Friday."],
    ["The user wants a summary of all orders in the app.", "The user wants a summary of orders."],
    ["Tom wants help. He asks how he can help Ann.", "Tom asks how he can help Ann."],
    ["Our office is closed. How can I help you? asks the bot.", "A bot asks how it can help; the office is closed."],
    ["function add(a, b) returns the sum of a and b.", "add(a, b) returns the sum."],
    ["Use the command: import os. It loads the module os.", "import os loads the module os."],
    ["SELECT name FROM users; selects all names from the table.", "SELECT name FROM users; lists all names."],
    ["The loop prints 1 1 1 1 1 1 1 1.", "1 1 1 1 1 1 1 1"],
    // forms
    [long, "Bremen opened a 40-million-euro bridge over the Weser; cyclists and trams cross it."],
    [long, "New bridge in Bremen"],
    [long, "- New bridge over the Weser\n- 40 million euros, six years\n- Lanes for cyclists and trams"],
    [long, "Bremen: new bridge, 40 million euros, six years."],
    [long, "The bridge (40 million euros) is open."],
    [long, "„Ein Geschenk“, sagt der Bürgermeister: die neue Brücke.", { language: "de" }],
    [long, "A bridge for everyone!"],
    [long, "What did it cost? 40 million euros."],
    [long, "In short, Bremen has a new bridge."],
    [long, "To sum up, Bremen opened a bridge."],
    [long, "Bremen's new bridge cost €40m"],
    [long, "Note: the bridge cost 40 million euros."],
    [long, "The text says that Bremen opened a bridge."],
    [long, "This article is about a bridge in Bremen."],
    [long, "I think the bridge is good, says the mayor."],
    [long, "**Bremen** opened a bridge"],
    [long, "1. Bremen opened a bridge. 2. It cost 40 million euros."],
    [long, 'The mayor: "a gift to the people"'],
    [long, "Bremen, Germany"],
    [long, "Bremen opened a bridge that people wait for"],
    [long, "It is a bridge the people look up to, and trams run on"],
    ["Contact: a@b.de, tel. 0421 1234, https://example.com/bridge", "Contact: a@b.de, https://example.com/bridge"],
    ["| a | b |\n|---|---|\n| 1 | 2 |", "a is 1, b is 2."],
    ["€€€ §§§ ### are signs.", "€€€ §§§ ### are signs."],
    ["E = mc² ⇒ E/c² = m", "E = mc²"],
    ["3 + 4 = 7", "3 + 4 = 7"],
    ["Der Text ist zu kurz für eine Zusammenfassung.", "Der Text ist zu kurz."],
    ["Summary: Bremen opened a bridge.", "Bremen opened a bridge."],
    ["The article has two options. Option 1: go. Option 2: stay.", "Option 1: go.\nOption 2: stay."],
    [
      "The hen said: cluck cluck cluck cluck cluck cluck cluck cluck!",
      "cluck cluck cluck cluck cluck cluck cluck cluck",
    ],
    ["AAAAAAAAAAAAAAAAAAAAAAAA!", "AAAAAAAAAAAAAAAAAAAAAAAA!"],
    // refusals, rules and faults as subjects
    [
      "A study looked at how chat bots refuse. Many say: I'm sorry, but I can't help with that. Users find it rude.",
      "Chat bots often refuse with \"I'm sorry, but I can't help with that\", which users find rude.",
    ],
    [
      "The minister said: I cannot support this law. The vote is on Friday.",
      '"I cannot support this law", said the minister before Friday\'s vote.',
    ],
    [
      "Dear Tom, unfortunately I cannot come to the party. I hope you have fun. Ann",
      "Unfortunately, Ann cannot come to the party.",
    ],
    [
      "Dear Tom, unfortunately I cannot come to the party. I hope you have fun. Ann",
      "I cannot come to the party, writes Ann.",
    ],
    [
      "The bank declined the loan. It said it could not process the request without documents.",
      "The bank could not process the request without documents and declined the loan.",
    ],
    [
      "Large language models are trained on text. As an AI they cannot feel, the author argues.",
      "As an AI cannot feel, language models only imitate, the author argues.",
    ],
    [
      "The company's AI assistant refuses to give legal advice. It tells users to ask a lawyer.",
      "The assistant refuses legal advice and refers users to a lawyer.",
    ],
    [
      "Our guidelines forbid posts with hate. Posts that violate the guidelines are removed.",
      "Posts that violate the guidelines are removed.",
    ],
    [
      "Content that violates our policies is blocked. You can appeal within 14 days.",
      "Content that violates the policies is blocked; appeals are possible within 14 days.",
    ],
    [
      "The pump shows Error: E42 and stops. Press reset for 5 seconds.",
      "Error E42 stops the pump; reset it for 5 seconds.",
    ],
    [
      "The site returned 502 Bad Gateway for two hours on Monday. The cause was a full disk.",
      "A full disk caused 502 Bad Gateway errors for two hours on Monday.",
    ],
    [
      "Thinking fast and slow are two systems of the mind. The slow one tires us.",
      "Thinking: fast and slow are two systems, and the slow one tires us.",
    ],
    ["Step 1: open the lid. Step 2: add water. Step 3: close it.", "Open the lid, add water, close it."],
    [
      "Ich kann leider nicht an der Sitzung teilnehmen. Bitte schicken Sie mir das Protokoll. Meier",
      "Meier kann leider nicht an der Sitzung teilnehmen und bittet um das Protokoll.",
    ],
    [
      "Ich kann leider nicht an der Sitzung teilnehmen. Bitte schicken Sie mir das Protokoll. Meier",
      "Leider kann ich nicht an der Sitzung teilnehmen; ich bitte um das Protokoll.",
    ],
    [
      "Der Antrag wurde abgelehnt, weil er gegen die Richtlinien verstößt. Widerspruch ist möglich.",
      "Der Antrag verstößt gegen die Richtlinien und wurde abgelehnt; Widerspruch ist möglich.",
    ],
    [
      "Das Amt teilte mit: Aus Sicherheitsgründen darf das Gebäude nicht betreten werden.",
      "Aus Sicherheitsgründen darf das Gebäude nicht betreten werden.",
    ],
    [
      "Die KI lehnt Fragen zur Politik ab. Sie sagt dann, das könne sie nicht beantworten.",
      "Die KI sagt bei Fragen zur Politik, dass sie diese nicht beantworten kann.",
    ],
    [
      "Le maire est désolé: il ne peut pas financer le pont. La région doit aider.",
      "Le maire, désolé, ne peut pas financer le pont ; la région doit aider.",
    ],
    ["Je suis désolé, je ne peux pas venir samedi. Paul", "Paul est désolé : il ne peut pas venir samedi."],
    ["Je suis désolé, je ne peux pas venir samedi. Paul", "Désolé, je ne peux pas venir samedi, écrit Paul."],
    [
      "Lo siento, no puedo pagar la factura este mes, escribe Ana. Pide un plazo.",
      "Lo siento, no puedo pagar la factura este mes: Ana pide un plazo.",
    ],
    [
      "El banco no puede ayudar a la empresa. Falta un aval.",
      "El banco no puede ayudar a la empresa porque falta un aval.",
    ],
    ["店主说：抱歉，我们无法退款。顾客很生气。", "店主表示抱歉，无法退款，顾客很生气。"],
    ["这个模型无法回答医学问题。它建议看医生。", "该模型无法回答医学问题，建议看医生。"],
    [
      "I'm sorry, I can't help you move on Saturday, as I work. Ask Ben. Yours, Tom",
      "Sorry, I can't help you move on Saturday; ask Ben.",
    ],
    [
      "We are unable to ship to islands. Customers must pick up their goods.",
      "Unable to ship to islands, the shop asks customers to pick up goods.",
    ],
    [
      "The model refused to answer 30 of 100 questions. It was most careful with medicine.",
      "The model refused 30 of 100 questions, mostly about medicine.",
    ],
    [
      "A redacted report was published. Three pages were removed by the censor.",
      "Three pages of the redacted report were removed by the censor.",
    ],
    [
      "No comment, said the coach. He cannot discuss the injury.",
      '"I cannot discuss this", said the coach of the injury.',
    ],
    [
      "The law says that minors must decline such offers. Shops that sell anyway are fined.",
      "Minors must decline such offers; shops that sell anyway are fined.",
    ],
    [
      "This request cannot be processed because the form is not signed, the office wrote.",
      "The office wrote that this request cannot be processed as the form is unsigned.",
    ],
    [
      "How can I help you today? is what the robot at the desk says. Guests like it.",
      "The robot at the desk asks: How can I help you today?",
    ],
    [
      "The text was too short to judge, said the jury. It gave no prize.",
      "The text was too short to judge, said the jury.",
    ],
    [
      "Kids should not talk to strangers. Let's talk about something else, they can say.",
      'Kids can say "Let\'s talk about something else" to strangers.',
    ],
    [
      "The river rose. The town was not able to help all people at once.",
      "The town was not able to help all at once as the river rose.",
    ],
    [
      "To be honest, I do not feel comfortable with the new boss, she wrote.",
      "She does not feel comfortable with the new boss.",
    ],
    [
      "To be honest, I do not feel comfortable with the new boss, she wrote.",
      "I do not feel comfortable with the new boss, she wrote.",
    ],
    [
      "The doctor: I would rather not operate. We wait a week.",
      "The doctor would rather not operate and waits a week.",
    ],
    [
      "Safety first: the plant was closed, as it was not appropriate to go on.",
      "It was not appropriate to go on, so the plant was closed.",
    ],
    [
      "My guidelines for cooking: no salt before tasting, and never a hot pan without oil.",
      "My guidelines: no salt before tasting, no hot pan without oil.",
    ],
    [
      "A robot said: I am programmed to be harmless. The audience laughed.",
      "The robot said it is programmed to be harmless, and the audience laughed.",
    ],
    [
      "The firm regrets that it is not in a position to deliver in May.",
      "The firm is not in a position to deliver in May.",
    ],
    [
      "Ich möchte keine Rede halten, schrieb der Autor. Er bleibt daheim.",
      "Der Autor möchte keine Rede halten und bleibt daheim.",
    ],
    [
      "Wir verstehen Ihr Anliegen, können die Reparatur aber nicht bezahlen. Ihr Vermieter",
      "Wir verstehen Ihr Anliegen, können die Reparatur aber nicht bezahlen.",
    ],
    [
      "Der Chef sagte, das übersteige seine Möglichkeiten. Der Betriebsrat widersprach.",
      "Das übersteigt die Möglichkeiten des Chefs; der Betriebsrat widersprach.",
    ],
    [
      "Malheureusement, l'usine ferme. Il est impossible de la sauver.",
      "Malheureusement, il est impossible de sauver l'usine.",
    ],
    [
      "Prefiero no responder, dijo el ministro. La prensa insiste.",
      "Prefiero no responder, dijo el ministro a la prensa.",
    ],
    ["作为教师，我不能同意这个计划，他说。学校会再讨论。", "他作为教师不同意这个计划，学校会再讨论。"],
    [
      "Rate limits: 10 requests a minute. When the rate limit is exceeded, wait.",
      "When the rate limit of 10 requests a minute is exceeded, wait.",
    ],
    [
      "In my view the plan is wrong, and I will not vote for it, said Ms Ray.",
      "In my view the plan is wrong; I will not vote for it, said Ms Ray.",
    ],
    [
      "I wrote this text in Rome. I could not finish it there, so I went home.",
      "I wrote this text in Rome and could not finish it there.",
    ],
    [
      "The topic of the talk is noise. I do not like this topic, but it matters.",
      "I do not like this topic, noise, but it matters.",
    ],
    [
      "My training for the race did not go well. I will not run in May.",
      "My training did not go well, so I will not run in May.",
    ],
    [
      "We cannot accept your request for leave in July. Please choose another month. HR",
      "We cannot accept your request for leave in July; please choose another month.",
    ],
    [
      "I can't read this text without glasses, grandma said, and laughed.",
      "Grandma can't read this text without glasses.",
    ],
    [
      "I can't read this text without glasses, grandma said, and laughed.",
      "I can't read this text without glasses, said grandma, laughing.",
    ],
    [
      "I refuse to sign the contract. It has no end date. Best, Ole",
      "I refuse to sign the contract, as it has no end date.",
    ],
    [
      "The summary of the report is missing. I cannot find it in the archive. Jana",
      "I cannot find the summary of the report in the archive.",
    ],
    [
      "Your request of 3 May was refused. I am not able to change that. M. Stein",
      "I am not able to change that your request of 3 May was refused.",
    ],
    [
      "Ich kann diesen Text nicht lesen, sagte das Kind. Die Lehrerin half.",
      "Ich kann diesen Text nicht lesen, sagte das Kind.",
    ],
    [
      "Meine Möglichkeiten sind begrenzt, ich kann das Haus nicht kaufen. Gruß, Jo",
      "Meine Möglichkeiten reichen nicht, ich kann das Haus nicht kaufen.",
    ],
    [
      "Ich habe Ihre Bitte gelesen und kann sie nicht erfüllen. Die Hausverwaltung",
      "Ich kann Ihre Bitte nicht erfüllen, schreibt die Hausverwaltung.",
    ],
    [
      "Je ne comprends pas votre demande, écrit le notaire. Merci de préciser.",
      "Je ne comprends pas votre demande, écrit le notaire.",
    ],
    ["Je n'ai pas lu ce texte, avoue le ministre.", "Je n'ai pas lu ce texte, avoue le ministre."],
    [
      "No entiendo este tema, dice el alumno. El profesor lo explica.",
      "El alumno no entiende este tema y el profesor lo explica.",
    ],
    ["我不同意这个要求，她说。公司会再考虑。", "她不同意这个要求，公司会再考虑。"],
    ["老师说，我们换个话题吧。学生们笑了。", "老师建议换个话题，学生们笑了。"],
    [
      "The AI assistant of the bank cannot open accounts. I had to call, writes a customer.",
      "The AI assistant cannot open accounts; I had to call, writes a customer.",
    ],
    [
      "Researchers taught a language model to say no. I was surprised that it cannot be tricked, said one.",
      "A language model learned to say no; one researcher was surprised that it cannot be tricked.",
    ],
    ["Let's talk about something different today: bees. They cannot see red.", "Bees cannot see red."],
    [
      "The key word in the contract is 'may'. I do not have to pay, says Tom.",
      "The key word is 'may': I do not have to pay, says Tom.",
    ],
    ["My policy is simple: I will not lend tools. Neighbours know it.", "My policy is simple: I will not lend tools."],
    [
      "Das Thema Rente ist schwer. Ich möchte darüber nicht sprechen, sagt Opa.",
      "Über das Thema Rente möchte Opa nicht sprechen.",
    ],
    [
      "In this text I argue that cars do not belong in towns. Buses do.",
      "In this text I argue that cars do not belong in towns.",
    ],
    [
      "I was asked to write a summary of my year. It was not a good year, but I can laugh now.",
      "My year was not good, but I can laugh now.",
    ],
    [
      "Dear all, I have to cancel my talk on this topic. My voice is gone. Lena",
      "Lena has to cancel her talk as her voice is gone.",
    ],
    [
      "Dear all, I have to cancel my talk on this topic. My voice is gone. Lena",
      "I have to cancel my talk on this topic, as my voice is gone.",
    ],
    [
      "We regret that we cannot offer you the job. Your documents will be sent back.",
      "We cannot offer you the job and will send back your documents.",
    ],
    [
      "I do not recommend this product. The battery died in a week and I could not return it.",
      "I do not recommend this product: the battery died in a week.",
    ],
    ["I can't stop reading this text by Kafka, she writes in her diary.", "She can't stop reading a text by Kafka."],
    [
      "Ich darf diesen Text nicht ändern, sagt die Lektorin. Der Autor ist streng.",
      "Die Lektorin darf den Text nicht ändern, denn der Autor ist streng.",
    ],
    [
      "Ich darf diesen Text nicht ändern, sagt die Lektorin. Der Autor ist streng.",
      "Ich darf diesen Text nicht ändern, sagt die Lektorin.",
    ],
    [
      "Leider können wir Ihre Anfrage nicht bearbeiten, da Unterlagen fehlen. Bitte reichen Sie diese nach.",
      "Wir können Ihre Anfrage nicht bearbeiten, da Unterlagen fehlen.",
    ],
    [
      "Leider kann ich Ihre Anfrage nicht bearbeiten, da Unterlagen fehlen. Frau Stolz",
      "Ich kann Ihre Anfrage nicht bearbeiten, da Unterlagen fehlen.",
    ],
    [
      "Je ne peux pas signer ce document, dit le maire. Il manque une page.",
      "Il manque une page : le maire ne peut pas signer ce document.",
    ],
    ["No puedo recomendar este hotel. El ruido no me dejó dormir.", "No puedo recomendar este hotel por el ruido."],
    ["我不能参加这个会议，李老师说。请王老师代替。", "李老师不能参加这个会议，请王老师代替。"],
    [
      "The app says: I cannot find your parcel. Users complain about the message.",
      "Users complain that the app says: I cannot find your parcel.",
    ],
    [
      "Thank you for asking me to your wedding. In May I am in Peru, so it cannot be. Lou",
      "I have to decline the invitation, as I am travelling in May.",
    ],
    [
      "Dear Eva, the report will not be ready before Monday. My son moves house, and I can't even help him. Jo",
      "I cannot provide the report before Monday, and I can't help my son.",
    ],
    [
      "Your form came back to us. It lacks a signature, and without one nothing can be done.",
      "The form was not accepted: the request cannot be processed without a signature.",
    ],
    [
      "Policy update: I, as mayor, will not extend my policies on parking.",
      "The mayor will not extend the policies on parking.",
    ],
  ])("of %j that says %j", async (text, said, more = {}) => {
    server.always({ kind: "answer", content: said });
    const result = await summary.run(summarize.input.parse({ text, max_length: 40, ...more }), taskContext());
    expect(result).toMatchObject({ summary: said });
    expect(result).not.toHaveProperty("truncated");
  });
});

describe("keywords", () => {
  it.each<[text: string, said: string, ...right: string[]]>([
    [
      long,
      '{"keywords":["Bremen","bridge over the Weser","40 million euros","trams"]}',
      ...["Bremen", "bridge over the Weser", "40 million euros", "trams"],
    ],
    [
      long,
      '{"keywords":["The mayor called it a gift to the people"]}',
      ...["The mayor called it a gift to the people"],
    ],
    [
      long,
      '{"keywords":["The mayor called it a gift to the people."]}',
      ...["The mayor called it a gift to the people."],
    ],
    [
      long,
      '{"keywords":["Cyclists have a lane of their own, and trams cross it every ten minutes."]}',
      ...["Cyclists have a lane of their own, and trams cross it every ten minutes."],
    ],
    [long, "Bremen, Weser, bridge", ...["Bremen", "Weser", "bridge"]],
    [long, "bridge", ...["bridge"]],
    [long, '["bridge"]', ...["bridge"]],
    [long, "Bremen", ...["Bremen"]],
    ["布莱梅市开放了一座新桥。", '{"keywords":["布莱梅","新桥"]}', ...["布莱梅", "新桥"]],
    ["布莱梅市开放了一座新桥。", "布莱梅、新桥", ...["布莱梅", "新桥"]],
    ["ブレーメン市は新しい橋を開通させました。", '["ブレーメン市","新しい橋"]', ...["ブレーメン市", "新しい橋"]],
    [
      "Die Donaudampfschifffahrtsgesellschaft fährt.",
      '{"keywords":["Donaudampfschifffahrtsgesellschaft"]}',
      ...["Donaudampfschifffahrtsgesellschaft"],
    ],
    ["Город Бремен открыл мост.", '{"keywords":["Бремен","мост"]}', ...["Бремен", "мост"]],
    ["A", '{"keywords":["A"]}', ...["A"]],
    ["C++ and C# and .NET", '{"keywords":["C++","C#",".NET"]}', ...["C++", "C#", ".NET"]],
    ["C++ and C# and .NET", "C++, C#, .NET", ...["C++", "C#", ".NET"]],
    [
      "The HTTP error 404 Not Found and the status 502 Bad Gateway.",
      '{"keywords":["404 Not Found","502 Bad Gateway","HTTP error"]}',
      ...["404 Not Found", "502 Bad Gateway", "HTTP error"],
    ],
    ["Null pointers: null and None in Python.", '{"keywords":["null","None","Python"]}', ...["null", "None", "Python"]],
    ["Null pointers: null and None in Python.", '{"keywords":["None"]}', ...["None"]],
    ["Yes and No are words.", '{"keywords":["Yes","No"]}', ...["Yes", "No"]],
    ["Yes and No are words.", "Yes, No", ...["Yes", "No"]],
    [
      "Tom & Ann: 3.14, 2026-11-29",
      '{"keywords":["Tom & Ann","3.14","2026-11-29"]}',
      ...["Tom & Ann", "3.14", "2026-11-29"],
    ],
    [
      "Do you love me? is a song by The Contours",
      '{"keywords":["Do you love me?","The Contours"]}',
      ...["Do you love me?", "The Contours"],
    ],
    ["I Want You is by Bob Dylan", '{"keywords":["I Want You","Bob Dylan"]}', ...["I Want You", "Bob Dylan"]],
    ["I Want You is by Bob Dylan", "- I Want You\n- Bob Dylan", ...["I Want You", "Bob Dylan"]],
    ["Let me be your star, a song", "Let me be your star, song", ...["Let me be your star", "song"]],
    ["U.S.A. and Dr. Smith Jr.", '{"keywords":["U.S.A.","Dr. Smith Jr."]}', ...["U.S.A.", "Dr. Smith Jr."]],
    ["Use keyword1 for that", '{"keywords":["keyword1"]}', ...["keyword1"]],
    ["😀 is happy 🎉", '{"keywords":["😀","🎉"]}', ...["😀", "🎉"]],
    ["Ratio 3:4", '{"keywords":["3:4"]}', ...["3:4"]],
    ["#love and #peace", "#love #peace", ...["love", "peace"]],
    ["Peace", '{"keywords":["Peace"]}', ...["Peace"]],
    ["the", '{"keywords":[]}', ...[]],
    ["Erklärung der Menschenrechte", "1. Menschenrechte\n2. Erklärung", ...["Menschenrechte", "Erklärung"]],
    ["sorry is a word in Unfortunately", '{"keywords":["sorry","Unfortunately"]}', ...["sorry", "Unfortunately"]],
    ["Sorry seems to be the hardest word", "sorry, word", ...["sorry", "word"]],
    [
      long,
      '{"keywords":["river crossing","public transport","infrastructure"]}',
      ...["river crossing", "public transport", "infrastructure"],
    ],
  ])("of %j from %j", async (text, said, ...right) => {
    server.always({ kind: "answer", content: said });
    const result = await words.run(keywords.input.parse({ text, max_keywords: 5 }), taskContext());
    expect(result.keywords).toEqual(right);
  });
});
