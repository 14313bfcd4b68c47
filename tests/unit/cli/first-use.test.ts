/**
 * What the command says to somebody who has not read anything.
 *
 * @module
 */

import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createCli } from "../../../cli/cli.ts";
import { createProgram } from "../../../cli/program.ts";
import { catalog } from "../../../contracts/catalog.ts";
import { runCli } from "../../helpers/cli.ts";
import { closedPort, startJsonServer } from "../../helpers/json-server.ts";
import { job, succeeded } from "../../helpers/wire-job.ts";

const own = { key_id: "k", project_id: "default", projects: null, scopes: ["admin"] };
const list = (...jobs: object[]) => ({ jobs, next_cursor: null, searched: { jobs: jobs.length, back_to: null } });
const notFound = { status: 404, body: { type: "x", title: "x", status: 404, detail: "There is no such job." } };

/** A stack with these jobs. */
const stackWith = (...jobs: object[]) =>
  startJsonServer(({ path }) => ({ status: 200, body: path.endsWith("/keys/own") ? own : list(...jobs) }));

test("alone, it names the stack and says how to run a first job", async () => {
  await using server = await stackWith();

  const { code, stdout } = await runCli([], { env: { SLUICE_URL: server.url, SLUICE_API_KEY: "slc_x" } });

  expect(code).toBe(0);
  expect(stdout).toContain(`${server.url} (SLUICE_URL)\nProject default, with a key for admin.`);
  expect(stdout).toContain("sluice submit summarize --file FILE --wait");
  expect(stdout).not.toContain("sluice list");
});

test("alone, where there are jobs, it begins with them", async () => {
  await using server = await stackWith(succeeded({}));

  const { stdout } = await runCli([], { env: { SLUICE_URL: server.url, SLUICE_API_KEY: "slc_x" } });

  expect(stdout).toMatch(/ {2}sluice list +the latest jobs\n/);
});

test.each([
  ["does not know the key", 403, "sluice keys create --bootstrap"],
  ["fails", 500, "npm start"],
])("alone, where the stack %s, it says so and what helps", async (_what, status, step) => {
  await using server = await startJsonServer(() => ({ status, body: { message: "no" } }));

  const ended = await runCli([], { env: { SLUICE_URL: server.url, SLUICE_API_KEY: "slc_x" } });

  expect(ended.code).toBe(3);
  expect(ended.stdout).toContain("sluice doctor");
  expect(ended.stdout).toContain(step);
});

test("alone, where the stack does not answer, it says which", async () => {
  const url = await closedPort();
  const ended = await runCli([], { env: { SLUICE_URL: url, SLUICE_API_KEY: "slc_x" } });
  expect(ended).toMatchObject({ code: 3, stdout: expect.stringContaining(`${url} does not answer`) });
});

test.each([
  ["worker", "npm start"],
  ["beat", "sluice schedules"],
  ["flower", "sluice open"],
  ["redrive", "sluice dlq redrive"],
  ["cancel", "sluice revoke"],
])("a command of another tool, %s, is answered with ours", async (word, command) => {
  const ended = await runCli([word, "x"]);

  expect(ended).toMatchObject({ code: 2, stdout: "" });
  expect(ended.stderr).toMatch(new RegExp(`unknown command '${word}'\\. .*${command}`));
  expect(ended.stderr.trim().split("\n")).toHaveLength(1);
});

test.each([
  [["documents", "get", "x"], "`sluice documents --help` lists its commands."],
  [["schedules", "shows", "x"], "`sluice schedules --help` lists its commands."],
  [["submit"], "`sluice tasks` lists the tasks."],
  [["status"], "`sluice list` lists the jobs."],
  [["webhooks", "redeliver"], "`sluice webhooks deliveries` lists the deliveries."],
])("%j is answered with where to look", async (argv, advice) => {
  const ended = await runCli(argv);
  expect(ended).toMatchObject({ code: 2, stdout: "" });
  expect(ended.stderr.trim().endsWith(advice), ended.stderr).toBe(true);
});

test("a folder of files for agents that there is not is refused", async () => {
  const ended = await runCli(["mcp", "--files", "/nonexistent"]);
  expect(ended).toMatchObject({ code: 2, stderr: "sluice: --files /nonexistent: there is no such folder.\n" });
});

test("a job that does not exist is answered with where jobs are listed", async () => {
  const body = { type: "x", title: "x", status: 404, detail: "There is no job nope." };
  await using server = await startJsonServer(() => ({ status: 404, body }));
  const ended = await runCli(["result", "nope", "--url", server.url]);
  expect(ended).toMatchObject({ code: 4, stderr: "sluice: There is no job nope. `sluice list` lists the jobs.\n" });
});

test("the places to look are commands that there are", async () => {
  const text = await readFile(new URL("../../../cli/listings.ts", import.meta.url), "utf8");
  const commands = [...text.matchAll(/`sluice ([a-z -]+)`/g)].map(([, command = ""]) => command.split(" "));
  expect(commands.length).toBeGreaterThan(10);
  for (const command of commands) expect((await runCli([...command, "--help"])).code, command.join(" ")).toBe(0);
});

test("commands are named as npx has to call them, where npx has called", async () => {
  await using server = await stackWith();
  const env = { SLUICE_URL: server.url, SLUICE_API_KEY: "slc_x", npm_command: "exec" };

  expect((await runCli([], { env })).stdout).toContain("  npx sluice submit summarize --file FILE --wait");
  expect((await runCli(["flower"], { env })).stderr).toContain("`npx sluice open` opens the console, `npx sluice top`");
});

