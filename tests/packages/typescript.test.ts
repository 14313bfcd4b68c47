/**
 * The TypeScript package, as its users have it: built, installed from its archive into an empty project, type-checked
 * strictly, run under Node 20 and 24 and in a browser against the embedded stack.
 *
 * @module
 */

import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchBrowser } from "../helpers/browser.ts";
import { requireInCi } from "../helpers/ci-tools.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

const repository = join(import.meta.dirname, "../..");
const tsc = join(repository, "node_modules/typescript/bin/tsc");
const run = promisify(execFile);

/** Node 20, the oldest that the package is for: what NODE_20 names, else an installed one. */
const node20 = [process.env.NODE_20, "/usr/bin/node", "/usr/local/bin/node"].find(
  (path) => path && spawnSync(path, ["--version"]).stdout?.toString().startsWith("v20."),
);

requireInCi("NODE_20", node20 !== undefined);

const program = `
import { createClient, InvalidRequestError, type Job } from "sluice-client";

const sluice = createClient({ url: process.env.URL_OF_STACK ?? "", apiKey: process.env.KEY });
const seen: Job["status"][] = [];
const job = await sluice.summarize({ text: "Rain fell. The river rose. People left.", max_length: 20 }, { tags: { order: "7" } });
const { summary, compression_ratio } = await job.result({ timeout: 60_000, longPoll: true, onProgress: ({ status }) => seen.push(status) });
const ratio: number = compression_ratio;
const health = await (await sluice.health_check()).result();
const batch = await sluice.batches.submit({ task_name: "keywords", inputs: [{ text: "Rain fell on the river." }] });
const document = await sluice.documents.upload(new TextEncoder().encode("The lighthouse."), { file_name: "a.txt" });
await sluice.wait(document.task_id);
const { searchable_text } = await sluice.documents.get(document.id);
// @ts-expect-error a task does not take what its schema does not name
const refused = await sluice.summarize({ txt: "x" }).catch((error: unknown) => error instanceof InvalidRequestError);
console.log(JSON.stringify({ summary, ratio, health: health.status, jobs: batch.total, searchable_text, refused, last: seen.at(-1) }));
`;

const own = `
import { createClient } from "sluice-client";
import type { Tasks } from "./own-tasks.js";

const sluice = createClient<Tasks>({ url: "http://127.0.0.1:1" });
export const words = async (): Promise<string[]> => (await (await sluice.keywords({ text: "x" })).result()).keywords.map(String);
// @ts-expect-error the stack has no such task
export const none = () => sluice.no_such_task({});
`;

