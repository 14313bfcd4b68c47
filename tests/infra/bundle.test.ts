import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { beforeEach, expect, test } from "vitest";
import { catalog } from "../../contracts/catalog.ts";
import { bundleFunctions } from "../../infra/bundle.ts";

const { queues } = catalog;

let source: string;
let outdir: string;

beforeEach(async () => {
  source = await mkdtemp(join(tmpdir(), "sluice-source-"));
  outdir = await mkdtemp(join(tmpdir(), "sluice-bundle-"));
});

const write = async (name: string, text: string): Promise<string> => {
  const path = join(source, name);
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, text);
  return path;
};
const handlerOf = async (name: string): Promise<() => unknown> => {
  const bundle: { handler: () => unknown } = await import(pathToFileURL(join(outdir, name, "index.mjs")).href);
  return bundle.handler;
};

test("each function becomes a folder with one ES module that keeps names", async () => {
  const first = await write("first.ts", "class OddError extends Error {}\nexport const handler = () => OddError.name;");
  const second = await write("second.ts", "export const handler = (): string => 'second';");

  const sizes = await bundleFunctions({ queues, entries: { first, second }, outdir });

  expect((await handlerOf("first"))()).toBe("OddError");
  expect((await handlerOf("second"))()).toBe("second");
  expect(sizes.first).toBe((await stat(join(outdir, "first/index.mjs"))).size);
});

test("CommonJS code that calls require runs in the bundle", async () => {
  await write("old.cjs", "module.exports = () => require('node:path').basename('/a/b');");
  const entry = await write("entry.ts", "import old from './old.cjs';\nexport const handler = () => old();");

  await bundleFunctions({ queues, entries: { entry }, outdir });

  expect((await handlerOf("entry"))()).toBe("b");
});

test("what is imported when it is needed is a file of its own, which a cold start does not read", async () => {
  await write("rare.ts", `export const rare = "${"x".repeat(50_000)}";`);
  await write("common.ts", "export const common = 7;");
  const entry = await write(
    "entry.ts",
    `import { common } from "./common.ts";
     export const handler = async () => common + (await import("./rare.ts")).rare.length;`,
  );

  const sizes = await bundleFunctions({ queues, entries: { entry }, outdir });

  expect(sizes.entry).toBeLessThan(5_000);
  expect(await readdir(join(outdir, "entry"))).toContainEqual(expect.stringMatching(/^rare-\w+\.mjs$/));
  expect(await (await handlerOf("entry"))()).toBe(50_007);
});

test("zod keeps its English messages and leaves the other languages out", async () => {
  const zod = JSON.stringify(fileURLToPath(import.meta.resolve("zod")));
  const entry = await write(
    "entry.ts",
    `import { z } from ${zod};\nexport const handler = () => z.string().safeParse(1).error?.issues[0]?.message;`,
  );

  await bundleFunctions({ queues, entries: { entry }, outdir });

  expect((await handlerOf("entry"))()).toBe("Invalid input: expected string, received number");
  expect(await readFile(join(outdir, "entry/index.mjs"), "utf8")).not.toContain("Ungültige Eingabe");
});

test("a worker thread lies beside the code that starts it, wherever its source was", async () => {
  await write(
    "deep/square.thread.ts",
    "import { parentPort, workerData } from 'node:worker_threads';\nparentPort?.postMessage(workerData ** 2);",
  );
  await write(
    "deep/square.ts",
    `import { once } from "node:events";
     import { Worker } from "node:worker_threads";
     // A comment may speak of "./another.thread", which is not there.
     const file = \`./square.thread\${import.meta.url.endsWith(".ts") ? ".ts" : ".mjs"}\`;
     export async function square(value: number): Promise<unknown> {
       const worker = new Worker(new URL(file, import.meta.url), { workerData: value });
       return (await once(worker, "message"))[0];
     }`,
  );
  const user = await write(
    "user.ts",
    "import { square } from './deep/square.ts';\nexport const handler = () => square(7);",
  );
  const other = await write("other.ts", "export const handler = () => 0;");

  await bundleFunctions({ queues, entries: { user, other }, outdir });

  expect(await (await handlerOf("user"))()).toBe(49);
  expect(await readdir(join(outdir, "other"))).toEqual(["index.mjs"]);
});

