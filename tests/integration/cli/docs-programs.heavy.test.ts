/**
 * The commands of the pages other than those of `sluice` and curl, as far as they can be run on a laptop: the project's scripts
 * in a copy of it, and those of the AWS CLI: what a page gives is sent to a server of the test, what it mentions is checked by the CLI.
 *
 * @module
 */

import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireInCi } from "../../helpers/ci-tools.ts";
import { blockCommands, type DocCommand, guides, inlineCommands, tableCommands } from "../../helpers/doc-commands.ts";
import { docRuns, isRunByDocsHeavy, textOf } from "../../helpers/doc-runs.ts";
import { eventually } from "../../helpers/eventually.ts";

const root = resolve(import.meta.dirname, "../../..");
const execute = promisify(execFile);
const left = new Set(["node_modules", ".git", ".build", "cdk.out", ".sluice"]);
const PATH = [join(root, "node_modules/.bin"), dirname(process.execPath), process.env.PATH].join(":");
const aws = process.env.AWS_CLI;
const hasAws = aws !== undefined && existsSync(aws);
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "sluice-programs-"));
  cpSync(root, copy, { recursive: true, filter: (source) => source === root || !left.has(basename(source)) });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"), "dir");
  // Biome asks git what to leave out.
  spawnSync("git", ["init", "-q"], { cwd: copy });
  mkdirSync(join(copy, "FOLDER"));
  cpSync(join(root, "examples/documents/annual-report.pdf"), join(copy, "FOLDER/report.pdf"));
  const text = "The river rose on Tuesday, and people left the town. Rain fell for three days. ".repeat(12);
  for (const origin of ["human", "machine"]) {
    const lines = ["1", "2"].map((id) => JSON.stringify({ id, language: "en", origin, source: "a page", text }));
    writeFileSync(join(copy, `${origin}-en.jsonl`), `${lines.join("\n")}\n`);
  }
  mkdirSync(join(copy, "import-prod"));
  writeFileSync(join(copy, "import-prod/template.json"), "{}");
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Commands that are run in this way, each once, with what comes behind it. */
function commandsRun(how: "copy" | "aws" | "server") {
  const shown = guides.flatMap((page) => [
    ...blockCommands(page).map((command) => ({ command, isWhole: true })),
    ...[...inlineCommands(page), ...tableCommands(page)].map((command) => ({ command, isWhole: false })),
  ]);
  const found = new Map<string, { text: string; command: DocCommand; also: readonly string[]; isWhole: boolean }>();
  for (const { command, isWhole } of shown) {
    const text = textOf(command);
    const run = isRunByDocsHeavy(command) ? undefined : docRuns.find(({ pattern }) => pattern.test(text));
    if (run === undefined || !("here" in run) || run.here !== how || found.has(text)) continue;
    found.set(text, { text, command, also: run.also ?? [], isWhole });
  }
  return [...found.values()];
}

const clean = () => ({ PATH, HOME: copy, CDK_DISABLE_CLI_TELEMETRY: "true", SLUICE_PORT: "0" });

describe("commands of the project", () => {
  it.each(commandsRun("copy"))("$text ends well", { timeout: 900_000 }, async ({ command, also }) => {
    const [program = "", ...rest] = [...command.words, ...also];
    const ended = execute(program, rest, { cwd: copy, env: clean(), maxBuffer: 64 << 20 });
    await expect(ended.then(({ stdout }) => stdout)).resolves.toEqual(expect.any(String));
  });

  it("pages that are made by a command are not changed by it", () => {
    for (const page of ["docs/settings.md", "docs/scaling.md", ".env.sample"])
      expect(readFileSync(join(copy, page), "utf8"), page).toBe(readFileSync(join(root, page), "utf8"));
  });

  it.each(commandsRun("server"))("$text runs until it is ended", { timeout: 600_000 }, async ({ command }) => {
    const [program = "", ...rest] = command.words;
    // A group of its own: npm and npx do not pass on every signal.
    const child: ChildProcess = spawn(program, rest, { cwd: copy, env: clean(), detached: true });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk) => {
        output += String(chunk);
      });
    const ended = new Promise<void>((done) => child.once("close", () => done()));
    try {
      await eventually("it says where it is", () => /https?:\/\/(127\.0\.0\.1|localhost):\d+/.exec(output)?.[0], 500);
    } finally {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
      await ended;
    }
  });
});

requireInCi("AWS_CLI", hasAws);

describe.skipIf(!hasAws)("commands of the AWS CLI (skipped without AWS_CLI)", () => {
  /** As far as the CLI reads them: a table of DynamoDB, a secret, a subscription of SNS, the buckets of S3. */
  const service = createServer((request, response) => {
    request.resume();
    const isJson = request.headers["content-type"]?.startsWith("application/x-amz-json") ?? false;
    const table = { TableName: "jobs-restored", TableStatus: "ACTIVE" };
    const name = request.method === "POST" ? "SubscribeResponse" : "ListAllMyBucketsResult";
    const answer = isJson
      ? JSON.stringify({ Table: table, TableDescription: table, Name: "review-key" })
      : `<?xml version="1.0"?><${name}><SubscribeResult/><Buckets/></${name}>`;
    response.writeHead(200).end(answer);
  });
  beforeAll(() => new Promise<void>((done) => void service.listen(0, "127.0.0.1", done)));
  afterAll(() => void service.close());

  it.each(commandsRun("aws"))("$text is one that it takes", async ({ command, isWhole }) => {
    const words = command.words.slice(1);
    const { port } = service.address() as AddressInfo;
    // What is only mentioned may lack the value of its last option, and options that it needs.
    const value = words.at(-1)?.startsWith("--") ? ["x"] : [];
    const isSent = isWhole || words[0] === "s3";
    const how = isSent ? ["--endpoint-url", `http://127.0.0.1:${port}`] : ["--generate-cli-skeleton", "input"];
    const env = {
      ...clean(),
      ...{ AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_REGION: "us-east-1" },
      ...{ AWS_DEFAULT_REGION: "us-east-1", AWS_EC2_METADATA_DISABLED: "true" },
    };
    const ended = execute(aws ?? "", [...words, ...value, ...how], { cwd: copy, env });
    await expect(ended.then(({ stderr }) => stderr)).resolves.toBe("");
  });

  it("one that it does not know is refused", async () => {
    const wrong = [
      "sns",
      "subscribe",
      "--topic-arn",
      "ARN",
      "--protokoll",
      "email",
      "--generate-cli-skeleton",
      "input",
    ];
    await expect(execute(aws ?? "", wrong, { cwd: copy, env: clean() })).rejects.toThrow("--protokoll");
  });
});
