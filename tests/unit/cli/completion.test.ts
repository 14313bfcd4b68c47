import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli } from "../../helpers/cli.ts";

const has = (shell: string): boolean => spawnSync(shell, ["--version"]).status === 0;

/** What bash would offer for the last word. */
async function offered(...words: readonly string[]): Promise<string[]> {
  const { stdout } = await runCli(["completion", "bash"]);
  const line = ["sluice", ...words].map((word) => `'${word}'`).join(" ");
  const script = `${stdout}
COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _sluice; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout: output, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return output.split("\n").filter((word) => word !== "");
}

test("bash offers commands, their own options, and the names of tasks and queues", { skip: !has("bash") }, async () => {
  expect(await offered("sub")).toEqual(["submit"]);
  expect(await offered("submit", "summ")).toEqual(["summarize"]);
  expect(await offered("submit", "summarize", "--wa")).toEqual(["--wait"]);
  expect(await offered("dlq", "re")).toEqual(["redrive"]);
  expect(await offered("dlq", "redrive", "--ra")).toEqual(["--rate"]);
  expect(await offered("--json", "queues", "pause", "key")).toEqual(["keywords"]);
  expect(await offered("status", "--pro")).toEqual(["--profile"]);
  expect(await offered("completion", "z")).toEqual(["zsh"]);
  expect(await offered("projects", "se")).toEqual(["search"]);
  expect(await offered("projects", "search", "x", "--fil")).toEqual(["--filter"]);
});

/** What zsh would offer: its own completion system narrows these by what is typed. */
async function describedByZsh(...words: readonly string[]): Promise<string[]> {
  const { stdout } = await runCli(["completion", "zsh"]);
  const line = ["sluice", ...words].map((word) => `'${word}'`).join(" ");
  const script = `compdef() {}; _files() {}; _describe() { print -rl -- \${(P)2} }
${stdout}
words=(${line}); CURRENT=${words.length + 1}; _sluice`;
  const { status, stdout: output, stderr } = spawnSync("zsh", ["-f", "-c", script], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return output.split("\n").flatMap((entry) => (entry === "" ? [] : [entry.split(/(?<!\\):/)[0] ?? ""]));
}

test("zsh describes commands, their own options, and tasks and queues", { skip: !has("zsh") }, async () => {
  expect(await describedByZsh("sub")).toEqual(expect.arrayContaining(["submit", "list", "--version"]));
  const submit = await describedByZsh("submit", "summ");
  expect(submit).toEqual(expect.arrayContaining(["summarize", "--wait", "--profile"]));
  expect(submit).not.toContain("list");
  expect(await describedByZsh("dlq", "redrive", "")).toEqual(expect.arrayContaining(["summarize", "--rate"]));
  expect(await describedByZsh("--json", "queues", "pause", "key")).toContain("keywords");
});

/** What fish offers for the last word. */
async function offeredByFish(line: string): Promise<string[]> {
  const { stdout } = await runCli(["completion", "fish"]);
  // Without the files that fish offers beside: an empty folder has none.
  const folder = await mkdtemp(join(tmpdir(), "sluice-fish-"));
  const script = `${stdout}\ncomplete -C '${line}'`;
  const options = { encoding: "utf8" as const, cwd: folder, env: { ...process.env, HOME: folder } };
  const { status, stdout: output, stderr } = spawnSync("fish", ["--no-config", "-c", script], options);
  await rm(folder, { recursive: true });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return output.split("\n").flatMap((entry) => (entry.trim() === "" ? [] : [entry.split("\t")[0] ?? ""]));
}

test("fish offers commands, their own options, and tasks and queues", { skip: !has("fish") }, async () => {
  expect(await offeredByFish("sluice sub")).toEqual(["submit"]);
  expect(await offeredByFish("sluice submit summ")).toEqual(["summarize"]);
  expect(await offeredByFish("sluice submit summarize --wa")).toEqual(["--wait"]);
  expect(await offeredByFish("sluice dlq re")).toEqual(["redrive"]);
  expect(await offeredByFish("sluice --json queues pause key")).toEqual(["keywords"]);
  expect(await offeredByFish("sluice completion z")).toEqual(["zsh"]);
});
