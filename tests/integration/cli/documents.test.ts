/**
 * Documents at the command line: from a file to its text, to tasks that follow it, and to data.
 *
 * @module
 */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DIRECT_UPLOAD_BYTES } from "../../../client/documents.ts";
import { extract } from "../../../contracts/tasks/extraction.ts";
import { runCli } from "../../helpers/cli.ts";
import { startTestStack, type TestStack } from "../../helpers/stack.ts";

const LETTER = "Rechnungsnummer: RE-2025-0418\nRechnungsdatum: 12.03.2025\nGesamtbetrag: 1.469,13 EUR\n";
const SCHEMA = {
  type: "object",
  properties: { invoice_number: { type: "string" }, invoice_date: { type: "string", format: "date" } },
};
const DATA = { invoice_number: "RE-2025-0418", invoice_date: "2025-03-12" };
const MESSAGE = [
  "From: Jörg <j@example.com>",
  "Date: Mon, 3 Jun 2024 10:00:00 +0200",
  "Subject: Rechnung",
  "MIME-Version: 1.0",
  'Content-Type: multipart/mixed; boundary="b"',
  "",
  "--b",
  "Content-Type: text/plain; charset=utf-8",
  "",
  "Siehe Anlage.",
  "--b",
  'Content-Type: text/plain; name="rechnung.txt"',
  "Content-Disposition: attachment; filename=rechnung.txt",
  "Content-Transfer-Encoding: base64",
  "",
  Buffer.from(LETTER).toString("base64"),
  "--b--",
].join("\r\n");

let stack: TestStack;
let folder: string;
const file = (name: string) => join(folder, name);
const sluice = (...argv: string[]) =>
  runCli(argv, { env: { SLUICE_URL: stack.stack.url, SLUICE_API_KEY: stack.stack.apiKey } });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-documents-"));
  await Promise.all([
    writeFile(file("letter.txt"), LETTER),
    writeFile(file("message.eml"), MESSAGE),
    writeFile(file("invoice.json"), JSON.stringify(SCHEMA)),
    writeFile(file("then.json"), JSON.stringify([{ task_name: "extract", input: { schema: SCHEMA } }])),
    writeFile(file("empty.pdf"), "%PDF-1.7\n"),
  ]);
  stack = await startTestStack();
});
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

it("brings a file that is too large for a request straight to S3", async () => {
  await writeFile(file("long.html"), `<p>The lighthouse.</p><!--${"x".repeat(DIRECT_UPLOAD_BYTES)}-->`);

  const { code, stdout, stderr } = await sluice("documents", "upload", file("long.html"), "--wait");

  expect(code, stderr).toBe(0);
  expect((await sluice("documents", "text", stdout.trim())).stdout.trim()).toBe("The lighthouse.");
});

it("a file is brought, waited for, followed by tasks, listed, shown and deleted", async () => {
  const brought = await sluice("documents", "upload", file("letter.txt"), "--then", file("then.json"), "--wait");
  const [id = "", ...result] = brought.stdout.split("\n");

  expect(brought.code, brought.stderr).toBe(0);
  expect(JSON.parse(result.join("\n"))).toMatchObject({ data: DATA });
  expect((await sluice("documents", "text", id)).stdout.trim()).toBe(LETTER.trim());
  expect((await sluice("documents", "list")).stdout).toMatch(new RegExp(`${id}.*completed.*letter.txt`));
  expect((await sluice("documents", "show", id)).stdout).toContain("completed: letter.txt");
  expect((await sluice("documents", "delete", id)).stdout).toBe(`Deleted ${id}.\n`);
});

it("data is made of a file, of a document, and of what is attached to a message", async () => {
  const ofFile = await sluice("extract", file("letter.txt"), "--schema", file("invoice.json"));
  const ofSchema = await sluice("extract", file("message.eml"), "-s", JSON.stringify(SCHEMA), "--attachments");
  const [listed] = JSON.parse((await sluice("documents", "list", "--json")).stdout).documents;
  const ofDocument = await sluice("extract", listed.id, "--schema", file("invoice.json"));
  const ofText = await runCli(["extract", "-", "--schema", file("invoice.json")], {
    env: { SLUICE_URL: stack.stack.url, SLUICE_API_KEY: stack.stack.apiKey },
    stdin: LETTER,
  });

  for (const { code, stdout, stderr } of [ofFile, ofSchema, ofDocument, ofText]) {
    expect(code, stderr).toBe(0);
    expect(extract.output.parse(JSON.parse(stdout)).data).toMatchObject(DATA);
  }
  expect(listed).toMatchObject({ file_name: "message.eml" });
});

it("the attachments of a message are listed until they are asked for", async () => {
  const upload = (...options: string[]) => sluice("documents", "upload", file("message.eml"), "--wait", ...options);
  const text = async (brought: { stdout: string }) => (await sluice("documents", "text", brought.stdout.trim())).stdout;

  expect(await text(await upload())).toMatch(
    /Siehe Anlage\.\s+Attachment: rechnung\.txt \(text\/plain, 84 bytes\)\s*$/,
  );
  expect(await text(await upload("--attachments"))).toContain(
    "Attachment: rechnung.txt (text/plain, 84 bytes)\n\nRechnungsnummer",
  );
});

it("what cannot be read ends in its reason", async () => {
  const wrong: [string[], number, string | RegExp][] = [
    [["documents", "upload", file("nothing.pdf")], 2, `${file("nothing.pdf")}: there is no such file.`],
    [["extract", file("nothing.pdf"), "-s", "{}"], 2, `${file("nothing.pdf")}: there is no such file.`],
    [["extract", file("letter.txt"), "-s", file("letter.txt")], 2, `${file("letter.txt")}: is not JSON`],
    [["extract", file("empty.pdf"), "-s", JSON.stringify(SCHEMA)], 1, "DocumentCorruptError"],
    [["documents", "upload", file("letter.txt"), "--then", "{}"], 2, "--then: must be an array of tasks"],
    [
      ["documents", "upload", file("letter.txt"), "--then", '[{"task_name":"nope"}]'],
      2,
      "then.0.task_name: must be one of extract",
    ],
  ];
  for (const [argv, code, message] of wrong) {
    const ended = await sluice(...argv);
    expect([ended.code, ended.stderr], argv.join(" ")).toEqual([code, expect.stringContaining(String(message))]);
  }
});
