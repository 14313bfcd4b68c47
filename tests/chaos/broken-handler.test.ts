import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const left = new Set(["node_modules", ".git", ".build", "cdk.out", ".sluice"]);
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "sluice-copy-"));
  cpSync(root, copy, { recursive: true, filter: (source) => source === root || !left.has(basename(source)) });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"), "junction");
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

it("npm run demo exits with 1 when a handler is broken, and says which job failed", () => {
  writeFileSync(
    join(copy, "functions/tasks/keywords.ts"),
    'import { InvalidInputError } from "../../contracts/errors.ts";\n' +
      'export const run = async (): Promise<never> => {\n  throw new InvalidInputError("broken on purpose");\n};\n',
  );
  const { status, stdout } = spawnSync("npm", ["run", "demo"], { cwd: copy, encoding: "utf8", shell: true });
  expect(stdout).toContain("broken on purpose");
  expect(status).toBe(1);
});
