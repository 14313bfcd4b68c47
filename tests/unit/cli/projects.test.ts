import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { type JsonRequest, type JsonResponse, startJsonServer } from "../../helpers/json-server.ts";
import { failed } from "../../helpers/wire-job.ts";

const id = "leak-finder";
const task_id = "2370aaaa-4f0c-4d5e-9a57-3c1f0f4d2a11";
const project = {
  id,
  name: "Leak finder",
  description: "Sensors report\nleaks.",
  metadata: { year: 2024 },
  status: "completed",
  error: null,
  task_id,
  model: "hash-v1",
  dimensions: 384,
  created_at: "2026-11-29T12:00:00.000Z",
  updated_at: "2026-11-29T12:00:00.000Z",
  embedded_at: "2026-11-29T12:00:05.000Z",
};
const accepted = { status: 202, body: { id, status: "pending", task_id } };
const never = { status: 500, body: {} };

/** Runs a command against a server that answers so. @returns how it ended, and what it asked */
async function projects(answer: (asked: JsonRequest) => JsonResponse, argv: readonly string[], stdin = "") {
  const asked: { call: string; whose: string | null; body: unknown }[] = [];
  await using server = await startJsonServer((each) => {
    asked.push({ call: `${each.method} ${each.path}`, whose: each.query.get("project_id"), body: each.body });
    return answer(each);
  });
  const ended = await runCli(["projects", ...argv, "--url", server.url], { stdin });
  return { ...ended, asked };
}

test("lists projects, under either name", async () => {
  const page = () => ({ status: 200, body: { projects: [project], next_cursor: null } });

  const listed = await projects(page, ["list", "--project", "shop"]);

  expect(listed).toMatchObject({ code: 0, stderr: "", asked: [{ call: "GET /api/v1/projects", whose: "shop" }] });
  expect(listed.stdout).toBe(`${id}\tcompleted\t2026-11-29T12:00:00.000Z\tLeak finder\tSensors report leaks.\n`);
  expect((await projects(page, ["ls"])).stdout).toBe(listed.stdout);
});

test("shows one with its vector, and one that failed with its error", async () => {
  const shown = await projects(() => ({ status: 200, body: project }), ["show", id]);

  expect(shown.stdout.split("\n")).toEqual([
    "completed: Leak finder",
    "vector: 384 numbers by hash-v1",
    "created_at: 2026-11-29T12:00:00.000Z",
    "updated_at: 2026-11-29T12:00:00.000Z",
    "embedded_at: 2026-11-29T12:00:05.000Z",
    'metadata: {"year":2024}',
    `job: ${task_id}`,
    "description: Sensors report leaks.",
    "",
  ]);
  const error = { type: "EmbeddingError", message: "no vector came", retryable: false };
  const body = { ...project, name: null, status: "failed", model: null, dimensions: null, embedded_at: null, error };
  const ended = await projects(() => ({ status: 200, body }), ["show", id]);
  expect(ended.stdout).toMatch(/^failed\nerror: EmbeddingError: no vector came\ncreated_at/);
});

test("adds one with name and metadata, whose description may be piped", async () => {
  const words = ["--name", "Leaks", "--metadata", '{"year": 2024}', "--project", "shop"];

  const created = await projects(() => accepted, ["create", "Sensors.", ...words]);

  expect(created).toMatchObject({ code: 0, stdout: `${id}\n` });
  const body = { description: "Sensors.", name: "Leaks", metadata: { year: 2024 } };
  expect(created.asked).toEqual([{ call: "POST /api/v1/projects", whose: "shop", body }]);
  for (const argv of [["create"], ["create", "-f", "-"]]) {
    expect((await projects(() => accepted, argv, "A choir.")).asked).toMatchObject([
      { body: { description: "A choir." } },
    ]);
  }
});

test("metadata and filters may be files", async () => {
  const file = join(await mkdtemp(join(tmpdir(), "sluice-")), "data.json");
  await writeFile(file, '{"year": 2024}');
  const none = () => ({ status: 200, body: { matches: [] } });

  const created = await projects(() => accepted, ["create", "x", "--metadata", file]);
  const found = await projects(none, ["search", "x", "--filter", file]);

  expect(created.asked).toMatchObject([{ body: { metadata: { year: 2024 } } }]);
  expect(found.asked).toMatchObject([{ body: { query: "x", top_k: 10, filter: { year: 2024 } } }]);
  expect(found).toMatchObject({ code: 0, stdout: "", stderr: expect.stringContaining("Nothing is found") });
});