test("the words of other tools are no commands of ours", async () => {
  const stream = { write: () => {} };
  const { signal } = new AbortController();
  const cli = createCli({ catalog, stdout: stream, stderr: stream, stdin: process.stdin, env: {}, signal });
  const names = createProgram(cli).commands.map((command) => command.name());
  const text = await readFile(new URL("../../../cli/other-words.ts", import.meta.url), "utf8");
  const words = [...text.matchAll(/^ {2}"?([a-z-]+)"?:/gm)].map(([, word = ""]) => word);
  expect(words.length).toBeGreaterThan(20);
  expect(words.filter((word) => names.includes(word))).toEqual([]);
  const named = [...text.matchAll(/`sluice ([a-z-]+)/g)].map(([, word = ""]) => word);
  expect(named.filter((word) => !names.includes(word))).toEqual([]);
});

test.each(["summarize.dlq", "summarize-dlq", "summarize-dead-letters"])(
  "purge %s points to the command for dead letters",
  async (name) => {
    const queues = [{ name: "summarize", lanes: [] }];
    await using server = await startJsonServer(() => ({ status: 200, body: { queues } }));

    const { code, stderr } = await runCli(["purge", name, "--url", server.url]);

    expect(code).toBe(4);
    expect(stderr).toContain("sluice dlq purge summarize");
  },
);

test("opens the page of a job in the browser that BROWSER names, and prints its address", async () => {
  await using server = await startJsonServer(({ path }) =>
    path.includes("/jobs/") ? { status: 200, body: job() } : notFound,
  );
  const folder = await mkdtemp(join(tmpdir(), "sluice-open-"));
  const browser = join(folder, "browser");
  await writeFile(browser, `#!/bin/sh\nprintf %s "$*" > "${folder}/opened"\n`);
  await chmod(browser, 0o755);

  const ended = await runCli(["open", "some id", "--url", server.url], { env: { BROWSER: browser } });

  expect(ended).toMatchObject({ code: 0, stdout: `${server.url}/console/jobs/some%20id\n` });
  await expect.poll(() => readFile(join(folder, "opened"), "utf8").catch(() => "")).toBe(ended.stdout.trim());
  await rm(folder, { recursive: true });
});

test("opens a batch, and nothing that does not exist", async () => {
  await using server = await startJsonServer(({ path }) =>
    path.endsWith("/batches/b1") ? { status: 200, body: {} } : notFound,
  );
  const open = (id: string) => runCli(["open", id, "--print", "--url", server.url]);

  expect(await open("b1")).toMatchObject({ code: 0, stdout: `${server.url}/console/batches/b1\n`, stderr: "" });
  expect(await open("none")).toMatchObject({ code: 4, stdout: "", stderr: expect.stringContaining("no such job") });
});

test.each(["documents", "projects", "escalations"])(
  "opens one of the %s; what its id does not fit is no error",
  async (kind) => {
    const found = { status: 200, body: {} };
    const refused = { status: 422, body: { type: "x", title: "x", status: 422, detail: "Must be a UUID." } };
    await using server = await startJsonServer(({ path }) => {
      if (path.endsWith(`/${kind}/d1`)) return found;
      return path.includes("/documents/") ? refused : notFound;
    });
    const ended = await runCli(["open", "d1", "--print", "--url", server.url]);
    expect(ended).toMatchObject({ code: 0, stdout: `${server.url}/console/${kind}/d1\n`, stderr: "" });
  },
);

test("opens the escalation of a job, whose id it has", async () => {
  await using server = await startJsonServer(() => ({ status: 200, body: {} }));
  const ended = await runCli(["open", "d1", "--print", "--url", server.url]);
  expect(ended).toMatchObject({ code: 0, stdout: `${server.url}/console/escalations/d1\n` });
});

test.each([
  "schedules",
  "configs",
  "providers",
  "escalations",
  "dlq",
  "documents",
  "projects",
  "keys",
  "batch",
  "webhooks",
])("%s takes ls as well as list", async (command) => {
  const { code, stdout } = await runCli([command, "ls", "--help"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Usage: sluice \S+ (?:\w+\|\w+|deliveries)/);
});

test("scopes of a key may be given one by one", async () => {
  const created = { key: "k", key_id: "key_1", project_id: "p", scopes: ["submit", "read"], expires_at: null };
  await using server = await startJsonServer(() => ({ status: 201, body: created }));
  const ended = await runCli(["keys", "create", "--scope", "read", "--scope", "submit", "--url", server.url]);
  expect(ended.code).toBe(0);
  expect(server.requests).toEqual([expect.objectContaining({ body: { scopes: ["submit", "read"] } })]);
});

test("an id that the API fails on is not taken for another's", async () => {
  const failed = { status: 403, body: { type: "x", title: "x", status: 403, detail: "Needs the scope read." } };
  await using server = await startJsonServer(() => failed);
  const ended = await runCli(["open", "d1", "--print", "--url", server.url]);
  expect(ended).toMatchObject({ code: 3, stdout: "", stderr: expect.stringContaining("scope read") });
  expect(server.requests).toHaveLength(1);
});

test("without a browser it says so, and ends well", async () => {
  const url = "http://127.0.0.1:9";
  const ended = await runCli(["open", "--url", url], { env: { BROWSER: "/nonexistent/browser" } });
  expect(ended).toMatchObject({ code: 0, stdout: `${url}/console\n`, stderr: expect.stringContaining("No browser") });
});
