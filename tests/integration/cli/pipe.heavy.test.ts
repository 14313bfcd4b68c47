/**
 * The real command in a pipe, against the embedded stack of `npm start`, which it finds by itself.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { createClient } from "../../../client/index.ts";
import { eventListSchema, jobSchema } from "../../../contracts/jobs/wire.ts";
import { CliStack } from "../../helpers/cli-process.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type LlmServer, startLlmServer } from "../../helpers/llm-server.ts";

let model: LlmServer;
let stack: CliStack;
beforeAll(async () => {
  model = await startLlmServer();
  stack = await CliStack.start({ ...model.settings, SLUICE_TIME_SCALE: "60" });
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await model.close();
});
beforeEach(() => model.always({ kind: "answer" }));

const uuid = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
const text = "The water company replaced forty kilometres of pipe. Fewer leaks followed.";

/** A command that must end well, without a process of its own. @returns what it printed, without the last line end */
async function sluice(argv: readonly string[]): Promise<string> {
  const ended = await stack.quick(...argv);
  if (ended.code !== 0) throw new Error(`sluice ${argv.join(" ")} ended with ${ended.code}: ${ended.stderr}`);
  return ended.stdout.trimEnd();
}

const jobOf = async (taskId: string) => jobSchema.parse(JSON.parse(await sluice(["status", taskId, "--json"])));

test("submits, follows and reads a job with no flags at all", async () => {
  const submitted = await stack.run(["submit", "summarize", "-F", `text=${text}`]);
  expect(submitted).toMatchObject({ code: 0, stderr: "" });
  const id = submitted.stdout.trimEnd();
  expect(id).toMatch(uuid);

  const watched = await stack.run(["watch", id]);

  expect(watched.code).toBe(0);
  expect(watched.stderr).toMatch(/PENDING[\s\S]*STARTED +attempt 1, summarize-high@lambda[\s\S]*SUCCESS/);
  const result = JSON.parse(watched.stdout);
  expect(result).toMatchObject({ original_length: 11, summary: expect.any(String) });
  expect(JSON.parse((await stack.run(["result", id])).stdout)).toEqual(result);
  expect(await jobOf(id)).toMatchObject({ task_id: id, status: "SUCCESS", result });
  expect((await stack.run(["list", "-n", "1", "--task", "summarize"])).stdout).toMatch(
    new RegExp(`^${id}\tsummarize\tSUCCESS\t1\t`),
  );
});

test("the typed client runs a task on the same stack, and gets its faults as problem details", async () => {
  const client = createClient({ url: stack.url, apiKey: stack.key });

  const result = await client.run("summarize", { text, max_length: 50 }, { priority: 9 });

  expect(result.original_length).toBe(11);
  const [newest] = (await client.jobs.list({ task_name: "summarize", limit: 1 })).jobs;
  expect(newest).toMatchObject({ task_name: "summarize", priority: 9, result });
  await expect(client.submit("summarize", { text, max_length: 1 })).rejects.toMatchObject({
    status: 422,
    problem: { errors: [{ path: "/input/max_length" }] },
  });
  await expect(client.dlq.redrive("summarize", {})).rejects.toMatchObject({ status: 422 });
  expect(await client.metrics()).toContain("# TYPE");
});

test("takes a text from a pipe and waits for its result", async () => {
  const ended = await stack.run(["submit", "keywords", "-F", "max_keywords=3", "--wait", "--json"], { stdin: text });

  expect(ended).toMatchObject({ code: 0, stderr: "" });
  expect(jobSchema.parse(JSON.parse(ended.stdout))).toMatchObject({ task_name: "keywords", status: "SUCCESS" });
});

test("names the field that the API does not accept", async () => {
  const ended = await stack.run(["submit", "summarize", "-F", "text=x", "-F", "max_length=1"]);

  expect(ended).toMatchObject({ code: 2, stdout: "" });
  expect(ended.stderr).toMatch(/^sluice: input\.max_length: .*\n$/);
});