test("changes what is given alone; an empty name takes it away", async () => {
  const renamed = await projects(() => accepted, ["update", id, "--name", "", "--project", "shop"]);
  const described = await projects(() => accepted, ["update", id, "-f", "-"], "Pipes.");

  const call = `PUT /api/v1/projects/${id}`;
  expect(renamed).toMatchObject({ code: 0, stdout: `Changed ${id}.\n`, asked: [{ call, whose: "shop" }] });
  expect(renamed.asked[0]?.body).toEqual({ name: null });
  expect(described.asked[0]?.body).toEqual({ description: "Pipes." });
});

test("a change of nothing is not waited for", async () => {
  const unchanged = () => ({ status: 200, body: { id, status: "completed", task_id } });
  const ended = await projects(unchanged, ["update", id, "--name", "Leak finder", "--wait"]);
  expect(ended).toMatchObject({ code: 0, stdout: `Changed ${id}.\n`, asked: [{}] });
});

test("with --wait, a vector that is not made is a failure", async () => {
  const answer = ({ method }: JsonRequest) => (method === "POST" ? accepted : { status: 200, body: failed() });
  const ended = await projects(answer, ["create", "x", "--wait"]);
  expect(ended).toMatchObject({ code: 1, stdout: `${id}\n`, stderr: expect.stringContaining("FAILURE") });
});

test("deletes one when it is told to, and asks otherwise", async () => {
  const deleted = await projects(() => accepted, ["rm", id, "--yes", "--project", "shop"]);
  const unsaid = await projects(() => accepted, ["delete", id]);

  expect(deleted).toMatchObject({ code: 0, stdout: `Deleted ${id}.\n` });
  expect(deleted.asked).toMatchObject([{ call: `DELETE /api/v1/projects/${id}`, whose: "shop" }]);
  expect(unsaid).toMatchObject({ code: 2, asked: [], stderr: expect.stringContaining("--yes") });
});

const match = (project_id: string, score: number) => ({ project_id, score, metadata: { year: 2024 } });
const found = { matches: [match(id, 0.39123), match("gone", 0.2)], notice: "This is a search by words." };
const searched = ({ path }: JsonRequest): JsonResponse => {
  if (path.endsWith("/search")) return { status: 200, body: found };
  if (path.endsWith(id)) return { status: 200, body: project };
  return { status: 404, body: { type: "x", title: "x", status: 404, detail: "There is no project gone." } };
};

test("prints what a search finds with its names, and what the search says of itself", async () => {
  const ended = await projects(searched, ["search", "pipes", "--project", "shop"]);

  expect(ended).toMatchObject({ code: 0, stderr: "This is a search by words.\n" });
  expect(ended.stdout).toBe(`0.391\t${id}\tLeak finder\t{"year":2024}\n0.200\tgone\t\t{"year":2024}\n`);
  expect(ended.asked.map(({ whose }) => whose)).toEqual(["shop", "shop", "shop"]);
});

test("with --json, a search is the API's answer and asks for nothing else", async () => {
  const ended = await projects(searched, ["search", "pipes", "--json"]);
  expect(JSON.parse(ended.stdout)).toEqual(found);
  expect(ended.asked).toHaveLength(1);
});

test.each([
  [["create"], "Give a description, --file, or text on standard input."],
  [["create", "x", "-f", "y.txt"], "Give a description or --file, not both."],
  [["create", "x", "--metadata", "[]"], "--metadata: must be a JSON object."],
  [["create", "x", "--metadata", "none.json"], "none.json: there is no such file."],
  [["update", id], "Nothing to change: give --description, --file, --name or --metadata."],
  [["search", "x", "--filter", "{"], "--filter: is not JSON"],
  [["search", "x", "--limit", "101"], "100"],
])("%j is refused before anything is asked", async (argv, message) => {
  const ended = await projects(() => never, argv);
  expect(ended).toMatchObject({ code: 2, stdout: "", asked: [] });
  expect(ended.stderr).toContain(message);
});
