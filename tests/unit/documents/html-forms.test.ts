/**
 * What a browser shows of a page's forms and links.
 *
 * @module
 */

import { afterAll, describe, expect, it } from "vitest";
import { closeDocumentThreads, extract } from "../../helpers/document-builders.ts";

afterAll(closeDocumentThreads);

const read = async (body: string): Promise<string> =>
  (await extract(Buffer.from(`<!DOCTYPE html><html><body>${body}</body></html>`))).text;

it.each([
  [
    "the option that is selected",
    "Status: <select><option>single<option selected>married</select>.",
    "Status: married.",
  ],
  ["the first option where none is", "<select><option disabled>Choose<option>One<option>Two</select>", "One"],
  ["the name of an option", '<select><option selected label="Class III">3</option></select>', "Class III"],
  [
    "all options that are selected of a list",
    "<select multiple><option selected>A<option>B<option selected>C</select>",
    "A, C",
  ],
  ["nothing of a list in which none is", "Seen<select size=4><option>A<option>B</select>", "Seen"],
  ["boxes", "<input type=checkbox checked> Yes <input type=checkbox>No", "☒ Yes ☐ No"],
  ["buttons of which one is chosen", "Mr<input type=radio>, Mrs<input type=radio checked>", "Mr ☐, Mrs ☒"],
  [
    "what is entered",
    '<label>Name:</label><input value="Müller"><input type=email value="m@example.com">',
    "Name: Müller m@example.com",
  ],
  ["lines that are entered", "<textarea>One\nTwo</textarea>", "One\nTwo"],
  ["what a button says", '<input type=submit value="Send"><button>Stop</button>', "Send Stop"],
  [
    "no value that is not shown",
    "Seen<input type=hidden value=no><input type=password value=no><input type=range value=7>",
    "Seen",
  ],
  [
    "where links lead",
    '<a href="https://example.com/terms">Our terms</a> hold',
    "Our terms <https://example.com/terms> hold",
  ],
  ["addresses of mail", 'Write <a href="mailto:a@example.com">to us</a>.', "Write to us <a@example.com>."],
  ["no link whose text says it", '<a href="https://example.com/">example.com</a>', "example.com"],
  [
    "no link within the page or the site",
    '<a href="#top">Top</a> <a href="/imprint">Imprint</a> <a href="javascript:go()">Go</a>',
    "Top Imprint Go",
  ],
  ["no link that is longer than anybody reads", `<a href="https://example.com/?${"x".repeat(400)}">News</a>`, "News"],
  [
    "nothing that is hidden",
    'Seen<p hidden>no</p><div style="display:none">no<input value=no></div><dialog>no</dialog><datalist><option>no</datalist>',
    "Seen",
  ],
  ["a dialog that is open", "<dialog open>Seen</dialog>", "Seen"],
])("%s", async (_, body, expected) => {
  expect(await read(body)).toBe(expected);
});

it("controls within a table stay in their cells", async () => {
  expect(
    await read("<table><tr><td>Paid<td><input type=checkbox checked><tr><td>Sum<td><input value=12></table>"),
  ).toBe("Paid\t☒\nSum\t12");
});

describe("a style sheet", () => {
  const styled = async (css: string, body: string): Promise<string> => read(`<style>${css}</style>${body}`);

  it.each([
    [".no { display: none }", "<p class='a no'>hidden</p><p>seen</p>"],
    ["#no, .other {color: red; display:none !important}", "<p id=no>hidden</p><p>seen</p>"],
    [
      "/* .x{ */ p.no{visibility:hidden} @import 'x.css'; aside{display:none}",
      "<p class=no>hidden</p><aside>no</aside>seen",
    ],
    ["@media screen { .no { display: none } }", "<p class=no>hidden <b>all of it</b></p>seen"],
    [".no{display:none} li:hover .no{display:block}", "<p class=no>hidden</p>seen"],
    ["<!-- .no{display:none} -->", "<table class=no><tr><td>hidden</table>seen"],
  ])("hides what a reader does not see: %s", async (css, body) => {
    expect(await styled(css, body)).toBe("seen");
  });

  it.each([
    [".no{display:none} .no.open{display:block}", "<p class='no open'>seen</p>"],
    [".no{display:none} .no{display:inline}", "<p class=no>seen</p>"],
    ["#a{display:block} .no{display:none}", "<p class=no id=a>seen</p>"],
    [".no{display:none}", "<p class=no style='display: block'>seen</p>"],
    [".open{display:flex}", "<p class=open hidden>seen</p>"],
    [".no{display:none} body.ready .no{display:block}", "<p class=no>seen</p>"],
    ["@media print { .no { display: none } }", "<p class=no>seen</p>"],
    ["@media (max-width: 600px) { .no { display: none } }", "<p class=no>seen</p>"],
    [".no{display:none} @media (min-width: 600px) { .no { display: block } }", "<p class=no>seen</p>"],
    ["nav .no { display: none }", "<p class=no>seen</p>"],
    [".no::before { display: none }", "<p class=no aria-hidden=true>seen</p>"],
    [".no { display: none", "seen"],
    ["}} .no { visibility: visible }", "<p class=no>seen</p>"],
  ])("hides nothing else: %s", async (css, body) => {
    expect(await styled(css, body)).toBe("seen");
  });
});
