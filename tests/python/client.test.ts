/**
 * The Python package, as its users have it: built, installed from its archives into an empty environment, type-checked
 * with them, and run against the embedded stack.
 *
 * @module
 */

import { cp, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireInCi } from "../helpers/ci-tools.ts";
import { blockCommands } from "../helpers/doc-commands.ts";
import { buildPythonPackage, hasPython, howToGetPython, type PythonPackage } from "../helpers/python-package.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

requireInCi("SLUICE_PYTHON", hasPython);

describe.skipIf(!hasPython)(`the Python package (skipped where Python lacks something: ${howToGetPython})`, () => {
  const repository = resolve(import.meta.dirname, "../..");
  const client = join(repository, "clients/python");
  let stack: TestStack;
  let built: PythonPackage;
  const archive = (ending: string) =>
    join(built.folder, "dist", built.archives.find((name) => name.endsWith(ending)) ?? "");
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

  it("has its license in both archives, and leaves no copy of it behind", async () => {
    const license = await readFile(join(repository, "LICENSE"), "utf8");
    const code = `import json, sys, tarfile, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
sdist = tarfile.open(sys.argv[2])
print(json.dumps([
  [wheel.read(name).decode() for name in wheel.namelist() if name.endswith("/licenses/LICENSE")],
  [sdist.extractfile(name).read().decode() for name in sdist.getnames() if name.count("/") == 1 and name.endswith("/LICENSE")],
]))`;
    const { ok, said } = await inside(["-c", code, archive(".whl"), archive(".tar.gz")]);
    expect(ok, said).toBe(true);
    expect(JSON.parse(said)).toEqual([[license], [license]]);
    expect(await readdir(client)).not.toContain("LICENSE");
  });

  it.each(["clients/python/README.md", "docs/migration.md"])("is built and installed as %s says", async (page) => {
    const [, builder] =
      /requires = \["(hatchling==[^"]+)"\]/.exec(await readFile(join(client, "pyproject.toml"), "utf8")) ?? [];
    const wheel = built.archives.find((name) => name.endsWith(".whl"));
    const commands = blockCommands(page).map(({ words }) => words.join(" "));
    expect(commands).toContain(`pip install build ${builder} httpx`);
    expect(commands).toContain(`pip install clients/python/dist/${wheel}`);
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

    const wrong = [
      "summarize.delay(5, max_len=3)",
      'summarize.apply_async(["text"], countdwon=5)',
      'summarize.s("text").apply_async(countdwon=5)',
      'sluice.group(summarize.s("text") for _ in range(2)).apply_async(countdwon=5)',
      'sluice.send_task("summarize", ["text"], countdwon=5)',
      'sluice.default_client().submit("summarize", {}, countdwon=5)',
      'sluice.default_client().documents.upload(b"text", file_name="a.txt", orc="always")',
      'sluice.default_client().documents.search("water", topk=3)',
      'sluice.default_client().batch("summarize", [], countdwon=5)',
      'sluice.default_client().request("GET", "/api/v1/queues", qurey={})',
      'sluice.configure("http://127.0.0.1:4600", retires=1)',
    ];
    const head = ["import sluice", "from sluice.tasks import summarize"];
    await writeFile(join(built.folder, "wrong.py"), [...head, ...wrong, ""].join("\n"));
    const { ok, said } = await inside(["-m", "mypy", "--strict", "wrong.py"]);
    expect(ok).toBe(false);
    const at = new Set([...said.matchAll(/^wrong\.py:(\d+): error/gm)].map(([, line]) => Number(line) - head.length));
    expect(
      wrong.filter((_, index) => !at.has(index + 1)),
      said,
    ).toEqual([]);
  });

  it("writes the types of a running stack, which are those that it was built with", async () => {
    const made = await inside(["-m", "sluice.generate", stack.stack.url, "-o", join(built.folder, "own_tasks.py")]);
    expect(made.ok, made.said).toBe(true);
    const checked = await inside(["-m", "mypy", "--strict", "own_tasks.py"]);
    expect(checked.ok, checked.said).toBe(true);
  });
});