test("bundling again after a change rewrites what differs alone, and removes what is no longer made", async () => {
  const entry = await write("entry.ts", "export const handler = () => 1;");
  const steady = await write("steady.ts", "export const handler = () => 1;");
  await bundleFunctions({ queues, entries: { entry, steady }, outdir });
  const written = (await stat(join(outdir, "steady/index.mjs"))).mtimeMs;
  await writeFile(join(outdir, "entry/stale.mjs"), "");
  await write("entry.ts", "export const handler = () => 'another length';");

  await bundleFunctions({ queues, entries: { entry, steady }, outdir });

  expect((await handlerOf("entry"))()).toBe("another length");
  expect((await stat(join(outdir, "steady/index.mjs"))).mtimeMs).toBe(written);
  expect(await readdir(join(outdir, "entry"))).toEqual(["index.mjs"]);
});

test("without a change nothing is bundled, and the sizes are known all the same", async () => {
  const entry = await write("entry.ts", "export const handler = () => 1;");
  const sizes = await bundleFunctions({ queues, entries: { entry }, outdir });
  const mark = join(outdir, "entry/mark");
  await writeFile(mark, "bundling would remove this");

  expect(await bundleFunctions({ queues, entries: { entry }, outdir })).toEqual(sizes);

  expect(await readdir(join(outdir, "entry"))).toContain("mark");
});

test("a bundle that was deleted is made again", async () => {
  const entry = await write("entry.ts", "export const handler = () => 1;");
  await bundleFunctions({ queues, entries: { entry }, outdir });
  await rm(join(outdir, "entry"), { recursive: true });

  await bundleFunctions({ queues, entries: { entry }, outdir });

  expect((await handlerOf("entry"))()).toBe(1);
});

test("the function that reads documents carries the language data that is asked for, and no other", async () => {
  const document = await write("document.ts", "export const handler = () => 0;");
  const other = await write("other.ts", "export const handler = () => 0;");
  const languages = async () =>
    (await readdir(join(outdir, "document"))).filter((file) => file.endsWith(".traineddata.gz")).toSorted();

  await bundleFunctions({ queues, entries: { document, other }, outdir });
  expect(await languages()).toEqual(["deu.traineddata.gz", "eng.traineddata.gz"]);
  await bundleFunctions({ queues, entries: { document, other }, outdir, languages: ["eng", "fra"] });
  expect(await languages()).toEqual(["eng.traineddata.gz", "fra.traineddata.gz"]);
  await bundleFunctions({ queues, entries: { document, other }, outdir, languages: [] });
  expect(await languages()).toEqual([]);

  expect(await readdir(join(outdir, "other"))).toEqual(["index.mjs"]);
});

test("a language whose data is not installed stops the bundling with what to install", async () => {
  const document = await write("document.ts", "export const handler = () => 0;");
  await expect(bundleFunctions({ queues, entries: { document }, outdir, languages: ["deu", "pol"] })).rejects.toThrow(
    "OCR_LANGUAGES names pol, whose recognition data is not installed: npm install --save-exact @tesseract.js-data/pol",
  );
});

test("a missing entry point is named", async () => {
  const entries = { reports: "functions/queues/reports.ts" };
  await expect(bundleFunctions({ queues, entries, outdir })).rejects.toThrow("functions/queues/reports.ts is missing");
});

test("two threads of one name in one function are refused", async () => {
  for (const folder of ["a", "b"]) {
    await write(`${folder}/work.thread.ts`, "");
    await write(`${folder}/start.ts`, 'export const thread = "./work.thread";');
  }
  const entry = await write(
    "entry.ts",
    "import { thread as a } from './a/start.ts';\nimport { thread as b } from './b/start.ts';\nexport const handler = () => a + b;",
  );
  await expect(bundleFunctions({ queues, entries: { entry }, outdir })).rejects.toThrow(/called work\.thread/);
});
