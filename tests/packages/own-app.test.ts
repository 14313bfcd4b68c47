/**
 * An app with tasks of its own, as a stranger makes it: the package installed from its archive into an empty folder, the
 * template written there, checked by a strict compiler, synthesized by the CDK's command and run on the embedded stack.
 *
 * @module
 */

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";

const repository = join(import.meta.dirname, "../..");
const run = promisify(execFile);

let folder: string;
let app: string;
let archive: string;
/** A shell of somebody else: Node, npm, and nothing of this repository. */
const env = Object.fromEntries(
  Object.entries({ ...process.env, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) }).filter(
    ([name]) => !/^(npm_|SLUICE_|AWS_|LLM_|NODE_ENV|VITEST)/.test(name),
  ),
);
const inApp = (command: string, args: string[]) => run(command, args, { cwd: app, env, maxBuffer: 2 ** 26 });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-own-app-"));
  app = await mkdtemp(join(folder, "app-"));
  const dist = join(folder, "dist");
  await run(process.execPath, ["scripts/framework-package.ts", "--out", dist], { cwd: repository });
  archive = join(dist, (await readdir(dist))[0] ?? "");
  await inApp("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", archive]);
  await inApp("npx", ["sluice", "init"]);
  await inApp("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline"]);
}, 900_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

it("is a package without TypeScript sources but those of its template", async () => {
  const installed = join(app, "node_modules/sluice");
  const files = await readdir(installed, { recursive: true });
  const sources = files.filter((name) => /(?<!\.d)\.tsx?$/.test(name) && !name.startsWith("examples/own-app"));
  expect(sources).toEqual([]);
  expect((await stat(archive)).size).toBeLessThan(6_000_000);
});

it("writes an app that a strict compiler takes, with tests of the tasks that pass", async () => {
  const { stdout } = await inApp("npm", ["test"]);
  expect(stdout).toMatch(/pass 2\b/);
  expect(stdout).toMatch(/fail 0\b/);
});

it("gets tasks by a command, with tests that pass", async () => {
  await inApp("npx", ["sluice", "new-task", "shout_text"]);
  await inApp("npx", ["sluice", "new-task", "translate_text", "--llm"]);
  const { stdout } = await inApp("npm", ["test"]);
  expect(stdout).toMatch(/pass 5\b/);
  expect(stdout).toMatch(/fail 0\b/);
}, 300_000);

it("leaves what is there already as it is", async () => {
  const before = await readFile(join(app, "package.json"), "utf8");
  const { stdout } = await inApp("npx", ["sluice", "init"]);
  expect(stdout).not.toMatch(/created|changed/);
  expect(await readFile(join(app, "package.json"), "utf8")).toBe(before);
});

it("is synthesized by the CDK's command, with the app's own stack beside the stage", async () => {
  await inApp("npx", ["cdk", "synth", "--quiet"]);

  const templates = await readdir(join(app, "cdk.out"));
  expect(templates).toContain("Website.template.json");
  const tasks = templates.find((name) => /tasks.*\.template\.json$/.test(name)) ?? "";
  const template = await readFile(join(app, "cdk.out", tasks), "utf8");
  expect(template).toContain('"sluice-dev-reports-high"');
  expect(template).toContain('"sluice-dev-default-high"');
  expect(template).toContain('"sluice-dev-translate-text-high"');
}, 600_000);

it("runs its own tasks on the embedded stack, by HTTP and by the command line", async () => {
  const dev = spawn("npx", ["sluice", "dev", "--no-watch"], {
    ...{ cwd: app, env: { ...env, SLUICE_PORT: "0" }, detached: true, stdio: ["ignore", "pipe", "pipe"] },
  });
  try {
    const { url, key } = await readyOf(dev);
    const ask = async (path: string, body?: unknown) => {
      const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
      const init = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
      const response = await fetch(`${url}${path}`, init);
      return { status: response.status, body: bodySchema.parse(await response.json()) };
    };

    const submitted = await ask("/api/v1/tasks/word_stats", { input: { text: "The river rose." } });
    expect(submitted.status).toBe(202);
    const job = await ask(`/api/v1/jobs/${submitted.body.task_id}?wait=20`);
    expect(job.body).toMatchObject({ status: "SUCCESS", result: { words: 3, longest: "river" } });

    const added = await ask("/api/v1/tasks/shout_text", { input: { text: "The river rose." } });
    const made = await ask(`/api/v1/jobs/${added.body.task_id}?wait=20`);
    expect(made.body).toMatchObject({ status: "SUCCESS", result: { characters: 15 } });

    const refused = await ask("/api/v1/tasks/word_stats", { input: { txt: "x" } });
    expect(refused.status).toBe(422);
    const { paths } = (await ask("/openapi.json")).body;
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(["/api/v1/tasks/reading_report", "/api/v1/tasks/keywords"]),
    );
    expect((await fetch(`${url}/console`)).status).toBe(200);

    const examined = await inApp("npx", ["sluice", "doctor"]);
    expect(examined.stdout).toMatch(/^OK +versions: .*the app has its own: .*word_stats/m);

    const listed = await inApp("npx", ["sluice", "tasks"]);
    expect(listed.stdout).toContain("reading_report");
    const text = "Rain fell on the hills for three days. The river rose, and people left the valley by boat.";
    const report = await inApp("npx", [
      "sluice",
      "submit",
      "reading_report",
      "--input",
      JSON.stringify({ text }),
      "--wait",
    ]);
    expect(JSON.parse(report.stdout)).toEqual({ summary: expect.stringMatching(/\w/), minutes: 0.1 });
  } finally {
    await end(dev);
  }
}, 600_000);

