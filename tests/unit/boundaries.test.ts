import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const forbidden = [
  ["contracts/new.ts", "../shared/engine/jobs/store.ts"],
  ["contracts/new.ts", "node:fs"],
  ["contracts/new.ts", "ajv"],
  ["contracts/new.ts", "@aws-sdk/client-sqs"],
  ["contracts/tasks/more/new.ts", "../../../shared/engine/jobs/store.ts"],
  ["shared/engine/jobs/new.ts", "../../../functions/sweeper.ts"],
  ["functions/api/new.ts", "../../infra/config.ts"],
  ["shared/engine/jobs/new.ts", "../../../bench/main.ts"],
  ["infra/new.ts", "../shared/engine/jobs/store.ts"],
  ["infra/constructs/new.ts", "../../local/stack.ts"],
  ["local/new.ts", "../functions/sweeper.ts"],
  ["local/new.ts", "../infra/config.ts"],
  ["local/new.ts", "../cli/cli.ts"],
  ["cli/new.ts", "../shared/engine/jobs/store.ts"],
  ["cli/commands/new.ts", "../../local/stack.ts"],
  ["cli/commands/new.ts", "../../infra/config.ts"],
  ["client/new.ts", "../shared/engine/jobs/store.ts"],
  ["shared/engine/jobs/new.ts", "../../capabilities/llm/llm-task.ts"],
  ["shared/engine/worker/new.ts", "../../../functions/services.ts"],
  ["shared/capabilities/documents/new.ts", "../../engine/worker/consume.ts"],
  ["shared/capabilities/documents/new.ts", "../../engine/jobs/transitions/end.ts"],
  ["shared/capabilities/documents/pdf/new.ts", "../../../engine/sweeper/sweep.ts"],
  ["shared/capabilities/llm/new.ts", "../../../functions/services.ts"],
  ["shared/lib/new.ts", "../engine/jobs/store.ts"],
  ["shared/lib/http/new.ts", "../../capabilities/llm/errors.ts"],
  ["shared/lib/new.ts", "../../contracts/jobs/message.ts"],
  ["shared/lib/new.ts", "../../contracts/jobs/wire.ts"],
  ["shared/lib/new.ts", "../../functions/services.ts"],
  ["contracts/new.ts", "./catalog.ts"],
  ["contracts/routes/new.ts", "../catalog.ts"],
  ["shared/engine/jobs/new.ts", "../../../contracts/catalog.ts"],
  ["functions/api/handlers/new.ts", "../../../contracts/catalog.ts"],
  ["infra/constructs/new.ts", "../../contracts/catalog.ts"],
  ["local/new.ts", "../contracts/catalog.ts"],
  ["cli/commands/new.ts", "../../contracts/catalog.ts"],
  ["console/src/new.ts", "../../contracts/catalog.ts"],
] as const;
const allowed = [
  ["contracts/new.ts", "zod"],
  ["contracts/tasks/new.ts", "../jobs/retry.ts"],
  ["contracts/new.ts", "./tasks/summarize.ts"],
  ["infra/stacks/new.ts", "../constructs/task-queue.ts"],
  ["local/new.ts", "../contracts/queues.ts"],
  ["cli/commands/new.ts", "../../client/index.ts"],
  ["shared/engine/jobs/new.ts", "../../../contracts/jobs/states.ts"],
  ["functions/tasks/new.ts", "../../shared/engine/worker/context.ts"],
  ["infra/new.ts", "../contracts/queues.ts"],
  ["shared/engine/worker/new.ts", "../jobs/submit.ts"],
  ["shared/engine/worker/new.ts", "../../lib/groups.ts"],
  ["shared/capabilities/documents/new.ts", "../../engine/table/table.ts"],
  ["shared/capabilities/documents/new.ts", "../../engine/jobs/submit.ts"],
  ["shared/capabilities/documents/new.ts", "../../engine/worker/context.ts"],
  ["shared/capabilities/documents/new.ts", "../llm/llm-task.ts"],
  ["shared/capabilities/documents/new.ts", "../../../contracts/documents/errors.ts"],
  ["shared/lib/new.ts", "../../contracts/settings/settings.ts"],
  ["shared/lib/new.ts", "../../contracts/errors.ts"],
  ["shared/lib/http/new.ts", "../../../contracts/problem.ts"],
  ["shared/lib/http/new.ts", "./problem.ts"],
  ["infra/app.ts", "../contracts/catalog.ts"],
  ["infra/sluice-stage.ts", "../contracts/catalog.ts"],
  ["functions/services.ts", "../contracts/catalog.ts"],
  ["functions/tasks/new.ts", "../../contracts/catalog.ts"],
  ["cli/main.ts", "../contracts/catalog.ts"],
  ["local/main.ts", "../contracts/catalog.ts"],
  ["client/api-types.ts", "../contracts/catalog.ts"],
  ["shared/engine/jobs/new.ts", "../../../contracts/define-catalog.ts"],
] as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-boundaries-"));
  const config = readFileSync(join(root, "biome.json"), "utf8").replace('"enabled": true', '"enabled": false');
  writeFileSync(join(folder, "biome.json"), config);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A file that is only looked at, and the rule that it may break. */
interface Example {
  readonly file: string;
  readonly code: string;
}

