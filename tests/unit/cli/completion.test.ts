import { spawnSync } from "node:child_process";
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
});

test.each([
  ["zsh", ["-n", "-c"]],
  ["fish", ["--no-execute", "-c"]],
])("%s can read its script", async (shell, flags) => {
  const { code, stdout } = await runCli(["completion", shell]);

  expect(code).toBe(0);
  expect(stdout).toContain("redrive");
  if (has(shell)) expect(spawnSync(shell, [...flags, stdout]).status).toBe(0);
});
