/**
 * Projects at the command line: added, found, changed and deleted; passages of documents are found, too.
 *
 * @module
 */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CliRun, runCli } from "../../helpers/cli.ts";
import { startTestStack, type TestStack } from "../../helpers/stack.ts";

const LEAKS = "Sensors listen to water pipes in the city and report where they leak.";

let stack: TestStack;
let folder: string;
const sluice = (...argv: string[]): Promise<CliRun> =>
  runCli(argv, { env: { SLUICE_URL: stack.stack.url, SLUICE_API_KEY: stack.stack.apiKey } });
const must = async (...argv: string[]): Promise<string> => {
  const { code, stdout, stderr } = await sluice(...argv);
  expect(code, `${argv.join(" ")}: ${stderr}`).toBe(0);
  return stdout.trim();
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-projects-"));
  stack = await startTestStack();
});
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

it("a project is added, found, changed, found by its change, and deleted", async () => {
  const id = await must("projects", "create", LEAKS, "--name", "Leaks", "--metadata", '{"year": 2024}', "--wait");
  const other = await must("projects", "create", "A choir for hospital staff.", "--wait");

  const found = await sluice("projects", "search", "leaking water pipes", "--filter", '{"year": {"gte": 2024}}');
  expect(found.stdout).toMatch(new RegExp(`^0\\.\\d{3}\t${id}\tLeaks\t\\{"year":2024\\}\n$`));
  expect(found.stderr).toContain("by words");
  expect(await must("projects", "list")).toMatch(new RegExp(`${other}\tcompleted.*\n${id}\tcompleted.*Leaks`));

  await must("projects", "update", id, "--metadata", '{"year": 2020}', "--name", "", "--wait");
  expect(await must("projects", "search", "leaking water pipes", "--filter", '{"year": 2020}')).toContain(id);
  expect(await must("projects", "show", id)).toMatch(/^completed\nvector: 384 numbers.*metadata: \{"year":2020\}/s);

  expect(await must("projects", "delete", id, "--yes")).toBe(`Deleted ${id}.`);
  expect(await sluice("projects", "show", id)).toMatchObject({
    code: 4,
    stderr: `sluice: There is no project ${id}. \`sluice projects ls\` lists the projects.\n`,
  });
});

it("projects of another project are those of --project, in every command", async () => {
  const id = await must("projects", "create", LEAKS, "--name", "Leaks", "--project", "shop", "--wait");

  expect((await sluice("projects", "show", id)).code).toBe(4);
  expect(await must("projects", "list", "--project", "shop")).toContain(id);
  expect(await must("projects", "show", id, "--project", "shop")).toContain("completed: Leaks");
  expect(await must("projects", "search", "water pipes", "--project", "shop")).toContain("Leaks");
  await must("projects", "update", id, "--name", "Pipes", "--project", "shop", "--wait");
  expect(await must("projects", "show", id, "--project", "shop")).toContain("completed: Pipes");
  await must("projects", "delete", id, "--project", "shop", "--yes");
});

it("what the API refuses is named by its field", async () => {
  const ended = await sluice("projects", "create", "x", "--metadata", '{"owner": {"name": "x"}}');
  expect(ended).toMatchObject({ code: 2, stdout: "" });
  expect(ended.stderr).toContain("metadata.owner: must be text");
});

it("passages of a document are found when it was indexed", async () => {
  const file = join(folder, "ferry.txt");
  await writeFile(file, "The ferry leaves at noon from the northern harbour.");
  const id = await must("documents", "upload", file, "--index", "--wait");

  const search = () => sluice("documents", "search", "when does the ferry leave", "--document", id);
  await expect.poll(async () => (await search()).stdout, { timeout: 30_000 }).toContain("northern harbour");
  const found = await search();
  expect(found.stdout).toMatch(new RegExp(`^0\\.\\d{3}\t${id}\tferry.txt\tThe ferry`));
  expect(found.stderr).toContain("by words");
});