/**
 * Looks at many files at once with the project's own rules: a start of the linter takes longer than its work.
 * @returns for each file, whether it breaks the rule
 */
function breaks(rule: string, examples: readonly Example[]): boolean[] {
  const names = examples.map(({ file }) => file);
  // A rule may be for a file of that name alone.
  const files = names.map((name, index) =>
    names.indexOf(name) === index ? name : name.replace(/\.ts$/, `-${index}.ts`),
  );
  for (const [index, { code }] of examples.entries()) {
    const path = join(folder, files[index] ?? "");
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
  }
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, "node_modules/@biomejs/biome/bin/biome"), "lint", `--only=${rule}`, "--max-diagnostics=none", ...files],
    { cwd: folder, encoding: "utf8" },
  );
  const said = (stdout + stderr).split("\n");
  if (!said.some((line) => line.startsWith(`Checked ${files.length} file`))) throw new Error(stdout + stderr);
  return files.map((file) => said.some((line) => line.startsWith(`${file}:`) && line.includes(`lint/${rule}`)));
}

describe("the direction of imports", () => {
  let broken: boolean[];
  const cases = [...forbidden, ...allowed];
  beforeAll(() => {
    broken = breaks(
      "style/noRestrictedImports",
      cases.map(([file, source]) => ({ file, code: `import { x } from "${source}";\nexport const y = x;\n` })),
    );
  });

  it.each(forbidden.map((each, index) => [...each, index] as const))(
    "%s may not import %s",
    (_file, _source, index) => {
      expect(broken[index]).toBe(true);
    },
  );

  it.each(allowed.map((each, index) => [...each, forbidden.length + index] as const))(
    "%s may import %s",
    (_file, _source, index) => {
      expect(broken[index]).toBe(false);
    },
  );
});

describe("the number of parameters", () => {
  const names = ["a", "b", "c", "d", "e"];
  const functionOf = (count: number) =>
    `export const sum = (${names.slice(0, count).map((name) => `${name}: number`)}) => a;\n`;

  const folders = [
    "shared/engine/jobs",
    "shared/engine/limits",
    "shared/capabilities/documents",
    "shared/lib",
    "functions/api",
    "contracts",
    "infra",
    "local",
    "cli",
    "client",
    "console/src",
    "scripts",
    "bench",
    "tests/helpers",
  ];

  let broken: boolean[];
  beforeAll(() => {
    const examples = folders.flatMap((each) =>
      [3, 4].map((count) => ({ file: `${each}/new.ts`, code: functionOf(count) })),
    );
    broken = breaks("complexity/useMaxParams", examples);
  });

  it.each(folders.map((each, index) => [each, index * 2] as const))(
    "of a function in %s is at most three",
    (_, index) => {
      expect(broken.slice(index, index + 2)).toEqual([false, true]);
    },
  );
});

describe("circles of imports", () => {
  it.each([
    ["of code", 'import { b } from "./b.ts";\nexport const a = () => b;\n'],
    ["of types", 'import type { B } from "./b.ts";\nexport type A = B | undefined;\nexport const a = 1;\n'],
  ])("%s are refused", (_, code) => {
    mkdirSync(join(folder, "shared/lib"), { recursive: true });
    writeFileSync(
      join(folder, "shared/lib/b.ts"),
      'import { a } from "./a.ts";\nexport const b = a;\nexport type B = 1;\n',
    );
    expect(breaks("suspicious/noImportCycles", [{ file: "shared/lib/a.ts", code }])).toEqual([true]);
  });
});

it("folders of tests hold tests alone: what they share is in tests/helpers", () => {
  const folders = [
    "browser",
    "chaos",
    "deployment",
    "growth",
    "infra",
    "integration",
    "model-servers",
    "packages",
    "python",
    "unit",
  ];
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, "tests", folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
  );

  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((name) => /\.[mc]?[jt]sx?$/.test(name) && !name.endsWith(".test.ts"))).toEqual([]);
});

describe("the document client", () => {
  /** Files outside tests that use a command of it, by import or by a later one. */
  const usersOf = (files: readonly (readonly [string, string])[]): string[] =>
    files
      .filter(([, code]) => /\b\w+Command\b[^;]*(from|import\()\s*"@aws-sdk\/lib-dynamodb"/.test(code))
      .map(([file]) => file);

  it("is talked to by the table layer, and by two that write a first key before the engine runs", () => {
    const folders = ["cli", "client", "console/src", "contracts", "functions", "infra", "local", "scripts", "shared"];
    const files = folders.flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.tsx?$/.test(name))
        .map((name) => [`${folder}/${name}`, readFileSync(join(root, folder, name), "utf8")] as const),
    );

    expect(files.length).toBeGreaterThan(500);
    // They may not import the engine.
    expect(usersOf(files)).toEqual(["cli/aws/bootstrap-key.ts", "local/api-key.ts", "shared/engine/table/table.ts"]);
  });

  it.each([
    'import { type DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";\n',
    'import {\n  DynamoDBDocumentClient,\n  PutCommand,\n} from "@aws-sdk/lib-dynamodb";\n',
    'const { PutCommand } = await import("@aws-sdk/lib-dynamodb");\n',
  ])("of another file is noticed: %j", (code) => {
    expect(usersOf([["shared/engine/jobs/new.ts", code]])).toEqual(["shared/engine/jobs/new.ts"]);
  });
});
