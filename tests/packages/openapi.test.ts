/**
 * The API's description as other tools take it: two linters find nothing, and a generated client compiles and runs.
 *
 * @module
 */

import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { requireInCi } from "../helpers/ci-tools.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

const run = promisify(execFile);

const tools = process.env.OPENAPI_TOOLS ?? "";
const hasTools = existsSync(join(tools, "node_modules/.bin/redocly"));
const wanted =
  "@redocly/cli@2.77.0 @stoplight/spectral-cli@6.16.3 openapi-typescript@7.13.0 openapi-fetch@0.17.0 typescript@5.9.3";
const fuzzer = process.env.SCHEMATHESIS ?? "schemathesis";
const hasFuzzer = spawnSync(fuzzer, ["--version"]).status === 0;

requireInCi("OPENAPI_TOOLS", hasTools);
requireInCi("SCHEMATHESIS", hasFuzzer);

let stack: TestStack;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-openapi-"));
  stack = await startTestStack({ env: { LOG_LEVEL: "ERROR" } });
  const response = await fetch(`${stack.stack.url}/openapi.json`);
  await writeFile(join(folder, "openapi.json"), await response.text());
}, 300_000);
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a program of the tools in the folder of the test. @returns what it wrote, and whether it ended well */
async function tool(command: string, args: readonly string[], env: Record<string, string> = {}) {
  const options = { cwd: folder, maxBuffer: 50_000_000, env: { ...process.env, ...env } };
  return await run(command, args, options).then(
    ({ stdout, stderr }) => ({ ok: true, said: stdout, errors: stderr }),
    (error: { stdout: string; stderr: string }) => ({ ok: false, said: error.stdout, errors: error.stderr }),
  );
}

const bin = (name: string) => join(tools, "node_modules/.bin", name);

/** Number of operations that the description has. */
const operations = async () => {
  const { paths } = z
    .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse(JSON.parse(await readFile(join(folder, "openapi.json"), "utf8")));
  return Object.values(paths).flatMap(Object.keys).length;
};
/** One line for the log of CI. */
const tell = (line: string) => process.stdout.write(`${line}\n`);

