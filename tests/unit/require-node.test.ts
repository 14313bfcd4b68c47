import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

const script = new URL("../../scripts/require-node.mjs", import.meta.url).href;

/** Runs the check as a Node of another version would. */
const runAs = (version: string) =>
  spawnSync(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `Object.defineProperty(process, "versions", { value: { node: "${version}" } }); await import("${script}");`,
    ],
    { encoding: "utf8" },
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
