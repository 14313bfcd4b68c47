import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compareTasks } from "../../../cli/doctor/deployment-checks.ts";
import { catalog } from "../../../contracts/catalog.ts";
import { runCli } from "../../helpers/cli.ts";
import { closedPort, type JsonResponse, startJsonServer } from "../../helpers/json-server.ts";

const { taskNames } = catalog;

/** Of routes that are not well: their answer, or one for each request. */
type Answers = Readonly<Record<string, JsonResponse | JsonResponse[]>>;

/** A deployment in which all is well, but for the answers that a test gives. */
const deployment = (answers: Answers = {}) =>
  startJsonServer(({ method, path }) => {
    const healthy: Record<string, unknown> = {
      "GET /health": { status: "healthy", timestamp: new Date().toISOString() },
      "GET /openapi.json": openApi(taskNames),
      "GET /api/v1/jobs": { jobs: [], next_cursor: null },
      "GET /api/v1/keys": { keys: [], next_cursor: null },
      "GET /api/v1/keys/own": { scopes: ["admin"] },
      "POST /api/v1/llm/complete": {
        text: "ready",
        object: { ready: true },
        truncated: false,
        usage: null,
        learnt: ["JSON is asked for with response_format json_object, as json_schema was refused"],
        duration_ms: 12,
      },
      "POST /api/v1/projects/search": { matches: [] },
      "GET /api/v1/tasks/health": { status: "healthy", workers: 8, active_tasks: 0 },
      "GET /api/v1/queues": {
        queues: [{ name: "summarize", dlq_depth: 0, lanes: [{ name: "summarize-high", paused: false }] }],
      },
    };
    const route = `${method} ${path}`;
    const given = answers[route];
    const answer = Array.isArray(given) ? given.shift() : given;
    if (route === "POST /api/v1/tasks/health_check") return answer ?? problem(422, "/problems/validation");
    return answer ?? { status: 200, body: healthy[route] };
  });

function openApi(names: readonly string[]) {
  const input = { type: "object", properties: {} };
  const operation = { requestBody: { content: { "application/json": { schema: { properties: { input } } } } } };
  const paths = Object.fromEntries(names.map((name) => [`/api/v1/tasks/${name}`, { post: operation }]));
  return { paths, components: { schemas: {} } };
}

const problem = (status: number, type: string): JsonResponse => ({
  status,
  body: { type, title: "X", status, detail: "The key lacks the scope." },
});
const validation = { type: "/problems/validation", title: "Invalid request", status: 422 };
const forbidden = problem(403, "/problems/forbidden");

async function doctor(answers: Answers = {}, env: Record<string, string> = {}) {
  await using server = await deployment(answers);
  return await runCli(["doctor"], { env: { SLUICE_URL: server.url, SLUICE_API_KEY: "slc_0123456789", ...env } });
}

test("says what either question learnt of the model server, or that it takes all that is sent", async () => {
  const answered = (...learnt: string[]) => ({
    status: 200,
    body: { text: "ready", object: { ready: true }, truncated: false, usage: null, learnt, duration_ms: 12 },
  });
  const doctorWith = (...answers: JsonResponse[]) => doctor({ "POST /api/v1/llm/complete": answers });

  expect((await doctorWith(answered("temperature is refused"), answered("json_schema was refused"))).stdout).toMatch(
    /with a schema: temperature is refused; json_schema was refused/,
  );
  expect((await doctorWith(answered(), answered())).stdout).toMatch(
    /with a schema: takes response_format, max_tokens and temperature/,
  );
});

test("finds nothing to complain of where all is well, and shows no whole key", async () => {
  const { code, stdout } = await doctor();

  expect(code).toBe(0);
  expect(stdout).not.toMatch(/^(WARN|FAIL)/m);
  expect(stdout).toMatch(/^OK +key: slc_0123… may: read, submit, admin$/m);
  expect(stdout).not.toContain("slc_0123456789");
  expect(stdout).toMatch(/^OK +model: answers in /m);
  expect(stdout).toMatch(/^OK +model, with a schema: .*json_object/m);
});

