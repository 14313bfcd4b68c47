/**
 * The API's description, put to use: what it says about refusals is what comes, and a client that another project's
 * generator made of it calls the embedded stack.
 *
 * @module
 */

import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { acceptedDocumentSchema } from "../../../contracts/documents/documents.ts";
import { requireInCi } from "../../helpers/ci-tools.ts";
import { startTestStack, type TestStack } from "../../helpers/stack.ts";

let stack: TestStack;
let openApi: unknown;
beforeAll(async () => {
  stack = await startTestStack();
  openApi = await (await fetch(`${stack.stack.url}/openapi.json`)).json();
});
afterAll(() => stack[Symbol.asyncDispose]());

describe("a refusal", () => {
  const operationSchema = z.record(
    z.string(),
    z.object({ content: z.record(z.string(), z.object({ schema: z.json() })).default({}) }),
  );

  /** The schema that the description gives for an answer's status and content type. */
  function documented(method: string, path: string, status: number, contentType: string) {
    const { paths, components } = z
      .object({
        paths: z.record(z.string(), z.record(z.string(), z.object({ responses: operationSchema }))),
        components: z.json(),
      })
      .parse(openApi);
    const schema = paths[path]?.[method.toLowerCase()]?.responses[status]?.content[contentType]?.schema;
    if (schema === undefined) throw new Error(`${method} ${path} does not document ${status} ${contentType}.`);
    const ajv = addFormats.default(new Ajv2020({ strict: false }));
    return ajv.compile({ components, ...z.record(z.string(), z.json()).parse(schema) });
  }

  const big = "x".repeat(7 * 1_024 * 1_024);
  it.each([
    ["no key", "GET", "/jobs", { authorization: "" }, undefined, 401],
    ["a wrong key", "GET", "/jobs", { authorization: "Bearer slc_wrong" }, undefined, 403],
    ["a wrong key on an upload", "POST", "/documents/upload", { authorization: "Bearer slc_wrong" }, "x", 403],
    ["too much for the API", "POST", "/tasks/summarize", {}, `{"input":{"text":"${big.slice(0, 4_300_000)}"}}`, 413],
    ["too much for the gateway", "POST", "/tasks/summarize", {}, big, 413],
    ["another type", "POST", "/tasks/summarize", { "content-type": "text/html" }, "<p>", 415],
    ["fields that do not fit", "POST", "/tasks/summarize", {}, "{}", 422],
    ["what is not there", "GET", "/jobs/{task_id}", {}, undefined, 404],
  ])(
    "of %s has the form that is documented",
    async (_, method, path, headers: Record<string, string>, body, status) => {
      const answer = await stack.request(path.replace(/\{\w+\}/, "nothing"), {
        method,
        headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
        ...(body !== undefined && { body }),
      });

      expect(answer.status).toBe(status);
      const fits = documented(method, `/api/v1${path}`, status, answer.headers.get("content-type") ?? "");
      expect(fits(await answer.json()), JSON.stringify(fits.errors)).toBe(true);
    },
  );

  it("of a missing scope has it, too, though a wrong key's has another form", async () => {
    const made = await stack.post("/keys", { scopes: ["submit"] });
    const { key } = z.object({ key: z.string() }).parse(await made.json());

    const answer = await stack.request("/jobs", { headers: { authorization: `Bearer ${key}` } });

    expect(answer.status).toBe(403);
    const fits = documented("GET", "/api/v1/jobs", 403, answer.headers.get("content-type") ?? "");
    expect(fits(await answer.json())).toBe(true);
  });
});

const python = process.env.OPENAPI_CLIENT_PYTHON ?? "python3";
const available = spawnSync(python, ["-c", "import openapi_python_client, httpx"]).status === 0;
const how = "pip install openapi-python-client==0.29.1, and OPENAPI_CLIENT_PYTHON names the Python that has it";

requireInCi("OPENAPI_CLIENT_PYTHON", available);

describe.skipIf(!available)(`a client made by openapi-python-client (skipped where it is missing: ${how})`, () => {
  const answerSchema = z.object({ status: z.int(), body: z.record(z.string(), z.unknown()).nullable() });
  let folder: string;
  let generated: string;
  let answers: Record<string, z.infer<typeof answerSchema>>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sluice-client-"));
    await writeFile(join(folder, "openapi.json"), JSON.stringify(openApi));
    const generate = ["generate", "--path", join(folder, "openapi.json"), "--meta", "none"];
    // Not synchronously: the stack answers from this process.
    const run = promisify(execFile);
    const made = await run(python, [
      "-m",
      "openapi_python_client",
      ...generate,
      "--output-path",
      join(folder, "sluice_client"),
    ]);
    generated = made.stdout + made.stderr;
    const script = join(import.meta.dirname, "../../helpers/generated_client.py");
    const { stdout: said } = await run(python, [script, folder, stack.stack.url, stack.stack.apiKey]);
    answers = z.record(z.string(), answerSchema).parse(JSON.parse(said));
    // Python loads for seconds, on a busy machine for many.
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("has every endpoint", async () => {
    expect(generated).not.toMatch(/will not be generated|Unable to (process|parse) schema/);
    const files = await readdir(join(folder, "sluice_client/api"), { recursive: true });
    const endpoints = files.filter((file) => file.endsWith(".py") && !file.endsWith("__init__.py"));
    const { paths } = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) }).parse(openApi);
    expect(endpoints).toHaveLength(Object.values(paths).flatMap(Object.keys).length);
    process.stdout.write(
      `openapi-python-client: ${endpoints.length} operations generated, calls of them ran on the stack\n`,
    );
  });

  it("is told of a wrong key, and does not crash on the gateway's answer", () => {
    expect(answers["wrong key"]).toMatchObject({ status: 403, body: { message: expect.any(String) } });
  });

  it("uploads a file in a form, and as it is", async () => {
    for (const way of ["form", "raw"]) {
      expect(answers[way]).toMatchObject({ status: 202, body: { id: expect.any(String), status: "pending" } });
    }
    const { id, task_id } = acceptedDocumentSchema.parse(answers.form?.body);
    await stack.waitFor(task_id);
    const document = await (await stack.request(`/documents/${id}`)).json();
    expect(document).toMatchObject({ file_name: "rivers.txt", searchable_text: "Rivers carve valleys." });
    expect(answers.document?.status).toBe(200);
  });

  it("waits for a job without a sleep of its own, and reads its result", () => {
    expect(answers.ended).toMatchObject({
      status: 200,
      body: { status: "SUCCESS", result: { summary: expect.stringContaining("Rivers") } },
    });
  });

  it("reads jobs of a task that is gone, and a result that an older version left", () => {
    const result = { summary: expect.stringContaining("Rivers") };
    expect(answers.others?.body).toMatchObject({ removed: result, older: { text: "Short." } });
  });

  it("submits a batch whose inputs have the type of its task", () => {
    expect(answers.batch).toMatchObject({ status: 202, body: { total: 1 } });
  });

  it("submits with nulls for what it leaves out, lists, and reads which field is refused", () => {
    expect(answers.submit).toMatchObject({ status: 202, body: { status: "PENDING" } });
    expect(answers.list).toMatchObject({ status: 200, body: { jobs: expect.any(Array) } });
    expect(answers.blank).toMatchObject({ status: 422, body: { errors: [{ path: "/input/text" }] } });
  });
});
