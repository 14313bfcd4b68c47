/**
 * The Python package, as its users have it: built, installed from its archives into an empty environment, type-checked
 * with them, and run against the embedded stack.
 *
 * @module
 */

import { cp, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireInCi } from "../helpers/ci-tools.ts";
import { buildPythonPackage, hasPython, howToGetPython, type PythonPackage } from "../helpers/python-package.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

requireInCi("SLUICE_PYTHON", hasPython);

describe.skipIf(!hasPython)(`the Python package (skipped where Python lacks something: ${howToGetPython})`, () => {
  const client = join(import.meta.dirname, "../../clients/python");
  let stack: TestStack;
  let built: PythonPackage;
  const inside = async (args: string[]) => await built.run(args, stack);

  beforeAll(async () => {
    built = await buildPythonPackage();
    stack = await startTestStack();
    await cp(join(client, "tests"), join(built.folder, "tests"), { recursive: true });
    await cp(join(client, "examples"), join(built.folder, "examples"), { recursive: true });
  }, 300_000);
  afterAll(async () => {
    await stack?.[Symbol.asyncDispose]();
    await built?.[Symbol.asyncDispose]();
  });

  it("builds a wheel and an sdist, both small, with its types and generated tasks", async () => {
    expect(built.archives.map((name) => name.replace(/.*\.(whl|tar\.gz)$/, "$1")).sort()).toEqual(["tar.gz", "whl"]);
    for (const name of built.archives) {
      const { size } = await stat(join(built.folder, "dist", name));
      process.stdout.write(`${name}: ${size} bytes\n`);
      expect(size).toBeLessThan(60_000);
    }
    const files = await readdir(join(built.installed, "sluice"));
    expect(files).toEqual(expect.arrayContaining(["py.typed", "tasks.py", "client.py"]));
  });

  it("passes its tests against the embedded stack", async () => {
    const { ok, said } = await inside(["-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "tests"]);

    expect(ok, said).toBe(true);
    expect(said).toMatch(/\d+ passed/);
    expect(said).not.toMatch(/skipped/);
    // Its tests wait for more than two thousand jobs to be made.
  }, 600_000);

  it.each([
    ["wheel", ".whl"],
    ["sdist", ".tar.gz"],
  ])(
    "is installed from its %s, with what it depends on, and runs a job",
    async (name, ending) => {
      const archive = built.archives.find((each) => each.endsWith(ending)) ?? "";
      const code = `from sluice.tasks import health_check; print(health_check.delay("from the ${name}").get(timeout=240))`;

      const { ok, said } = await built.runFresh(archive, ["-c", code], stack);

      expect(ok, said).toBe(true);
      expect(said).toMatch(/'status': 'healthy'/);
      expect(said).toContain(`from the ${name}`);
      process.stdout.write(said);
      // pip fetches what it depends on.
    },
    300_000,
  );

  it("is typed strictly itself", async () => {
    const { ok, said } = await built.check();
    expect(ok, said).toBe(true);
  });

  it("is typed for callers: their own code is checked strictly, and a wrong argument does not pass", async () => {
    const checked = await inside(["-m", "mypy", "--strict", "tests", "examples"]);
    expect(checked.ok, checked.said).toBe(true);

    await writeFile(
      join(built.folder, "wrong.py"),
      "from sluice.tasks import summarize\n\nsummarize.delay(5, max_len=3)\n",
    );
    const wrong = await inside(["-m", "mypy", "--strict", "wrong.py"]);
    expect(wrong.ok).toBe(false);
    expect(wrong.said).toMatch(/wrong\.py:3: error/);
  });

  it("writes the types of a running stack, which are those that it was built with", async () => {
    const made = await inside(["-m", "sluice.generate", stack.stack.url, "-o", join(built.folder, "own_tasks.py")]);
    expect(made.ok, made.said).toBe(true);
    const checked = await inside(["-m", "mypy", "--strict", "own_tasks.py"]);
    expect(checked.ok, checked.said).toBe(true);
  });
});