let folder: string;
let stack: TestStack;
let archive: string;
let pages: Server;
let origin: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-package-"));
  pages = createServer((_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>An application</title>");
  });
  await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
  stack = await startTestStack({ env: { SLUICE_CORS_ORIGINS: origin } });

  await run(process.execPath, ["scripts/client-package.ts", "--out", join(folder, "dist")], { cwd: repository });
  archive = join(folder, "dist", (await readdir(join(folder, "dist")))[0] ?? "");
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "empty", private: true, type: "module" }));
  await run("npm", ["install", "--no-audit", "--no-fund", "--offline", archive], { cwd: folder });
}, 300_000);
afterAll(async () => {
  pages.close();
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Type-checks files of the project, declarations of packages included. @returns what the compiler said */
async function check(files: readonly string[], options: Record<string, unknown>): Promise<string> {
  const compilerOptions = {
    ...{ target: "es2022", module: "nodenext", strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false },
    ...{ noUncheckedIndexedAccess: true, outDir: "out", ...options },
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  return await run(process.execPath, [tsc, "-p", folder], { cwd: folder }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
}

const forNode = { types: ["node"], typeRoots: [join(repository, "node_modules/@types")], lib: ["es2023"] };
const forBrowsers = { types: [], lib: ["es2023", "dom"], module: "esnext", moduleResolution: "bundler" };

it("is small, has no dependencies, and holds what its package.json names", async () => {
  const { size } = await stat(archive);
  process.stdout.write(`${basename(archive)}: ${size} bytes\n`);
  expect(size).toBeLessThan(100_000);
  const installed = join(folder, "node_modules/sluice-client");
  const description = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
  expect(description).not.toHaveProperty("dependencies");
  expect(await readdir(join(folder, "node_modules"))).toEqual([".bin", ".package-lock.json", "sluice-client"]);
  expect(await readdir(installed)).toEqual(["LICENSE", "README.md", "dist", "package.json"]);
});

it("shows nothing of the repository in its types", async () => {
  const dist = join(folder, "node_modules/sluice-client/dist");
  for (const name of await readdir(dist, { recursive: true })) {
    if (!name.endsWith(".d.ts")) continue;
    expect(await readFile(join(dist, name), "utf8"), name).not.toMatch(/zod|contracts|\.ts"|node:/);
  }
});

describe.each([
  ["24", process.execPath],
  ["20", node20],
])("Node %s", (version, node) => {
  it.skipIf(node === undefined)(
    `runs jobs with types that a strict compiler takes (skipped without Node ${version}: NODE_20 names it)`,
    async () => {
      expect(spawnSync(node ?? "", ["--version"]).stdout.toString()).toMatch(new RegExp(`^v${version}\\.`));
      await writeFile(join(folder, "app.ts"), program);
      expect(await check(["app.ts"], forNode)).toBe("");

      const env = { ...process.env, URL_OF_STACK: stack.stack.url, KEY: stack.stack.apiKey };
      const { stdout } = await run(node ?? "", ["out/app.js"], { cwd: folder, env });

      process.stdout.write(`Node ${version}, installed from the archive: ${stdout}`);
      expect(JSON.parse(stdout)).toEqual({
        summary: expect.stringMatching(/\w/),
        ratio: expect.any(Number),
        ...{ health: "healthy", jobs: 1, searchable_text: "The lighthouse.", refused: true, last: "SUCCESS" },
      });
    },
  );

  it.skipIf(node === undefined)("writes the types of a stack's own tasks, which the compiler takes", async () => {
    const command = join(folder, "node_modules/sluice-client/dist/generate/command.js");
    await run(node ?? "", [command, stack.stack.url, "-o", "own-tasks.ts"], { cwd: folder });
    await writeFile(join(folder, "own.ts"), own);

    expect(await check(["own.ts"], forNode)).toBe("");
    const failed = run(node ?? "", [command, `${stack.stack.url}/api/v1`], { cwd: folder });
    await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining("/openapi.json") });
  });
});

describe("a browser", () => {
  const page = `
    import { createClient, RateLimitError } from "sluice-client";
    export async function main(url: string, apiKey: string): Promise<string> {
      const sluice = createClient({ url, apiKey });
      const job = await sluice.keywords({ text: "The harbour of Hanstholm has a lighthouse." });
      const { keywords } = await job.result({ timeout: 60_000 });
      const large = new File([new Uint8Array(4_300_000)], "large.bin");
      const { task_id } = await sluice.documents.upload(large, { file_name: large.name });
      return JSON.stringify({ count: keywords.length, known: typeof RateLimitError, task_id });
    }
    Object.assign(globalThis, { main });
  `;

  it("has its types without Node's, and its bundle is small", async () => {
    await writeFile(join(folder, "page.ts"), page);
    expect(await check(["page.ts"], forBrowsers)).toBe("");

    const bundle = await bundled();

    expect(bundle.length).toBeLessThan(15_000);
    expect(bundle).not.toMatch(/require\(|node:|openapi/);
  });

  it.skipIf(chromiumPath === undefined)("runs a job and uploads a file from a page of another origin", async () => {
    await writeFile(join(folder, "page.ts"), page);
    const browser = await launchBrowser();
    try {
      const tab = await browser.newPage();
      await tab.goto(origin);
      await tab.addScriptTag({ content: await bundled(), type: "module" });
      await tab.waitForFunction("globalThis.main !== undefined");

      const said = await tab.evaluate<string>(`main(${JSON.stringify(stack.stack.url)}, "${stack.stack.apiKey}")`);

      expect(JSON.parse(said)).toEqual({ count: expect.any(Number), known: "function", task_id: expect.any(String) });
    } finally {
      await browser.close();
    }
  });

  async function bundled(): Promise<string> {
    const { outputFiles } = await build({
      ...{ entryPoints: [join(folder, "page.ts")], absWorkingDir: folder, write: false },
      ...{ bundle: true, minify: true, format: "esm", platform: "browser", target: "es2022" },
    });
    return outputFiles[0]?.text ?? "";
  }
});
