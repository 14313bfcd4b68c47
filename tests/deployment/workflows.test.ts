/**
 * The workflows for GitHub, checked by actionlint: names of contexts, of jobs that others need, of inputs of actions, and the
 * syntax of expressions. They are not run here.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { requireInCi } from "../helpers/ci-tools.ts";

const actionlint = process.env.ACTIONLINT;
const root = fileURLToPath(new URL("../..", import.meta.url));
const workflows = globSync(".github/workflows/*.yml", { cwd: root }).map((path) => join(root, path));
const folder = mkdtempSync(join(tmpdir(), "sluice-workflows-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Without the programs that actionlint calls where a machine has them: what it says must not depend on that. */
const lint = (files: readonly string[]) => {
  const flags = ["-no-color", "-oneline", "-shellcheck=", "-pyflakes="];
  const { status, stdout, stderr, error } = spawnSync(actionlint ?? "", [...flags, ...files], { encoding: "utf8" });
  if (error) throw error;
  return { status, said: stdout + stderr };
};

test("every action is pinned by commit, with its version beside it: a tag can be moved", () => {
  const used = workflows.flatMap((path) => readFileSync(path, "utf8").match(/uses:.*/g) ?? []);
  expect(used.length).toBeGreaterThan(0);
  expect(used.filter((line) => !/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
});

requireInCi("ACTIONLINT", actionlint !== undefined);

describe.skipIf(!actionlint)("actionlint (skipped unless ACTIONLINT names it, which .ci/run installs)", () => {
  test("finds nothing in the workflows", () => {
    expect(workflows.length).toBeGreaterThan(0);
    expect(lint(workflows)).toEqual({ status: 0, said: "" });
  });

  test.each(workflows)("would find a context that does not exist in %s", (path) => {
    const planted = join(folder, "planted.yml");
    writeFileSync(planted, readFileSync(path, "utf8").replace(/runs-on: .*/, `runs-on: \${{ matrx.system }}`));

    const { status, said } = lint([planted]);

    expect(status).toBe(1);
    expect(said).toContain('undefined variable "matrx"');
  });
});
