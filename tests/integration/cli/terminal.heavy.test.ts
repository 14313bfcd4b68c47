/**
 * The real command in a pseudo-terminal. util-linux's `script` makes one; without it there is nothing to test with.
 *
 * @module
 */

import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CliStack, hasTerminal } from "../../helpers/cli-process.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type LlmServer, startLlmServer } from "../../helpers/llm-server.ts";

const text = "The water company replaced forty kilometres of pipe. Fewer leaks followed.";
const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
const SECOND_BUFFER = "\u001b[?1049h";
const FIRST_BUFFER = "\u001b[?1049l";

describe.skipIf(!hasTerminal)("in a pseudo-terminal (skipped without util-linux's script)", () => {
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

  const run = (argv: readonly string[], env: Record<string, string> = {}) => stack.startInTerminal(argv, env).ended;
  const submit = async (...more: readonly string[]) =>
    (await stack.quick("submit", "summarize", "-F", `text=${text}`, ...more)).stdout.trim();

  test("draws a status line over and over while it waits, and leaves the result", async () => {
    model.always({ kind: "answer", delay_ms: 1_000 });

    const { code, stdout } = await run(["submit", "summarize", "-F", `text=${text}`, "--wait"]);

    expect(code).toBe(0);
    const frames = new Set(stdout.match(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g));
    expect(frames.size).toBeGreaterThan(3);
    expect(stdout).toContain(" \u001b[36mSTARTED\u001b[39m  summarize");
    expect(stdout.indexOf(SHOW_CURSOR)).toBeGreaterThan(stdout.indexOf(HIDE_CURSOR));
    const result = stripVTControlCharacters(stdout.slice(stdout.indexOf(SHOW_CURSOR)));
    expect(result).toMatch(/^SUCCESS in .*\r\n\{\r\n {2}"summary": /);
  });

  test("shows a job's timeline as it happens", async () => {
    model.next({ kind: "status", status: 500 });
    const id = await submit();

    const { code, stdout } = await run(["watch", id]);

    expect(code).toBe(0);
    const plain = stripVTControlCharacters(stdout);
    expect(plain).toMatch(/RETRY +attempt 1, .*LLMServerError/);
    expect(plain).toMatch(/STARTED +attempt 2/);
  });

  test("aligns and colours lists, to the terminal's width; NO_COLOR takes the colours", async () => {
    await submit("--wait");

    const colored = (await run(["list"])).stdout;
    const plain = (await run(["list"], { NO_COLOR: "1" })).stdout;

    expect(colored).toContain("\u001b[32mSUCCESS");
    expect(stripVTControlCharacters(colored)).toMatch(/^JOB +TASK +STATUS +TRY +CREATED +TOOK +NOTE\r\n/);
    expect(plain).not.toContain("\u001b[3");
    for (const line of plain.split("\r\n")) expect(line.length).toBeLessThanOrEqual(100);
  });

  test("asks before it purges, and takes no for an answer", async () => {
    await stack.quick("queues", "pause", "keywords", "--lane", "low");
    const { stdout: id } = await stack.quick("submit", "keywords", "-F", `text=${text}`, "--priority", "1");
    const state = async () => JSON.parse((await stack.quick("status", id.trim(), "--json")).stdout).status;
    await eventually("the job waits", async () => /keywords-low\tpaused\t1/.test((await stack.quick("queues")).stdout));

    const no = stack.startInTerminal(["purge", "keywords"]);
    await no.shows("Revoke the 1 waiting jobs of keywords? [y/N]");
    no.type("n\r");
    expect((await no.ended).code).toBe(5);
    expect(await state()).toBe("PENDING");

    const yes = stack.startInTerminal(["purge", "keywords"]);
    await yes.shows("[y/N]");
    yes.type("y\r");
    expect(await yes.ended).toMatchObject({ code: 0, stdout: expect.stringContaining("1 jobs revoked.") });
    expect(await state()).toBe("REVOKED");
    await stack.quick("queues", "resume", "keywords");
  });

  test("Ctrl-C ends the waiting with 130 and gives the cursor back", async () => {
    model.always({ kind: "hang" });
    const waiting = stack.startInTerminal(["submit", "summarize", "-F", `text=${text}`, "-w"]);
    await waiting.shows(/STARTED/);

    waiting.type("\u0003");

    const { code, stdout } = await waiting.ended;
    expect(code).toBe(130);
    expect(stdout.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(stdout.lastIndexOf(HIDE_CURSOR));
    expect(stdout).toContain("Interrupted.");
    expect((await stack.quick("revoke", /job\S* (\S{36})/.exec(stdout)?.[1] ?? "")).code).toBe(0);
  });

  test("top draws queues and running jobs live, and q brings the old screen back", async () => {
    model.always({ kind: "hang" });
    const top = stack.startInTerminal(["top", "--interval", "300ms"]);
    await top.shows(`${SECOND_BUFFER}${HIDE_CURSOR}`);
    await top.shows(/0 running/);
    const id = await submit();
    await top.shows(/1 running/);
    await top.shows(id);

    top.type("q");

    const { code, stdout } = await top.ended;
    expect(code).toBe(0);
    expect(stdout.endsWith(`${SHOW_CURSOR}${FIRST_BUFFER}`)).toBe(true);
    expect(stdout).not.toContain("more lines");
    await stack.quick("revoke", id);
  });

  test("top pauses and resumes a lane by its keys, asking first, and says when the API key may not", async () => {
    const state = async () => JSON.parse((await stack.quick("queues", "--json")).stdout).queues[0].lanes[0];
    const { name, queue } = await state();
    const top = stack.startInTerminal(["top", "--interval", "300ms"]);
    await top.shows(new RegExp(`> .*${name}.*p pause`, "s"));

    top.type("p");
    await top.shows(`Pause ${name}?`);
    top.type("n");
    await top.shows("Nothing was done.");
    expect((await state()).paused).toBe(false);
    top.type("p");
    await eventually("it asks again", async () => top.output().split(`Pause ${name}?`).length > 2);
    top.type("y");
    await top.shows(`${name} is paused.`);
    await top.shows("p resume");
    await eventually("it is paused", async () => (await state()).paused === true);
    top.type("\u001b[B");
    await top.shows(/> (?!.*-high)/);
    top.type("q");
    expect((await top.ended).code).toBe(0);
    await stack.quick("queues", "resume", queue);

    const readOnly = (await stack.quick("keys", "create", "--scope", "read")).stdout.trim();
    const reading = stack.startInTerminal(["top", "--key", readOnly]);
    await reading.shows("p pause");
    reading.type("p");
    await reading.shows("it needs the scope admin");
    reading.type("q");
    expect((await reading.ended).code).toBe(0);
  });

  test("an error is one red line", async () => {
    const { code, stdout } = await run(["status", "nothing"]);

    expect(code).toBe(4);
    expect(stdout).toBe(
      "\u001b[31m\u001b[1msluice:\u001b[22m\u001b[39m There is no job nothing. `sluice list` lists the jobs.\r\n",
    );
  });
});