test("a failed job ends the command with 1, is a dead letter, and runs again when it is redriven", async () => {
  model.always({ kind: "status", status: 400 });
  const failed = await stack.run([
    "submit",
    "normalize",
    "-i",
    `{"request":"two pears","schema":{"type":"object"}}`,
    "-w",
  ]);
  expect(failed.code).toBe(1);
  const id = /^(\S+) PENDING/.exec(failed.stderr)?.[1] ?? "";
  expect(failed.stderr).toContain(`FAILURE ${id}: LLMClientError`);

  expect(await sluice(["dlq", "ls"])).toMatch(/^normalize\t1\t/m);
  const [letter = ""] = (await sluice(["dlq", "ls", "normalize"])).split("\n");
  expect(letter).toContain(id);
  const [group = ""] = (await sluice(["dlq", "ls", "normalize", "--group"])).split("\n");
  const [count, fingerprint = ""] = group.split("\t");
  expect(count).toBe("1");
  const shown = await sluice(["dlq", "show", id]);
  expect(shown).toContain(`"request": "two pears"`);
  expect(shown).toContain("LLMClientError");

  const redrive = ["dlq", "redrive", "normalize", "--fingerprint", fingerprint];
  expect(await sluice([...redrive, "--dry-run"])).toBe("1 would be redriven.");
  expect((await jobOf(id)).status).toBe("FAILURE");
  model.always({ kind: "answer", content: "{}" });
  expect(await sluice(redrive)).toBe("1 redriven.");
  expect((await stack.quick("watch", id)).code).toBe(0);
  expect(await sluice(["dlq", "ls"])).toMatch(/^normalize\t0\t/m);
});

test("revokes a job that runs, and retries it", async () => {
  model.always({ kind: "hang" });
  const id = await sluice(["submit", "summarize", "-F", `text=${text}`]);
  await eventually("the job runs", async () => (await jobOf(id)).status === "STARTED");
  expect(await sluice(["inspect", "active"])).toContain(`${id}\tsummarize\tsummarize-high@lambda`);
  expect(JSON.parse(await sluice(["top", "--json"]))).toMatchObject({
    active_tasks: expect.arrayContaining([expect.objectContaining({ task_id: id })]),
  });

  const gentle = await stack.quick("revoke", id, "--no-terminate");
  expect(gentle.code).toBe(5);
  expect(await sluice(["revoke", id])).toBe(`${id}\trevoked`);
  const watched = await stack.run(["watch", id]);
  expect(watched).toMatchObject({ code: 1, stdout: "" });
  expect(watched.stderr).toContain(`REVOKED ${id}: it was revoked`);
  expect(await stack.quick("result", id)).toMatchObject({ code: 1, stdout: "" });

  model.always({ kind: "answer" });
  expect(await sluice(["retry", id])).toBe(`${id}\tPENDING`);
  expect((await stack.quick("watch", id)).code).toBe(0);
});

test("pauses a lane, shows what waits, purges it, and resumes", async () => {
  expect(await sluice(["queues", "pause", "keywords", "--lane", "low"])).toBe("keywords-low@lambda\tpaused");
  const id = await sluice(["submit", "keywords", "-F", `text=${text}`, "--priority", "1"]);
  await eventually("the job waits", async () =>
    (await sluice(["queues"])).split("\n").some((line) => line.startsWith("keywords-low\tpaused\t1\t")),
  );
  expect(await sluice(["inspect", "reserved"])).toContain(id);

  expect(await sluice(["purge", "keywords", "--lane", "low", "--yes"])).toBe("1 jobs revoked.");

  expect((await jobOf(id)).status).toBe("REVOKED");
  expect(await sluice(["queues", "resume", "keywords"])).toContain("keywords-low@lambda\topen");
});

test("revokes by a filter", async () => {
  const submit = ["submit", "summarize", "-F", `text=${text}`, "--delay", "1h", "--trace-id", "tidy-up"];
  const ids = [await sluice(submit), await sluice(submit)];
  expect(await sluice(["inspect", "scheduled"])).toContain(ids[0]);

  expect(await sluice(["revoke", "--trace-id", "tidy-up", "--dry-run"])).toBe("2 would be revoked.");
  expect(await sluice(["revoke", "--trace-id", "tidy-up", "--yes"])).toBe("2 revoked.");

  expect(await sluice(["list", "--trace-id", "tidy-up", "--status", "revoked"])).toContain(ids[1]);
});

