/**
 * The commands that the pages show, run against an embedded stack: those of `sluice` in this process, those of curl by curl.
 * Names that stand for something, such as `ID` or `report.pdf`, are filled in. What is not run is listed, with the reason.
 *
 * @module
 */

import { execFile, spawnSync } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { runCli } from "../../helpers/cli.ts";
import {
  blockCommands,
  type DocCommand,
  guides,
  inlineCommands,
  readPage,
  shellCommands,
  tableCommands,
} from "../../helpers/doc-commands.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type ChatRequest, type LlmServer, startLlmServer } from "../../helpers/llm-server.ts";
import { startTestStack, type TestStack } from "../../helpers/stack.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../../helpers/webhook-receiver.ts";
import { prose, writingModel } from "../../helpers/writing-model.ts";

const root = resolve(import.meta.dirname, "../../..");
const execute = promisify(execFile);
const hasCurl = spawnSync("curl", ["--version"]).status === 0;

/** Commands that are not run here, by how they begin. */
const notRun: readonly (readonly [RegExp, string])[] = [
  [/^teardown|--bootstrap|^doctor --(aws|profile|url)|^logs .*--stage|^restore|^mcp --profile/, "needs an AWS account"],
  [/^(init|dev|new-task)\b/, "writes into a folder, or runs until Ctrl-C: tests/packages/own-app, new-task.heavy"],
  [/^logs --level/, "needs the log file of npm start: pipe.heavy"],
  [/^(mcp|logs -f|top)$/, "runs until it is ended: mcp.heavy, terminal.heavy"],
  [/^open\b/, "opens a browser: terminal.heavy"],
  [
    /^submit (word_stats|shout_text|reading_report|press_review|TASK)\b/,
    "tasks of an app of one's own: tests/packages/own-app",
  ],
];

let stack: TestStack;
let llm: LlmServer;
let receiver: WebhookReceiver;
let folder: string;
/** What stands for something on a page, and what it is here. */
const meant = new Map<string, string>();

const cli = async (words: readonly string[], stdin = "") =>
  await runCli(words, { env: { SLUICE_URL: stack.stack.url, SLUICE_API_KEY: stack.stack.apiKey }, stdin });
const must = async (...words: string[]): Promise<string> => {
  const { code, stdout, stderr } = await cli(words);
  if (code !== 0) throw new Error(`${words.join(" ")}: ${stderr}`);
  return stdout.trim();
};

/** A job that has failed, so that there is something to run again, and a dead letter of its queue. */
async function failedJob(): Promise<string> {
  const id = await stack.submit("process_document", { document_id: crypto.randomUUID() });
  await stack.waitFor(id, ({ status }) => status === "FAILURE");
  return id;
}

/** What stands for something in one command alone. */
type Meant = Readonly<Record<string, string>>;

async function failAgain(): Promise<Meant> {
  const id = await failedJob();
  const groups = z.array(z.object({ fingerprint: z.string() }));
  const answer = z.object({ groups }).parse(await (await stack.request("/dlq/document/groups")).json());
  const fingerprint = answer.groups[0]?.fingerprint ?? "";
  return { TASK_ID: id, ID: id, "5d0f9c2a-...": id, F: fingerprint, "1a2b3c": fingerprint };
}

async function openEscalation(): Promise<Meant> {
  const id = await stack.submit("escalate", { subject: "Publish?", reason: "Two days are named." });
  await stack.waitFor(id);
  return { ID: id, "0b9f...": id };
}

/** A job that waits, so that there is something to revoke. */
async function laterJob(): Promise<Meant> {
  const id = await stack.submit("health_check", {}, { delay_seconds: 3_600 });
  return { ID: id, "5d0f9c2a-...": id };
}

async function madeKey(): Promise<Meant> {
  const made = await stack.post("/keys", { project_id: "default", scopes: ["read"] });
  return { key_0123456789abcdef: z.object({ key_id: z.string() }).parse(await made.json()).key_id };
}

async function noConfig(): Promise<Meant> {
  await must("configs", "delete", "support", "--yes");
  return {};
}

/** What has to be there before a command. */
const before: readonly (readonly [RegExp, () => Meant | Promise<Meant>])[] = [
  [/^(dlq|retry)\b/, failAgain],
  [/^escalations (ack|resolve|show)/, openEscalation],
  [/^configs create support/, noConfig],
  [/^revoke (ID|5d0f)/, laterJob],
  [/^keys revoke/, madeKey],
  [/^batch results 5d0f/, () => ({ "5d0f9c2a-...": meant.get("BATCH_ID") ?? "" })],
];

