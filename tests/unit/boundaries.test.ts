import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Whether the linter accepts that import in that file. */
function accepts(file: string, source: string): boolean {
  const { status } = spawnSync(
    process.execPath,
    ["node_modules/@biomejs/biome/bin/biome", "lint", "--only=style/noRestrictedImports", `--stdin-file-path=${file}`],
    { cwd: root, input: `import { x } from "${source}";\nexport const y = x;\n` },
  );
  return status === 0;
}

describe("the direction of imports", () => {
  it.each([
    ["contracts/new.ts", "../shared/jobs/store.ts"],
    ["contracts/new.ts", "node:fs"],
    ["shared/jobs/new.ts", "../../functions/sweeper.ts"],
    ["functions/api/new.ts", "../../infra/config.ts"],
    ["infra/new.ts", "../shared/jobs/store.ts"],
    ["local/new.ts", "../functions/sweeper.ts"],
    ["cli/new.ts", "../shared/jobs/store.ts"],
    ["client/new.ts", "../shared/jobs/store.ts"],
  ])("%s may not import %s", (file, source) => {
    expect(accepts(file, source)).toBe(false);
  });

  it.each([
    ["shared/jobs/new.ts", "../../contracts/states.ts"],
    ["functions/tasks/new.ts", "../../shared/engine/context.ts"],
    ["infra/new.ts", "../contracts/queues.ts"],
  ])("%s may import %s", (file, source) => {
    expect(accepts(file, source)).toBe(true);
  });
});