test("retries by a filter", async () => {
  const submit = ["submit", "summarize", "-F", `text=${text}`, "--delay", "1h", "--trace-id", "again"];
  const ids = [await sluice(submit), await sluice(submit)];
  expect(await sluice(["revoke", "--trace-id", "again", "--yes"])).toBe("2 revoked.");

  const retry = ["retry", "--trace-id", "again", "--status", "revoked", "--since", "1h"];
  expect(await sluice(["retry", "--trace-id", "again", "--dry-run"])).toBe("0 would run again.");
  expect(await sluice([...retry, "--dry-run"])).toBe("2 would run again.");
  expect(await stack.quick(...retry)).toMatchObject({ code: 2, stderr: expect.stringContaining("give --yes") });
  expect(await sluice([...retry, "--yes"])).toBe("2 run again.");

  for (const id of ids) expect((await stack.quick("watch", id)).code).toBe(0);
  expect((await stack.quick("retry", "--status", "failure")).code).toBe(2);
});

test("makes keys that may do what their scopes say, and no more", async () => {
  const limits = ["--tokens-per-day", "5000", "--concurrent-calls", "2"];
  const key = await sluice(["keys", "create", "--scope", "read", "--name", "dashboard", ...limits]);
  expect(key).toMatch(/^slc_[0-9a-f]{48}$/);
  const listed = (await sluice(["keys", "list"])).split("\n").find((line) => line.includes("\tdashboard\t")) ?? "";
  expect(listed).toContain("\tdefault\tread\t");
  expect(listed).toContain("2 calls at a time, 5000 tokens a day (UTC)");

  expect((await stack.quick("list", "--key", key)).code).toBe(0);
  const refused = await stack.quick("submit", "health_check", "--key", key);
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain("submit");
  const unknown = await stack.quick("list", "--key", "slc_0");
  expect(unknown).toMatchObject({ code: 3, stderr: "sluice: The API does not know this key.\n" });

  const [keyId = ""] = listed.split("\t");
  expect(await sluice(["keys", "revoke", keyId])).toBe(`${keyId} is revoked.`);
  expect((await stack.quick("keys", "revoke", keyId)).code).toBe(4);
});

test.each([
  [["ping"], { workers: { "summarize-high@lambda": { ok: "pong" } } }],
  [["workers"], { workers: expect.arrayContaining([expect.objectContaining({ name: "summarize-low@lambda" })]) }],
  [["inspect", "registered"], { registered_tasks: expect.arrayContaining(["summarize"]) }],
  [["inspect", "stats"], { queue_stats: { "default-low@lambda": { pool: "lambda" } } }],
  [["inspect", "active-queues"], { active_queues: { "summarize-high@lambda": [{ name: "summarize-high" }] } }],
  // A job of the stack's own housekeeping may run just then.
  [
    ["top"],
    {
      active_tasks: expect.any(Array),
      queues: expect.arrayContaining([expect.objectContaining({ name: "keywords" })]),
    },
  ],
])("prints the API's own answer for %j --json, and lines without it", async (argv, expected) => {
  expect(JSON.parse(await sluice([...argv, "--json"]))).toMatchObject(expected);
  expect(await sluice(argv)).toContain("summarize");
});

test("finds nothing wrong with a stack that runs, and what is wrong with a key", async () => {
  const well = await stack.run(["doctor"]);
  expect(well.stdout).toContain("from the embedded stack on this machine");
  expect(well.stdout).toMatch(/^OK +key: .*read, submit, admin$/m);
  expect(well.stdout).not.toContain("FAIL");
  expect(well.code).toBe(0);

  const ill = await stack.quick("doctor", "--key", "slc_wrong", "--json");
  expect(ill.code).toBe(1);
  const { checks } = z
    .object({ checks: z.array(z.looseObject({ name: z.string(), verdict: z.string() })) })
    .parse(JSON.parse(ill.stdout));
  expect(checks.at(-1)).toMatchObject({ name: "key", verdict: "FAIL" });
});