/** Chapters for who writes; to a question with a schema, what fits it; a rewrite keeps what the text says. */
function model(request: ChatRequest) {
  const asked = JSON.stringify(request.messages);
  if (request.response_format && !/\d+ (sections|Abschnitte)/.test(asked)) return { kind: "answer" as const };
  const written = writingModel()(request);
  return written.kind === "answer" && written.content === "" ? { ...written, content: prose(20) } : written;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-docs-"));
  receiver = await startWebhookReceiver();
  llm = await startLlmServer();
  llm.always(model);
  stack = await startTestStack({ env: { ...llm.settings, WEBHOOK_ALLOW_LOOPBACK: "true" } });
  const put = async (name: string, content: string) => {
    await writeFile(join(folder, name), content);
    meant.set(name, join(folder, name));
  };
  const schema = { type: "object", properties: { city: { type: "string" } } };
  const text = `The river rose on Tuesday. ${prose(120)}`;
  await Promise.all([
    ...["report.txt", "mail.txt", "letter.txt", "a.txt", "-", "chapter.md"].map((name) => put(name, text)),
    ...["order.json", "fields.json", "report.json", "invoice.json"].map((name) => put(name, JSON.stringify(schema))),
    put("support.json", JSON.stringify({ provider: "default", system: "Be brief." })),
    put("config.json", JSON.stringify({ provider: "default", system: "Be brief." })),
    put("steps.json", JSON.stringify([{ task_name: "summarize", input: {} }])),
    put("inputs.jsonl", `${JSON.stringify({ text })}\n${JSON.stringify({ text: `${text} It fell again.` })}\n`),
    put("address.json", JSON.stringify(schema)),
    put("inputs.json", JSON.stringify([{ text }])),
    put("key.txt", "sk-of-a-page"),
  ]);
  for (const name of ["report.pdf", "invoice.pdf", "a.pdf", "*.pdf"]) {
    const path = join(folder, name.replace("*", "all"));
    // One page is not as the other: the same bytes are the same document.
    await copyFile(join(root, "examples/documents/annual-report.pdf"), path);
    await writeFile(path, `\n%${name}\n`, { flag: "a" });
    meant.set(name, path);
  }
  for (let version = 1; version <= 3; version += 1)
    await must("configs", version === 1 ? "create" : "update", "support", "-f", join(folder, "support.json"));
  const done = await stack.submit("health_check", {});
  await stack.waitFor(done);
  for (const name of ["ID", "5d0f9c2a-..."]) meant.set(name, done);
  const batch = await must("batch", "submit", "keywords", "--file", join(folder, "inputs.jsonl"));
  meant.set("BATCH_ID", batch).set("notify_team", "health_check");
  const document = await must("documents", "upload", join(folder, "report.pdf"), "--json", "--wait");
  meant.set("5e03...", z.object({ id: z.string() }).parse(JSON.parse(document)).id);
  const called = await stack.submit("health_check", {}, { callback_url: receiver.url });
  await eventually("the webhook is received", async () => receiver.about(called).length > 0, 60);
  const project = { description: "Sensors find leaks.", metadata: { year: 2024, tags: ["water"] } };
  const made = await (await stack.post("/projects", project)).json();
  const embedded = z.object({ id: z.string(), task_id: z.string() }).parse(made);
  meant.set("9f4f...", embedded.id);
  await stack.waitFor(embedded.task_id);
  meant.set("QUEUE", "document").set("STAGE", "dev").set("FILE", join(folder, "report.json"));
  const deliveries = await must("webhooks", "deliveries", "--json");
  const [delivery] = z
    .object({ deliveries: z.array(z.object({ id: z.string() })) })
    .parse(JSON.parse(deliveries)).deliveries;
  for (const name of ["<delivery>", "0f5e7a0e-..."]) meant.set(name, delivery?.id ?? "");
});
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  await llm?.[Symbol.asyncDispose]();
  await receiver?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** A word of a page as it is here. */
function filledIn(word: string, own: Meant = {}): string {
  const all = new Map([...meant, ...Object.entries(own)]);
  const [, prefix = "", name = word] = /^([a-z]+=@|@)(.+)$/.exec(word) ?? [];
  if (all.has(name)) return `${prefix}${all.get(name)}`;
  const withIds = [...all].reduce(
    (text, [from, to]) => (from.endsWith("...") ? text.replaceAll(from, to) : text),
    word,
  );
  return withIds
    .replace("$URL", stack.stack.url)
    .replace("http://127.0.0.1:4600", stack.stack.url)
    .replace("$KEY", stack.stack.apiKey)
    .replace('"schema": {...}', '"schema": {"type": "object", "properties": {"total": {"type": "string"}}}');
}