describe.skipIf(!hasTools)(`linters and generators (OPENAPI_TOOLS is a folder with ${wanted})`, () => {
  it("Redocly finds nothing, not even a warning", async () => {
    const env = { REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
    const { said, errors } = await tool(bin("redocly"), ["lint", "--format", "json", "openapi.json"], env);

    expect(JSON.parse(said), errors).toMatchObject({ totals: { errors: 0, warnings: 0, ignored: 0 } });
    tell(`Redocly: ${await operations()} operations, 0 errors, 0 warnings`);
  });

  it("Spectral finds nothing, not even a hint", async () => {
    await writeFile(join(folder, ".spectral.yaml"), 'extends: ["spectral:oas"]\n');
    const { said, errors } = await tool(bin("spectral"), ["lint", "openapi.json", "-f", "json", "-q"]);

    expect(JSON.parse(said || "[]"), errors).toEqual([]);
    tell(`Spectral: ${await operations()} operations, 0 errors, 0 warnings, 0 hints`);
  });

  it("a client with the types of openapi-typescript compiles and runs, and a wrong field does not compile", async () => {
    await symlink(join(tools, "node_modules"), join(folder, "node_modules"));
    await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    // By default it takes a field with a default for one that a caller always sends.
    const options = ["openapi.json", "-o", "api.d.ts", "--default-non-nullable=false"];
    expect(await tool(bin("openapi-typescript"), options)).toMatchObject({ ok: true });
    const [types = ""] = (await readFile(join(folder, "api.d.ts"), "utf8")).split("export interface webhooks");
    const generated = types.match(/^ {8}(?:get|post|put|delete|patch): (?:operations|\{)/gm) ?? [];
    expect(generated).toHaveLength(await operations());
    await writeFile(join(folder, "app.ts"), program);
    const flags = ["--strict", "--target", "es2022", "--module", "nodenext", "--lib", "es2022,dom", "--outDir", "out"];
    expect((await tool(bin("tsc"), [...flags, "app.ts"])).said).toBe("");

    const { said, errors } = await tool(process.execPath, ["out/app.js", stack.stack.url, stack.stack.apiKey]);

    expect(errors).toBe("");
    expect(JSON.parse(said)).toEqual({
      ...{
        status: "SUCCESS",
        summary: expect.stringMatching(/\w/),
        ratio: expect.any(Number),
        refused: 422,
        batch: 202,
      },
    });
    tell(`openapi-typescript: ${generated.length} operations generated, a client of them ran on the stack`);
  });
});

/** `wait` in place of a sleep: the description declares it. */
const program = `
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

declare const process: { argv: string[] };
const [, , baseUrl = "", key] = process.argv;
const api = createClient<paths>({ baseUrl, headers: { authorization: \`Bearer \${key}\` } });
const input = { text: "Rain fell. The river rose. People left the town." };
const { data } = await api.POST("/api/v1/tasks/summarize", { body: { input, priority: 7 } });
let job: components["schemas"]["Job"] | undefined;
while (!job?.ready) {
  const params = { path: { task_id: data?.task_id ?? "" }, query: { wait: 20 } };
  ({ data: job } = await api.GET("/api/v1/jobs/{task_id}", { params }));
}
// The task's name says which type the result has; until the job has succeeded, there is none.
const summary = job.task_name === "summarize" && job.result?.summary;
// @ts-expect-error the result of this task has no such field
const wrong = job.task_name === "summarize" && job.result?.keywords;
const { data: ended } = await api.GET("/api/v1/jobs/{task_id}/result", { params: { path: { task_id: job.task_id } } });
const ratio: number | undefined = ended?.task_name === "summarize" ? ended.result?.compression_ratio : undefined;
// @ts-expect-error the field is called text
const { response } = await api.POST("/api/v1/tasks/summarize", { body: { input: { txt: "x" } } });
const batch = await api.POST("/api/v1/batches", { body: { task_name: "summarize", inputs: [input] } });
// @ts-expect-error the inputs of this task have no such field
const wrongBatch = { task_name: "summarize", inputs: [{ txt: "x" }] } satisfies components["schemas"]["BatchSubmit"];
const line = {} as components["schemas"]["BatchResult"];
const ofLine: string | undefined = line.task_name === "summarize" ? line.result?.summary : undefined;
// @ts-expect-error the result of this task has no such field
const wrongLine = line.task_name === "summarize" && line.result?.keywords;
console.log(JSON.stringify({ status: job.status, summary, ratio, refused: response.status, batch: batch.response.status }));
`;

/** Requests that are made up for each operation beside those that its description calls for; more find more. */
const examples = process.env.FUZZING_EXAMPLES ?? "10";

describe.skipIf(!hasFuzzer)(
  "fuzzing (SCHEMATHESIS names the program of schemathesis==4.32.5)",
  () => {
    const checks = [
      ...["not_a_server_error", "status_code_conformance", "content_type_conformance"],
      ...["response_headers_conformance", "response_schema_conformance"],
    ];

    it(`every route of the API answers as described, what its schema calls for and ${examples} made up`, async () => {
      const { said, ok } = await tool(fuzzer, [
        ...["run", `${stack.stack.url}/openapi.json`, "--header", `Authorization: Bearer ${stack.stack.apiKey}`],
        ...["--checks", checks.join(","), "--phases", "examples,coverage,fuzzing", "--max-examples", examples],
        // One thread: a second one that sets Python's recursion limit breaks the parser of the first, in CPython 3.11.
        ...["--workers", "1", "--continue-on-failure", "--suppress-health-check", "all", "--warnings", "off"],
        "--no-color",
      ]);

      // From what went wrong on: reports show the beginning.
      expect(ok, said.slice(Math.max(0, said.search(/={5,} (ERRORS|FAILURES) /)))).toBe(true);
      const counts = /Selected: (\d+)\/(\d+)\s+Tested: (\d+)/.exec(said)?.slice(1).map(Number);
      // It leaves out the one route that it reads the description from.
      const all = (await operations()) - 1;
      expect(counts, said.slice(said.lastIndexOf("SUMMARY"))).toEqual([all, all, all]);
      expect(said).toMatch(/[1-9]\d* generated/);
      process.stderr.write(`${said.slice(said.lastIndexOf("SUMMARY"))}\n`);
    });
  },
  // Ends what hangs: some 16,000 requests.
  1_800_000,
);