test.each<[string, Record<string, JsonResponse>, RegExp, number]>([
  [
    "a deployment without a language model",
    {
      "POST /api/v1/llm/complete": {
        status: 422,
        body: { ...validation, detail: "This deployment has no language model." },
      },
    },
    /^OK +model: none/m,
    0,
  ],
  ["a key that may not ask", { "POST /api/v1/llm/complete": forbidden }, /^WARN +model: not asked/m, 0],
  [
    "a model server that refuses",
    { "POST /api/v1/llm/complete": { status: 422, body: { ...validation, detail: "LLMClientError: no such model" } } },
    /^FAIL +model: .*no such model/m,
    1,
  ],
  [
    "a search that no embedding model makes",
    { "POST /api/v1/projects/search": { status: 200, body: { matches: [], notice: "This is a search by words." } } },
    /^OK +search: This is a search by words\.$/m,
    0,
  ],
  [
    "an embedding server that is away",
    { "POST /api/v1/projects/search": { status: 422, body: { ...validation, detail: "DimensionMismatchError: 768" } } },
    /^FAIL +search: .*768\n.*EMBEDDING_/m,
    1,
  ],
  ["a key that may not search", { "POST /api/v1/projects/search": forbidden }, /^WARN +search: not asked/m, 0],
  [
    "a clock that is off",
    { "GET /health": { status: 200, body: { timestamp: new Date(Date.now() - 60_000).toISOString() } } },
    /^WARN +clock: differs from the API's by (59|1 min)/m,
    0,
  ],
  [
    "a clock with which AWS would refuse signatures",
    { "GET /health": { status: 200, body: { timestamp: new Date(Date.now() - 3_600_000).toISOString() } } },
    /^FAIL +clock: /m,
    1,
  ],
  [
    "tasks that only one side knows",
    { "GET /openapi.json": { status: 200, body: openApi([...taskNames.slice(1), "scan"]) } },
    new RegExp(`^WARN +versions: not deployed: ${taskNames[0]}; unknown here: scan`, "m"),
    0,
  ],
  [
    "a key that may only read",
    { "POST /api/v1/tasks/health_check": forbidden, "GET /api/v1/keys": forbidden },
    /^OK +key: .* may: read$/m,
    0,
  ],
  ["a key that may not read", { "GET /api/v1/jobs": forbidden }, /^WARN +key: .* may: submit, admin$/m, 0],
  [
    "a key that the gateway does not know",
    { "GET /api/v1/jobs": { status: 403, body: { message: "Forbidden" } } },
    /^FAIL +key: The API does not know this key/m,
    1,
  ],
  [
    "workers that do not answer",
    { "GET /api/v1/tasks/health": { status: 200, body: { status: "unhealthy", workers: 1, active_tasks: 0 } } },
    /^FAIL +workers: 1 answer/m,
    1,
  ],
  [
    "paused lanes and dead letters",
    {
      "GET /api/v1/queues": {
        status: 200,
        body: { queues: [{ name: "summarize", dlq_depth: 3, lanes: [{ name: "summarize-low", paused: true }] }] },
      },
    },
    /^WARN +queues: paused: summarize-low\n.*\nWARN +dead letters: 3 in summarize$/m,
    0,
  ],
])("tells of %s", async (_, answers, line, code) => {
  const ended = await doctor(answers);

  expect(ended.stdout).toMatch(line);
  expect(ended.code).toBe(code);
});

test("fails without an API that answers, and says what to look at", async () => {
  const { code, stdout } = await runCli(["doctor", "--url", await closedPort()]);

  expect(code).toBe(1);
  expect(stdout).toMatch(/^FAIL +connection: .* does not answer: ECONNREFUSED/m);
  expect(stdout).toContain("Does the stack run?");
});

test("fails without settings", async () => {
  const { code, stdout } = await runCli(["doctor", "--profile", "nope"]);

  expect(code).toBe(1);
  expect(stdout).toMatch(/^FAIL +settings: There is no profile nope/m);
});

test("warns of a file with keys that others may read", async () => {
  const home = mkdtempSync(join(tmpdir(), "sluice-doctor-"));
  try {
    const folder = join(home, ".config/sluice");
    mkdirSync(folder, { recursive: true });
    const path = join(folder, "config.json");
    writeFileSync(path, JSON.stringify({ profiles: { p: { url: "https://x.example", api_key: "k" } } }));
    chmodSync(path, 0o644);

    const { stdout } = await doctor({}, { HOME: home });
    expect(stdout).toContain(`Run: chmod 600 ${path}`);
    chmodSync(path, 0o600);
    expect((await doctor({}, { HOME: home })).stdout).toMatch(/^OK +profiles: /m);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

test("says which families of tasks the stage does without, and that nothing is wrong with that", async () => {
  const { tasks } = catalog.queueOf("document");
  const families = new Set(["document", "embedding"]);
  const deployed = catalog.queues.filter(({ name }) => !families.has(name)).flatMap((queue) => queue.tasks);
  expect(tasks.length).toBeGreaterThan(0);

  const { stdout } = await doctor({
    "GET /openapi.json": { status: 200, body: openApi(deployed.map(({ name }) => name)) },
  });

  expect(stdout).toMatch(
    new RegExp(
      `^OK +versions: both know the same ${deployed.length} tasks, which is all without documents, search`,
      "m",
    ),
  );
});

test("tasks of an app's own are no difference to the package, and one that is missing is", () => {
  const deployed = [...catalog.taskNames, "word_stats"];
  expect(compareTasks(deployed, catalog, true)).toMatchObject({
    verdict: "OK",
    detail: expect.stringContaining("the app has its own: word_stats"),
  });
  expect(compareTasks(deployed, catalog, false)).toMatchObject({ verdict: "WARN" });
  expect(compareTasks(deployed.slice(1), catalog, true)).toMatchObject({ verdict: "WARN" });
});
