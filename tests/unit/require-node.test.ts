import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

const script = new URL("../../scripts/require-node.mjs", import.meta.url).href;

/** Runs the check as a Node of another version would. */
const runAs = (version: string, env: Readonly<Record<string, string>> = {}) =>
  spawnSync(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `Object.defineProperty(process, "versions", { value: { node: "${version}" } }); await import("${script}");`,
    ],
    { encoding: "utf8", env: { ...process.env, npm_lifecycle_event: "test", ...env } },
  );

test.each(["20.20.2", "22.17.0", "18.0.0"])("Node %s is refused, with what to do", (version) => {
  const { status, stderr } = runAs(version);
  expect(status).toBe(1);
  expect(stderr).toContain(`this is Node ${version}`);
  expect(stderr).toContain("npm ci --include=optional");
});

test.each(["22.18.0", "24.21.0", "25.0.0"])("Node %s is taken", (version) => {
  expect(runAs(version)).toMatchObject({ status: 0, stderr: "" });
});

test.each([
  ["20.20.2", "npm runs on Node 20.20.2. The scripts of Sluice run on Node 24.21.0, which it has installed.\n"],
  ["24.21.0", ""],
])("after an install by npm on Node %s it prints %j", (npms, printed) => {
  const env = { npm_lifecycle_event: "postinstall", npm_config_user_agent: `npm/11.19.1 node/v${npms} linux x64` };
  expect(runAs("24.21.0", env)).toMatchObject({ status: 0, stdout: printed, stderr: "" });
});
