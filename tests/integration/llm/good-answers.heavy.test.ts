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
