import { expect, test } from "vitest";
import { addToCatalog, addToQueueFile } from "../../../cli/scaffold/edit-source.ts";
import type { TaskPlan } from "../../../cli/scaffold/templates.ts";
import { runCli } from "../../helpers/cli.ts";

const plan: TaskPlan = {
  name: "translate_text",
  file: "translate-text",
  identifier: "translateText",
  queue: "default",
  retry: "standard",
  llm: false,
  description: "Translates.",
};

test("adds a task to the catalog as its last entry", () => {
  const source = `import { keywords } from "./tasks/keywords.ts";

export const catalog = defineCatalog({
  keywords,
});
`;

  expect(addToCatalog(source, plan)).toBe(`import { keywords } from "./tasks/keywords.ts";
import { translateText } from "./tasks/translate-text.ts";

export const catalog = defineCatalog({
  keywords,
  translate_text: translateText,
});
`);
});

test("adds its import behind one of several lines", () => {
  const source = `import {
  first,
  second,
} from "./tasks/two.ts";

export const catalog = defineCatalog({
  first,
});
`;

  expect(addToCatalog(source, plan)).toContain(
    `} from "./tasks/two.ts";\nimport { translateText } from "./tasks/translate-text.ts";\n\nexport`,
  );
});

test.each([
  ["{ health_check: healthCheck }", "{ health_check: healthCheck, translate_text: translateText }"],
  ["{\n  keywords,\n  normalize,\n}", "{ keywords,\n  normalize, translate_text: translateText }"],
  ["{}", "{ translate_text: translateText }"],
])("adds a task to the queue's handlers %j", (before, after) => {
  const source = (handlers: string) => `export const handler = queueHandler("default", ${handlers});\n`;

  expect(addToQueueFile(source(before), plan)).toContain(source(after));
});

test("leaves a file alone whose shape it does not know", () => {
  expect(() => addToCatalog("export const catalog = load();", plan)).toThrow(
    /Add `translate_text: translateText` there by hand/,
  );
  expect(() => addToQueueFile("export const handler = queueHandler(name, tasks);", plan)).toThrow(/by hand/);
});

test.each([
  ["translateText", [], /snake_case/],
  ["summarize", [], /There is a task summarize already/],
  ["extract_keywords", [], /There is a task keywords already, also called extract_keywords/],
  ["new_one", ["--queue", "Big Queue"], /lower-case words joined by hyphens/],
])("refuses new-task %s %j and writes nothing", async (name, more, message) => {
  const { code, stderr } = await runCli(["new-task", name, ...more]);

  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});
