/**
 * `.ci/run` installs what CI may not lack, and says what it lacks right before the result.
 *
 * @module
 */

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../../..");
const run = readFileSync(join(root, ".ci/run"), "utf8");

it("installs every tool without which a test fails in CI", () => {
  const files = globSync("tests/{deployment,integration,packages,python}/**/*.test.ts", { cwd: root });
  const required = files.flatMap((file) => [
    ...readFileSync(join(root, file), "utf8").matchAll(/^requireInCi\("(\w+)"/gm),
  ]);

  const names = new Set(required.map(([, name]) => name));
  expect(names).toEqual(
    new Set([
      ...["ACTIONLINT", "AWS_CLI", "CFN_LINT", "LAMBDA_RIE", "NODE_20"],
      ...["OPENAPI_CLIENT_PYTHON", "OPENAPI_TOOLS", "SCHEMATHESIS", "SLUICE_PYTHON"],
    ]),
  );
  for (const name of names) expect(run).toMatch(new RegExp(`^install ${name} `, "m"));
});

it("names what could not be installed right before the result", () => {
  expect(run).toMatch(/^ {4}unavailable\+=\("\$name: /m);
  expect(run).toMatch(
    /step "Result"\nfor each in "\$\{unavailable\[@\]\}"; do echo .*\nPATH=.* \.ci\/summary\.mjs .*\nexit/,
  );
});
