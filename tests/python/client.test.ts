/**
 * The Python package, as its users have it: built, installed from its archives into an empty environment, type-checked
 * with them, and run against the embedded stack.
 *
 * @module
 */

import { execFile, spawnSync } from "node:child_process";
import { cp, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

const python = process.env.SLUICE_PYTHON ?? "python3";
const needed = ["httpx", "build", "hatchling", "mypy", "pytest", "fastapi", "standardwebhooks"];
const available = spawnSync(python, ["-c", `import ${needed.join(", ")}`]).status === 0;
const how = `pip install ${needed.join(" ")}, and SLUICE_PYTHON names the Python that has them`;

describe.skipIf(!available)(`the Python package (skipped where Python lacks something: ${how})`, () => {
  const repository = join(import.meta.dirname, "../..");
  const run = promisify(execFile);
  let folder: string;
  let stack: TestStack;
  let installed: string;
  let archives: string[];

  /** Runs Python with the installed package alone: not synchronously, as the stack answers from this process. */
  const inside = async (args: string[], cwd = folder) => {
    const env = {
      ...process.env,
      PYTHONPATH: installed,
      SLUICE_URL: stack.stack.url,
      SLUICE_API_KEY: stack.stack.apiKey,
      MYPY_CACHE_DIR: join(folder, "mypy"),
      PYTHONDONTWRITEBYTECODE: "1",
    };
    try {
      const { stdout, stderr } = await run(python, args, { cwd, env, maxBuffer: 10_000_000 });
      return { ok: true, said: stdout + stderr };
    } catch (error) {
      return { ok: false, said: error instanceof Error ? `${Reflect.get(error, "stdout")}${error.message}` : "" };
    }
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sluice-python-test-"));
    stack = await startTestStack();
    const env = { ...process.env, SLUICE_PYTHON: python };
    await run(process.execPath, ["scripts/python-client.ts", "--out", join(folder, "dist")], { cwd: repository, env });
    archives = await readdir(join(folder, "dist"));
    installed = join(folder, "installed");
    const wheel = archives.find((name) => name.endsWith(".whl")) ?? "";
    const pip = ["-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", installed];
    await run(python, [...pip, join(folder, "dist", wheel)]);
    await cp(join(repository, "clients/python/tests"), join(folder, "tests"), { recursive: true });
    await cp(join(repository, "clients/python/examples"), join(folder, "examples"), { recursive: true });
  }, 300_000);
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  it("builds a wheel and an sdist, both small, with its types and generated tasks", async () => {
    expect(archives.map((name) => name.replace(/.*\.(whl|tar\.gz)$/, "$1")).sort()).toEqual(["tar.gz", "whl"]);
    for (const name of archives) expect((await stat(join(folder, "dist", name))).size).toBeLessThan(60_000);
    const files = await readdir(join(installed, "sluice"));
    expect(files).toEqual(expect.arrayContaining(["py.typed", "tasks.py", "client.py"]));
  });

  it("passes its tests against the embedded stack", async () => {
    const { ok, said } = await inside(["-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "tests"]);

    expect(ok, said).toBe(true);
    expect(said).toMatch(/\d+ passed/);
    expect(said).not.toMatch(/skipped/);
  });

  it("is typed for callers: their own code is checked strictly, and a wrong argument does not pass", async () => {
    const checked = await inside(["-m", "mypy", "--strict", "tests", "examples/fastapi_app.py"]);
    expect(checked.ok, checked.said).toBe(true);

    await writeFile(join(folder, "wrong.py"), "from sluice.tasks import summarize\n\nsummarize.delay(5, max_len=3)\n");
    const wrong = await inside(["-m", "mypy", "--strict", "wrong.py"]);
    expect(wrong.ok).toBe(false);
    expect(wrong.said).toMatch(/wrong\.py:3: error/);
  });

  it("writes the types of a running stack, which are those that it was built with", async () => {
    const made = await inside(["-m", "sluice.generate", stack.stack.url, "-o", join(folder, "own_tasks.py")]);
    expect(made.ok, made.said).toBe(true);
    const checked = await inside(["-m", "mypy", "--strict", "own_tasks.py"]);
    expect(checked.ok, checked.said).toBe(true);
  });
});
