/**
 * `sluice new-task` in a copy of the project: what it writes type-checks, passes the lint and its own tests, and is known
 * everywhere.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../../..");
let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "sluice-new-task-"));
  for (const path of [
    "contracts",
    "functions",
    "shared",
    "client",
    "cli",
    "console",
    "framework",
    "infra",
    "local",
    "examples",
    "bench",
    "scripts",
    "tests",
    "cdk.json",
    "vitest.config.ts",
    "package.json",
    "tsconfig.json",
    "biome.json",
    ".gitignore",
  ]) {
    cpSync(join(root, path), join(copy, path), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"), "dir");
  // Biome asks git what to leave out.
  spawnSync("git", ["init", "-q"], { cwd: copy });
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const run = (program: string, ...args: readonly string[]) =>
  spawnSync(process.execPath, [join(copy, program), ...args], { cwd: copy, encoding: "utf8" });
const sluice = (...args: readonly string[]) => run("cli/sluice.mjs", ...args);
const read = (path: string) => readFileSync(join(copy, path), "utf8");

test("a task on a queue that exists, and one of the language model on a queue of its own", { timeout: 300_000 }, () => {
  const plain = sluice("new-task", "resize_image", "--description", "Makes an image smaller.");
  const llm = sluice("new-task", "translate_text", "--llm");
  const word = sluice("new-task", "import", "--queue", "reports");

  expect(plain.stderr).toContain("It runs on the queue default.");
  expect(plain.stdout).toBe(
    "created  contracts/tasks/resize-image.ts\ncreated  functions/tasks/resize-image.ts\n" +
      "created  tests/unit/tasks/resize-image.test.ts\nchanged  contracts/catalog.ts\n" +
      "changed  functions/queues/default.ts\nchanged  tests/unit/tasks/reach.test.ts\n",
  );
  expect(llm.stdout).toContain("created  functions/queues/translate-text.ts");
  expect(word.stdout).toContain("created  functions/queues/reports.ts");
  expect(read("contracts/catalog.ts")).toMatch(/\n {2}import: importTask,\n/);
  expect(read("functions/queues/default.ts")).toContain("resize_image: resizeImage");

  const types = run("node_modules/typescript/bin/tsc", "-p", ".");
  expect(types.stdout).toBe("");
  const lint = run(
    "node_modules/@biomejs/biome/bin/biome",
    "check",
    "contracts",
    "functions/tasks",
    "functions/queues",
    "tests/unit/tasks",
  );
  expect(lint.stdout + lint.stderr).not.toContain("error");
  expect(lint.status).toBe(0);

  const written = ["resize-image", "translate-text", "import", "reach"];
  const files = [...written, "descriptions"].map((file) => `tests/unit/tasks/${file}.test.ts`);
  const tests = run("node_modules/vitest/vitest.mjs", "run", "--project", "unit", ...files);
  for (const file of written) {
    expect(tests.stdout).toMatch(new RegExp(`✓.*tests/unit/tasks/${file}\\.test\\.ts`));
  }
  // What was not described is refused, and nothing else.
  const refused = [...tests.stdout.matchAll(/×.*the description of (\w+)/g)].map(([, name]) => name);
  expect(new Set(refused)).toEqual(new Set(["translate_text", "import"]));
  expect(tests.status).toBe(1);

  const tasks = sluice("tasks").stdout;
  expect(tasks).toContain("resize_image\tdefault\ttext\tMakes an image smaller.");
  expect(tasks).toContain("translate_text\ttranslate-text\ttext\t");
  expect(sluice("new-task", "resize_image").stderr).toContain("There is a task resize_image already");
});
