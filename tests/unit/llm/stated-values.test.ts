/**
 * Values of objects that say nothing, such as "N/A": kept where the text itself says so, and missing elsewhere.
 *
 * @module
 */

import { describe, expect, it } from "vitest";
import { compileSchema } from "../../../shared/capabilities/json-schema/compile-schema.ts";
import { objectOfSchema } from "../../../shared/capabilities/llm/reading/object-of-schema.ts";
import { readAnswer } from "../../../shared/capabilities/llm/reading/read-answer.ts";

const read = (value: Record<string, unknown>, source: string, property: object = { type: "string" }) => {
  const properties = Object.fromEntries(Object.keys(value).map((name) => [name, property]));
  const schema = compileSchema({ type: "object", properties, required: Object.keys(value) }, "/schema");
  const asked = { system: "", prompt: source };
  const answer = readAnswer({ text: JSON.stringify(value), finish: "stop", usage: null }, { asked, wantsJson: true });
  return objectOfSchema(answer, schema, { source });
};

describe("a value that the text states is kept", () => {
  it.each<[source: string, value: Record<string, string>]>([
    ["The suspect's name is unknown.", { name: "unknown" }],
    ["Status: N/A", { status: "N/A" }],
    ["Status: n.a.", { status: "N/A" }],
    ["Size: -", { size: "-" }],
    ["Name; size\nAnn; -", { name: "Ann", size: "-" }],
    ["| Ann | – |", { name: "Ann", size: "–" }],
    ["As a separator, use -", { separator: "-" }],
    ["Grade: ?", { grade: "?" }],
    ["Allergies: None", { allergies: "None" }],
    ["He has no allergies.", { allergies: "none" }],
    ["There is no middle name.", { middleName: "none" }],
    ["Allergien: keine Angabe", { allergien: "keine Angabe" }],
    ["Er hat keine Allergien.", { allergien: "keine" }],
    ["Middle name not given.", { middle: "not given" }],
    ["The value is null.", { value: "null" }],
    ["The song Unknown by Nil.", { title: "Unknown", artist: "Nil" }],
    ["Kunde: unbekannt verzogen", { customer: "unbekannt" }],
    ["Stufe: K.A.", { level: "k.A." }],
    ["The template says [NAME].", { text: "[NAME]" }],
    ["The variable is called string.", { variable: "string" }],
    ["Log: Error: disk full", { message: "Error: disk full" }],
    ["The disk was full, which is an error.", { message: "Error: disk full" }],
    ["I'm sorry, but I can't help you with the move. Tom", { reply: "I'm sorry, but I can't help with the move." }],
    ["Every 15 minutes of every second hour.", { cron: "*/15 */2 * * *" }],
    ["255 in binary.", { binary: "11111111" }],
    ["Transaction 00000000000000000000.", { transaction: "00000000000000000000" }],
    ["The pattern is three digits.", { pattern: "^\\d{3}$" }],
    ["日本の首都は東京です。", { 首都: "東京" }],
    ["中文姓名：李明", { name: "李明" }],
    ["Say OK.", { text: "OK" }],
    ["No remark.", { remark: "" }],
  ])("%j: %j", (source, value) => {
    expect(read(value, source)).toEqual(value);
  });
});

describe("a value that says nothing, and is not what the text says, is missing", () => {
  it.each<[source: string, value: Record<string, string>]>([
    ["Ann has two boats.", { name: "unknown" }],
    ["The invoice of the National bank.", { number: "N/A" }],
    ["He has no time.", { allergies: "none" }],
    ["- buy milk\n- buy bread", { shop: "-" }],
    ["Tom - the cat - sleeps.", { dog: "-" }],
    ["How old is Tom?", { age: "?" }],
    ["Ann hat zwei Boote.", { name: "nicht angegeben" }],
  ])("%j: %j", (source, value) => {
    expect(() => read(value, source)).toThrow("is required");
    const optional = read(value, source, { type: ["string", "null"] });
    expect(optional).toEqual(Object.fromEntries(Object.keys(value).map((name) => [name, null])));
  });
});

it("the schema itself is no answer", () => {
  const schema = { type: "object", properties: { name: {}, count: {} }, required: ["name"] };
  const compiled = compileSchema(schema, "/schema");
  for (const said of [schema, schema.properties]) {
    const answer = { text: "", values: [said], isCut: false };
    expect(() => objectOfSchema(answer, compiled, { source: "Ann" })).toThrow("did not answer");
  }
});