const sluiceWords = ({ words }: DocCommand): readonly string[] | undefined => {
  const own = words[0] === "npx" ? words.slice(1) : words;
  return own[0] === "sluice" ? own.slice(1).filter((word) => word !== "..." && !/^\[[A-Z]+\]$/.test(word)) : undefined;
};
const reasonNotToRun = (words: readonly string[]) => notRun.find(([pattern]) => pattern.test(words.join(" ")))?.[1];
const asks = /^(purge|dlq purge|revoke (?!ID|5d0f))/;

/** @throws Error that names a command which does not end, with what the jobs say */
async function within<Result>(text: string, running: Promise<Result>): Promise<Result> {
  const late = async () => {
    await setTimeout(200_000, undefined, { ref: false });
    const jobs = await (await stack.request("/jobs?limit=3")).text();
    throw new Error(`${text} does not end; the last jobs: ${jobs}`);
  };
  return await Promise.race([running, late()]);
}

/** Runs a command of `sluice`. @returns what it said when it did not end well */
async function run(
  { input, text }: DocCommand,
  words: readonly string[],
  isWhole: boolean,
): Promise<string | undefined> {
  const line = words.join(" ");
  const own = await before.find(([pattern]) => pattern.test(line))?.[1]();
  const stdin = input === null ? "" : await readFile(filledIn(input), "utf8");
  const answered = asks.test(line) && !/--yes|--dry-run/.test(line) ? ["--yes"] : [];
  const { code, stderr } = await within(text, cli([...words.map((word) => filledIn(word, own)), ...answered], stdin));
  // The commands after it need the queue.
  if (/^queues pause/.test(line)) await must("queues", "resume", filledIn(words[2] ?? ""));
  if (code === 0) return undefined;
  // What is only mentioned may leave out what the command needs.
  if (!isWhole && code === 2 && /missing|not specified|Give |needs|Nothing/.test(stderr)) return undefined;
  return `${text}: exit code ${code}: ${stderr.trim()}`;
}

/** The examples in the commands' own help. */
const examples = [...readPage("docs/cli.md").matchAll(/^ {2}\$ (.+?)(?: {2,}.*)?$/gm)].flatMap(([, line = ""]) =>
  shellCommands(line).map((each) => ({ ...each, text: line, page: "docs/cli.md" })),
);

const seen = new Set<string>();
/** Those that no page before has. */
const newOf = (commands: readonly DocCommand[], isWhole: boolean) =>
  commands.flatMap((command) => {
    const words = sluiceWords(command);
    const key = words?.join(" ") ?? "";
    if (!words || words.length === 0 || seen.has(key) || reasonNotToRun(words) !== undefined) return [];
    seen.add(key);
    return [{ command, words, isWhole }];
  });
// The changelog tells what was wrong, too.
const perPage = guides
  .filter((page) => page !== "CHANGELOG.md")
  .map((page) => {
    const mentioned = [...inlineCommands(page), ...tableCommands(page)];
    return [page, [...newOf(blockCommands(page), true), ...newOf(mentioned, false)]] as const;
  });
const toRun = [...perPage, ["docs/cli.md", newOf(examples, true)] as const].filter(
  ([, commands]) => commands.length > 0,
);

describe("commands of sluice", () => {
  it("are run by the dozen", () => {
    expect(seen.size).toBeGreaterThan(130);
  });

  it.each(toRun)("on %s end well", async (_page, commands) => {
    const failed: string[] = [];
    for (const { command, words, isWhole } of commands) failed.push((await run(command, words, isWhole)) ?? "");
    expect(failed.filter((each) => each !== "")).toEqual([]);
  });
});

describe.skipIf(!hasCurl)("commands of curl (skipped where there is no curl)", () => {
  const calls = guides.flatMap((page) => blockCommands(page).filter(({ words }) => words[0] === "curl"));

  it("are on the pages", () => {
    expect(calls.length).toBeGreaterThan(9);
    expect(readPage("README.md")).toContain("curl -s");
  });

  it.each(calls.map((call) => [call.page, call.text, call] as const))(
    "of %s are answered as it says: %s",
    async (_page, text, call) => {
      const { stdout } = await execute("curl", [
        ...call.words.slice(1).map((word) => filledIn(word)),
        "-w",
        "\n%{http_code}",
      ]);
      const body = stdout.slice(0, stdout.lastIndexOf("\n"));
      const status = stdout.slice(stdout.lastIndexOf("\n") + 1);
      const [, expected = "2.."] = /^(\d{3}) /.exec(call.answer ?? "") ?? [];
      expect(status, `${text}: ${body}`).toMatch(new RegExp(`^${expected}$`));
      const [, shown] = /^\d{3} (\{.*)$/.exec(call.answer ?? "") ?? [];
      // The fields that the page shows are in the answer.
      const names = [...(shown ?? "").matchAll(/"(\w+)":/g)].map(([, name]) => name);
      for (const name of names) expect(body).toContain(`"${name}":`);
    },
  );
});
