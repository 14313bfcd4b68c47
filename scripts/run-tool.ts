import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

const require = createRequire(import.meta.url);
const executables = {
  cdk: join(dirname(require.resolve("aws-cdk/package.json")), "bin/cdk"),
  deploy: join(root, "scripts/deploy.ts"),
  sluice: join(root, "cli/sluice.mjs"),
  vitest: join(dirname(require.resolve("vitest/package.json")), "vitest.mjs"),
} as const;

/**
 * Runs a tool of this project with the Node that runs this one, its output passed through.
 * @returns its exit code; null when a signal ended it
 */
export function runTool(
  tool: keyof typeof executables,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number | null> {
  const child = spawn(process.execPath, [executables[tool], ...args], { cwd: root, env: { ...env }, stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
}
