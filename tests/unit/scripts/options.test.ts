/**
 * Commands of package.json that take options: what they say of one that they do not have.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const commands = ["local/main.ts", "scripts/deploy.ts", "examples/demo.ts", "bench/main.ts"];

const run = (file: string, option: string) =>
  spawnSync(process.execPath, [file, option], { cwd: root, encoding: "utf8", timeout: 60_000 });

it.each(commands)("%s names an option that it does not have, without a stack trace", (file) => {
  const { status, stderr } = run(file, "--frobnicate");
  expect(stderr).toContain("--frobnicate");
  expect(stderr).toMatch(/--help|npm run/);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(status).toBe(2);
});

it.each(commands)("%s --help says what it does", (file) => {
  const { status, stdout, stderr } = run(file, "--help");
  expect(stdout).toMatch(/npm (run|start)/);
  expect(stderr).toBe("");
  expect(status).toBe(0);
});
