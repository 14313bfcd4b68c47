/**
 * `npm test` prints results, not logs.
 *
 * @module
 */

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createLogger } from "../../shared/lib/logger.ts";
import config from "../../vitest.config.ts";
import { heldOutput } from "../helpers/quiet.ts";

const root = join(import.meta.dirname, "../..");

describe("what a test writes is held back", () => {
  test.each([
    ["to standard output", () => process.stdout.write("a line\n")],
    ["to standard error", () => process.stderr.write(Buffer.from("a line\n"))],
    ["by the logger, as JSON", () => createLogger("test", { LOG_FORMAT: "json" }).error("a line")],
    ["by the logger, as text", () => createLogger("test", { LOG_FORMAT: "text" }).error("a line")],
  ])("%s", (_, write) => {
    expect(heldOutput.join("")).toBe("");
    write();
    expect(heldOutput.join("")).toContain("a line");
  });

  test("and whoever waits for the write continues", async () => {
    await new Promise<void>((resolve) => process.stdout.write("a line\n", () => resolve()));
    await new Promise<void>((resolve) => process.stdout.write("a line\n", "utf8", () => resolve()));
    expect(heldOutput).toHaveLength(2);
  });
});

test("every suite of npm test holds it back", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: { test: string } };
  const suites = [...scripts.test.matchAll(/--project (\w+)/g)].map(([, name]) => name);
  const projects = (config.test?.projects ?? []).map((project) => (project as { test: Record<string, unknown> }).test);
  const quiet = projects.filter(({ setupFiles }) => JSON.stringify(setupFiles)?.includes("quiet.ts"));

  expect(suites.length).toBeGreaterThan(2);
  // The integration tests that take longer are as quiet as the others.
  expect(quiet.map(({ name }) => name).sort()).toEqual([...suites, "heavy-integration"].sort());
  expect(config.test?.silent).toBe("passed-only");
});

test("no process that these suites start writes to the terminal itself", () => {
  const files = globSync(["tests/{unit,integration,infra,helpers}/**/*.ts", "local/**/*.ts"], { cwd: root });
  const inheriting = files.filter(
    (file) => !file.endsWith("quiet.test.ts") && /["']inherit["']/.test(readFileSync(join(root, file), "utf8")),
  );

  expect(inheriting).toEqual([]);
});
