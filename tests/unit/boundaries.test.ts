import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const forbidden = [
  ["contracts/new.ts", "../shared/jobs/store.ts"],
  ["contracts/new.ts", "node:fs"],
  ["shared/jobs/new.ts", "../../functions/sweeper.ts"],
  ["functions/api/new.ts", "../../infra/config.ts"],
  ["infra/new.ts", "../shared/jobs/store.ts"],
  ["local/new.ts", "../functions/sweeper.ts"],
  ["cli/new.ts", "../shared/jobs/store.ts"],
  ["client/new.ts", "../shared/jobs/store.ts"],
] as const;
const allowed = [
  ["shared/jobs/new.ts", "../../contracts/states.ts"],
  ["functions/tasks/new.ts", "../../shared/engine/context.ts"],
  ["infra/new.ts", "../contracts/queues.ts"],
] as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-boundaries-"));
  const config = readFileSync(join(root, "biome.json"), "utf8").replace('"enabled": true', '"enabled": false');
  writeFileSync(join(folder, "biome.json"), config);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the linter, with the project's own rules, says of a file with that import. */
function lint(file: string, source: string): string {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), `import { x } from "${source}";\nexport const y = x;\n`);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, "node_modules/@biomejs/biome/bin/biome"), "lint", "--only=style/noRestrictedImports", file],
    { cwd: folder, encoding: "utf8" },
  );
  return stdout + stderr;
}

describe("the direction of imports", () => {
  it.each(forbidden)("%s may not import %s", (file, source) => {
    expect(lint(file, source)).toContain("lint/style/noRestrictedImports");
  });

  it.each(allowed)("%s may import %s", (file, source) => {
    expect(lint(file, source)).toContain("Checked 1 file");
    expect(lint(file, source)).not.toContain("lint/style/noRestrictedImports");
  });
});