test("shows the functions' logs, and follows them until Ctrl-C", async () => {
  await sluice(["submit", "health_check"]);
  const following = stack.start(["logs", "-f"]);
  await following.shows(/sluice-local-api/);
  expect(await sluice(["submit", "keywords", "-F", `text=${text}`, "--wait"])).toContain("keywords");
  await following.shows("/api/v1/tasks/keywords");
  const summarizing = await stack.run(["submit", "summarize", "-F", `text=${text}`, "--wait", "--json"]);
  const { task_id: id } = jobSchema.parse(JSON.parse(summarizing.stdout));
  // What a task's code says with ctx.log is in the function's log under the job's id, and kept with the job.
  await following.shows(new RegExp(`The model answered\\..* task_id=${id}`));
  const answer = await fetch(`${stack.url}/api/v1/jobs/${id}/events`, {
    headers: { authorization: `Bearer ${stack.key}` },
  });
  expect(eventListSchema.parse(await answer.json()).log).toMatchObject([
    { level: "info", attempt: 1, message: expect.stringContaining("The model answered.") },
  ]);

  following.child.kill("SIGINT");

  expect(await following.ended).toMatchObject({ code: 0, stderr: "" });
  const unknown = await stack.run(["logs", "sumarize"]);
  expect(unknown).toMatchObject({ code: 4, stdout: "" });
  expect(unknown.stderr).toMatch(/^sluice: sumarize has written nothing\. What has: .*sluice-local-api/);

  const levels = async (least: string) => {
    const { stdout } = await stack.run(["logs", "--level", least, "--json"]);
    const said = stdout
      .trim()
      .split("\n")
      .filter((each) => each !== "");
    return new Set(said.map((each): unknown => JSON.parse(each).level));
  };
  expect(await levels("info")).toContain("INFO");
  expect([...(await levels("warn"))].filter((level) => level === "INFO" || level === "DEBUG")).toEqual([]);

  const filtered = await stack.run(["logs", "api", "--filter", "/api/v1/tasks/health_check", "--json"]);
  const [line = ""] = filtered.stdout.split("\n");
  expect(JSON.parse(line)).toMatchObject({
    function: "sluice-local-api",
    message: expect.stringContaining("health_check"),
  });
});

test("ends quietly when the pipe is closed early", async () => {
  const listing = stack.start(["list", "-n", "100", "--json"]);
  listing.child.stdout?.destroy();

  expect((await listing.ended).stderr).toBe("");
});

test("Ctrl-C ends the waiting with 130, and not the job", async () => {
  model.always({ kind: "answer", delay_ms: 3_000 });
  const waiting = stack.start(["submit", "summarize", "-F", `text=${text}`, "--wait"]);
  const id = await eventually("the job runs", () => /^(\S+) STARTED/m.exec(waiting.output())?.[1]);

  waiting.child.kill("SIGINT");

  expect(await waiting.ended).toMatchObject({ code: 130, stdout: "" });
  expect((await stack.quick("watch", id)).code).toBe(0);
});

test("runs on the project's own Node when the first one on the PATH is too old", async (context) => {
  const old = (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "node"))
    .find((node) => {
      const version = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout ?? "";
      return /^v(1[4-9]|20|21)\./.test(version);
    });
  if (old === undefined) return context.skip("there is no old Node on this machine");

  const ended = await stack.run(["doctor"], { node: old });

  expect(ended.code).toBe(0);
  expect(ended.stdout).toContain(`Node: ${process.versions.node}`);
});

test("the endpoint file that the stack writes is for its owner alone", async () => {
  const content = JSON.parse(await readFile(join(stack.folder, ".sluice/endpoint.json"), "utf8"));

  expect(content).toMatchObject({ url: stack.url, api_key: expect.stringMatching(/^slc_/), pid: expect.any(Number) });
});
