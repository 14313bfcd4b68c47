import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { addToApp, addToCatalog, addToQueueFile } from "../../../cli/scaffold/edit-source.ts";
import { scaffoldTask } from "../../../cli/scaffold/scaffold-task.ts";
import type { TaskPlan } from "../../../cli/scaffold/templates.ts";
import { catalog } from "../../../contracts/catalog.ts";
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

describe("in an app of one's own", () => {
  const template = join(import.meta.dirname, "../../../examples/own-app");
  async function inApp(work: (folder: string) => Promise<void>): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "sluice-scaffold-"));
    try {
      await cp(template, folder, { recursive: true });
      await work(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  const add = (folder: string, name: string, more: object = {}) =>
    scaffoldTask({ name, ...more }, catalog, { repository: "/nowhere", folder });

  test("a task is two files, a test, and its lines in the catalog and the handlers", () =>
    inApp(async (folder) => {
      expect(await add(folder, "shout_text")).toEqual({
        created: ["sluice/tasks/shout-text.ts", "sluice/tasks/shout-text.run.ts", "tests/shout-text.test.ts"],
        changed: ["sluice/app.ts"],
        queue: "default",
        new_queue: false,
      });
      expect(await add(folder, "translate_text", { llm: true })).toMatchObject({
        queue: "translate-text",
        new_queue: true,
      });
      const app = await readFile(join(folder, "sluice/app.ts"), "utf8");
      expect(app).toContain("reading_report: readingReport, shout_text: shoutText, translate_text: translateText });");
      expect(app).toContain('  translate_text: () => import("./tasks/translate-text.run.ts"),\n};');
      expect(app).toContain('import { shoutText } from "./tasks/shout-text.ts";');
    }));

  test("a queue of the app keeps its retry class", () =>
    inApp(async (folder) => {
      await add(folder, "first_one", { queue: "invoices" });
      const path = join(folder, "sluice/tasks/first-one.ts");
      await writeFile(path, (await readFile(path, "utf8")).replace('"standard"', '"critical"'));
      expect(await add(folder, "second_one", { queue: "invoices" })).toMatchObject({ new_queue: false });
      expect(await readFile(join(folder, "sluice/tasks/second-one.ts"), "utf8")).toContain('retry: "critical"');
    }));

  test("nothing is written where something of that name is there, or there is no app", () =>
    inApp(async (folder) => {
      const before = await readFile(join(folder, "sluice/app.ts"), "utf8");
      await expect(add(folder, "word_stats")).rejects.toThrow("sluice/tasks/word-stats.ts is there already.");
      await expect(add(folder, "summarize")).rejects.toThrow("There is a task summarize already");
      expect(await readFile(join(folder, "sluice/app.ts"), "utf8")).toBe(before);
      await expect(add(tmpdir(), "word_stats")).rejects.toThrow("sluice init");
    }));

  test("entries on lines of their own stay so", () => {
    const source = `import { a } from "./tasks/a.ts";

export const catalog = defineCatalog({
  ...standardTasks,
  a,
});

export const handlers: Handlers<typeof catalog> = {
  a: () => import("./tasks/a.run.ts"),
};
`;
    expect(addToApp(source, plan)).toContain("  a,\n  translate_text: translateText,\n});");
  });

  test("a file of another shape is left alone", () => {
    expect(() => addToApp("export const catalog = load();", plan)).toThrow(/translate_text: translateText.*by hand/);
  });
});
