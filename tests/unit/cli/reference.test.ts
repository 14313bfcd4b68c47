import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { expect, test } from "vitest";
import { createCli } from "../../../cli/cli.ts";
import { createProgram } from "../../../cli/program.ts";
import { cliPage } from "../../../cli/reference.ts";
import { catalog } from "../../../contracts/catalog.ts";
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

test("no command has an option of its own under the name of a global one, which would take its value", () => {
  const stream = { write: () => true };
  const { signal } = new AbortController();
  const parts = { catalog, stdout: stream, stderr: stream, stdin: Readable.from([]), env: {}, signal };
  const program = createProgram(createCli(parts));
  const global = new Set(program.options.flatMap(({ long, short }) => [long, short]).filter((flag) => flag != null));
  const taken = (command: CommandUnknownOpts): string[] => [
    ...command.options.flatMap(({ long, short }) =>
      [long, short].flatMap((flag) => (flag != null && global.has(flag) ? [`${command.name()} ${flag}`] : [])),
    ),
    ...command.commands.flatMap(taken),
  ];
  expect(global).toContain("--url");
  expect(program.commands.flatMap(taken)).toEqual([]);
});
