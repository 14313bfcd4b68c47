/**
 * The repository's root holds what belongs there: what a command has left behind does not get in.
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const folders = [
  ...[".ci", ".github", "bench", "cli", "client", "clients", "console", "contracts", "docs", "examples", "framework"],
  ...["functions", "infra", "local", "scripts", "shared", "tests"],
];
const files = [
  ...[".env.sample", ".gitignore", ".npmrc", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md"],
  ...["biome.json", "cdk.json", "docker-compose.yml", "knip.json", "package-lock.json", "package.json"],
  ...["stryker.config.mjs", "tsconfig.json", "vitest.config.ts", "vitest.mutation.config.ts"],
];

const root = resolve(import.meta.dirname, "../..");

it.skipIf(!existsSync(join(root, ".git")))("has only known files and folders in its root", () => {
  const tracked = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).trim().split("\n");

  const found = new Set(tracked.map((path) => path.split("/")[0] ?? ""));

  expect([...found].sort()).toEqual([...folders, ...files].sort());
});