it("is as many commands from an empty folder to the result of a task of one's own as the guide says", async () => {
  const typed: { readonly command: string; readonly seconds: number }[] = [];
  const cwd = await mkdtemp(join(folder, "stranger-"));
  // What a stranger's npm has as well: packages that it has fetched before.
  const shell = { ...env, SLUICE_PORT: "0", npm_config_prefer_offline: "true" };
  const type = async <Result>(command: string, start: (command: string) => Promise<Result>): Promise<Result> => {
    const began = performance.now();
    const result = await start(command);
    typed.push({ command, seconds: (performance.now() - began) / 1_000 });
    return result;
  };
  const toItsEnd = (command: string) => run("sh", ["-c", command], { cwd, env: shell, maxBuffer: 2 ** 26 });
  let dev: ChildProcess | undefined;
  const untilReady = async (command: string) => {
    dev = spawn("sh", ["-c", command], { cwd, env: shell, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    await readyOf(dev);
  };

  try {
    await type(`npm install ${archive}`, toItsEnd);
    for (const command of ["npx sluice init", "npm install", "npx sluice new-task shout_text"]) {
      await type(command, toItsEnd);
    }
    await type("npx sluice dev", untilReady);
    const submit = `npx sluice submit shout_text --input '{"text": "The river rose."}' --wait`;
    expect(JSON.parse((await type(submit, toItsEnd)).stdout)).toEqual({ characters: 15 });
  } finally {
    if (dev) await end(dev);
  }

  const each = typed.map(({ command, seconds }) => `  ${seconds.toFixed(1)} s  ${command}`);
  const sum = typed.reduce((all, { seconds }) => all + seconds, 0);
  process.stdout.write(
    `own task from an empty folder: ${typed.length} commands, ${sum.toFixed(1)} s\n${each.join("\n")}\n`,
  );
  const guide = await readFile(join(repository, "docs/own-app.md"), "utf8");
  const [, number, said = ""] = /(\w+) commands lead from an empty folder[^:]*:([^.]*)\./.exec(guide) ?? [];
  expect(number).toBe(["four", "five", "six", "seven", "eight"][typed.length - 4]);
  const commands = [...said.matchAll(/`([^`]+)`/g)].map(([, command = ""]) => command);
  expect(commands).toHaveLength(typed.length);
  for (const [index, { command }] of typed.entries()) expect(command).toContain(commands[index]);
}, 900_000);

/** What the test reads of answers. */
const bodySchema = z.looseObject({
  task_id: z.string().default(""),
  paths: z.record(z.string(), z.unknown()).default({}),
});

/** The address and key that the stack prints when it is ready. */
async function readyOf(dev: ChildProcess): Promise<{ url: string; key: string }> {
  const said: string[] = [];
  dev.stderr?.on("data", (chunk: Buffer) => said.push(chunk.toString()));
  if (!dev.stdout) throw new Error("No output.");
  let url = "";
  for await (const line of createInterface({ input: dev.stdout })) {
    said.push(`${line}\n`);
    const [word, value = ""] = line.split(" ");
    if (word === "ready") url = value;
    if (word === "key") return { url, key: value };
  }
  throw new Error(`The stack has ended: ${said.join("")}`);
}

/** As Ctrl-C does: to npx and all that it has started. */
async function end(dev: ChildProcess): Promise<void> {
  if (dev.exitCode !== null || dev.pid === undefined) return;
  const closed = once(dev, "close");
  process.kill(-dev.pid, "SIGINT");
  await closed;
}
