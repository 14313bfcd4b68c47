import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { startJsonServer } from "../../helpers/json-server.ts";

const id = "5e03b1d2-4f0c-4d5e-9a57-3c1f0f4d2a11";
const document = {
  id,
  project_id: "default",
  file_name: "Müller; Angebot.pdf",
  content_type: "application/pdf",
  size: 2_048,
  status: "completed",
  searchable_text: "The ferry leaves at noon.",
  searchable_text_url: null,
  characters: 25,
  language: "en",
  pages: 3,
  ocr: true,
  confidence: 0.91,
  warnings: [{ page: 2, kind: "page_left_out", message: "The page takes too long." }],
  passages: null,
  error: null,
  created_at: "2026-11-29T12:00:00.000Z",
  processed_at: "2026-11-29T12:00:05.000Z",
  task_id: "2370aaaa-4f0c-4d5e-9a57-3c1f0f4d2a11",
};

const sluice = (url: string, ...argv: string[]) => runCli(["documents", ...argv, "--url", url]);

test("lists documents with their pages and warnings, under either name", async () => {
  await using server = await startJsonServer(() => ({
    status: 200,
    body: { documents: [document], next_cursor: null },
  }));

  const ended = await sluice(server.url, "list");

  expect(ended).toMatchObject({ code: 0, stderr: "" });
  expect(ended.stdout).toBe(`${id}\tcompleted\t3\t1\t2026-11-29T12:00:00.000Z\tMüller; Angebot.pdf\n`);
  expect(await sluice(server.url, "ls")).toEqual(ended);
});

test("shows what is to be known of one, warnings with their pages", async () => {
  await using server = await startJsonServer(() => ({ status: 200, body: document }));

  expect((await sluice(server.url, "show", id)).stdout.split("\n")).toEqual([
    "completed: Müller; Angebot.pdf",
    "content_type: application/pdf",
    "size: 2048",
    "pages: 3",
    "language: en",
    "confidence: 0.91",
    "warning: page 2: page_left_out: The page takes too long.",
    `job: ${document.task_id}`,
    "",
  ]);
});

test.each([
  ["text", { document_id: id, text: "Plain words.", text_url: null }, "Plain words."],
  ["markdown", { document_id: id, markdown: "# Words", markdown_url: null }, "# Words"],
])("prints the %s alone, be it in the answer or behind its link", async (kind, body, printed) => {
  await using server = await startJsonServer(({ path }) => ({
    status: 200,
    body: path.startsWith("/link")
      ? "what the link has"
      : path.includes(id)
        ? body
        : { ...body, [kind]: null, [`${kind}_url`]: `${server.url}/link` },
  }));

  expect((await sluice(server.url, kind, id)).stdout).toBe(`${printed}\n`);
  const other = "6e03b1d2-4f0c-4d5e-9a57-3c1f0f4d2a11";
  expect((await sluice(server.url, kind, other)).stdout).toContain("what the link has");
});

test("brings a file with its mode of recognition, and prints the document's id", async () => {
  const file = join(await mkdtemp(join(tmpdir(), "sluice-")), "Müller; Angebot.txt");
  await writeFile(file, JSON.stringify("Guten Tag"));
  const queries: URLSearchParams[] = [];
  await using server = await startJsonServer(({ query }) => {
    queries.push(query);
    return { status: 202, body: { id, status: "pending", task_id: document.task_id } };
  });

  const ended = await sluice(server.url, "upload", file, "--ocr", "never", "--index");

  expect(ended).toMatchObject({ code: 0, stdout: `${id}\n` });
  expect(Object.fromEntries(queries.at(-1) ?? [])).toEqual({
    file_name: "Müller; Angebot.txt",
    index: "true",
    ocr: "never",
  });
});

test("deletes one", async () => {
  const seen: string[] = [];
  await using server = await startJsonServer(({ method, path }) => {
    seen.push(`${method} ${path}`);
    return { status: 200, body: { id, status: "deleted" } };
  });

  expect(await sluice(server.url, "rm", id)).toMatchObject({ code: 0, stdout: `Deleted ${id}.\n` });
  expect(seen.at(-1)).toBe(`DELETE /api/v1/documents/${id}`);
});

test.each([
  ["[]", "--schema: must be a JSON object."],
  [' "name"', "--schema: must be a JSON object."],
  ["{", "--schema: is not JSON"],
  ["invoice.jsn", "invoice.jsn: there is no such file: name a file, or give the schema as JSON."],
])("a schema that is none is told before anything is brought: %s", async (schema, message) => {
  await using server = await startJsonServer(() => ({ status: 500, body: {} }));

  const ended = await runCli(["extract", id, "--schema", schema, "--url", server.url]);

  expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
});
