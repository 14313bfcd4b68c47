import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type InputOptions, readInput } from "../../../cli/input/task-input.ts";
import { catalogShapes, type TaskShape, textField } from "../../../cli/input/task-shape.ts";
import { catalog } from "../../../contracts/catalog.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-input-"));
  writeFileSync(join(folder, "report.txt"), "Water flows downhill.\n");
  writeFileSync(join(folder, "input.json"), JSON.stringify({ text: "From JSON.", max_length: 20 }));
  writeFileSync(join(folder, "schema.json"), JSON.stringify({ type: "object" }));
  writeFileSync(join(folder, "picture.png"), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff]));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string) => join(folder, name);

function task(name: string): TaskShape {
  const found = catalogShapes(catalog).find((each) => each.name === name);
  if (!found) throw new Error(`There is no task ${name}.`);
  return found;
}

const read = (name: string, options: InputOptions, stdin = "") =>
  readInput(task(name), options, Readable.from(stdin === "" ? [] : [stdin]));

test("puts a text file into the task's text field, whatever that is called", async () => {
  expect(textField(task("summarize"))?.name).toBe("text");
  expect(textField(task("normalize"))?.name).toBe("request");
  expect(textField(task("extract"))?.name).toBe("text");
  expect(textField(task("health_check"))).toBeUndefined();
  expect(await read("summarize", { file: file("report.txt") })).toEqual({ text: "Water flows downhill.\n" });
});

test("takes a .json file as the whole input, and lets single fields win", async () => {
  expect(await read("summarize", { file: file("input.json"), field: ["max_length=30"] })).toEqual({
    text: "From JSON.",
    max_length: 30,
  });
});

test("reads fields by their type, and from files", async () => {
  const field = [`request=@${file("report.txt")}`, `schema=@${file("schema.json")}`, "language=de"];

  expect(await read("normalize", { field })).toEqual({
    request: "Water flows downhill.\n",
    schema: { type: "object" },
    language: "de",
  });
  expect(await read("summarize", { field: ["text=a=b", "max_length=7"] })).toEqual({ text: "a=b", max_length: 7 });
  expect(await read("summarize", { field: ["text=@@home"] })).toEqual({ text: "@home" });
  expect(await read("health_check", { field: [`echo={"a":1}`] })).toEqual({ echo: { a: 1 } });
  expect(await read("health_check", { field: ["echo=plain"] })).toEqual({ echo: "plain" });
});

test("takes a text or the task's JSON from standard input", async () => {
  expect(await read("summarize", {}, "Piped text.")).toEqual({ text: "Piped text." });
  expect(await read("summarize", {}, `{"text":"Piped JSON.","max_length":9}`)).toEqual({
    text: "Piped JSON.",
    max_length: 9,
  });
  expect(await read("summarize", {}, `{"weather":"JSON that is a text"}`)).toEqual({
    text: `{"weather":"JSON that is a text"}`,
  });
  expect(await read("summarize", { file: "-", field: ["language=de"] }, "Text.")).toEqual({
    text: "Text.",
    language: "de",
  });
  expect(await read("summarize", { input: "-" }, `{"text":"x"}`)).toEqual({ text: "x" });
});

test("leaves standard input alone when nothing is missing", async () => {
  const open = new Readable({ read() {} });

  expect(await readInput(task("health_check"), {}, open)).toEqual({});
  expect(await readInput(task("summarize"), { field: ["text=x"] }, open)).toEqual({ text: "x" });
});

test.each<[string, InputOptions, RegExp]>([
  ["summarize", {}, /^text: summarize needs it. Give --file FILE/],
  ["summarize", { input: '{"txt": "Water."}' }, /^text: summarize needs it. .* It has no field txt\.$/],
  ["normalize", { field: ["request=x"] }, /^schema: normalize needs it/],
  [
    "summarize",
    { field: ["max_lenght=5"] },
    /^--field max_lenght: summarize has no such field. It has: text, max_length/,
  ],
  ["summarize", { field: ["text=x", "max_length=five"] }, /^--field max_length: must be a number/],
  ["normalize", { field: ["request=x", "schema=[]]"] }, /^--field schema: must be a JSON object/],
  ["summarize", { field: ["text"] }, /^--field text: give NAME=VALUE/],
  ["summarize", { input: "[1]" }, /^--input: must be a JSON object/],
  ["summarize", { input: "{" }, /^--input: is not JSON/],
  ["summarize", { file: "nowhere.txt" }, /^nowhere.txt: there is no such file/],
])("says what is wrong with the input of %s: %j", async (name, options, message) => {
  await expect(read(name, options)).rejects.toThrow(message);
});

test("refuses a file that is not text", async () => {
  await expect(read("summarize", { file: file("picture.png") })).rejects.toThrow(/picture.png: is not UTF-8 text/);
});

test("refuses a text for a task without a field for one", async () => {
  await expect(read("health_check", { file: file("report.txt") })).rejects.toThrow(/no field for a text/);
});
