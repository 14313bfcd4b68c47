import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { cliPage } from "../../../cli/reference.ts";
import { runCli } from "../../helpers/cli.ts";

test("docs/cli.md says what the commands' help says; npm run cli-docs writes it", async () => {
  expect(await readFile("docs/cli.md", "utf8")).toBe(cliPage());
});

test("every command has an example and takes --json", async () => {
  const { stdout } = await runCli(["--help"]);
  const names = [...stdout.matchAll(/^ {2}([a-z][a-z-]+)(?: .*?)? {2,}\S/gm)].flatMap(([, name]) => name ?? []);
  expect(names.length).toBeGreaterThan(20);
  for (const name of names.filter((each) => each !== "help")) {
    const help = await runCli([name, "--help"]);
    expect(help, name).toMatchObject({ code: 0, stderr: "" });
    expect(help.stdout, name).toContain("Examples:\n  $ ");
    expect(help.stdout, name).toContain("--json");
  }
});
