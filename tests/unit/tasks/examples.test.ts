import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { catalog } from "../../../contracts/catalog.ts";
import { keywords as keywordsTask } from "../../../contracts/tasks/keywords.ts";
import { normalize as normalizeTask } from "../../../contracts/tasks/normalize.ts";
import { summarize as summarizeTask } from "../../../contracts/tasks/summarize.ts";
import { run as keywords } from "../../../functions/tasks/keywords.ts";
import { run as normalize } from "../../../functions/tasks/normalize.ts";
import { run as summarize } from "../../../functions/tasks/summarize.ts";
import { compileSchema } from "../../../shared/capabilities/json-schema/compile-schema.ts";
import { taskContext } from "../../helpers/task-context.ts";

const examples = new URL("../../../examples/", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, examples), "utf8");
const texts = readdirSync(new URL("texts/", examples)).filter((name) => name.endsWith(".txt"));
const requests = readdirSync(new URL("requests/", examples));

describe.each(texts)("examples/texts/%s", (file) => {
  const text = read(`texts/${file}`);
  const language = file.split(".").at(-2) ?? "en";

  test("is summarized within its length", async () => {
    const input = summarizeTask.input.parse({ text, max_length: 80, language });

    const output = summarizeTask.output.parse(await summarize(input, taskContext()));

    expect(output.summary_length).toBeLessThanOrEqual(80);
    expect(output.summary_length).toBeGreaterThan(40);
    expect(output.original_length).toBeGreaterThan(800);
    expect(output.compression_ratio).toBeCloseTo(output.summary_length / output.original_length, 3);
  });

  test("has key phrases", async () => {
    const input = keywordsTask.input.parse({ text, language });

    const output = keywordsTask.output.parse(await keywords(input, taskContext()));

    expect(output.count).toBe(10);
    expect(output.keywords).toHaveLength(10);
  });
});

describe.each(requests)("examples/requests/%s", (file) => {
  test("fills every field of its schema", async () => {
    const input = normalizeTask.input.parse(JSON.parse(read(`requests/${file}`)));

    const { normalized, confidence } = normalizeTask.output.parse(await normalize(input, taskContext()));

    compileSchema(input.schema, "/schema").validate(normalized);
    expect(Object.keys(normalized).sort()).toEqual(Object.keys(Object(input.schema.properties)).sort());
    expect(confidence).toBeGreaterThan(0.8);
  });
});

const inputs = ["writing", "validation", "evaluation", "escalation"].flatMap((folder) =>
  readdirSync(new URL(`${folder}/`, examples)).map((file) => `${folder}/${file}`),
);

describe.each(inputs)("examples/%s", (file) => {
  test("is an input of its task", () => {
    const [task = ""] = file.split("/").at(-1)?.split(".") ?? [];
    expect(catalog.findTask(task)?.input.parse(JSON.parse(read(file)))).toBeDefined();
  });
});
