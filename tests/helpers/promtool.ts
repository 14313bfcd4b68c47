/**
 * Prometheus's own checks, where `promtool` is on PATH.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;

/** What a run of promtool has to say; empty when all is well. */
function promtool(args: readonly string[], input?: string): string {
  const { status, stdout, stderr } = spawnSync("promtool", args, { input, encoding: "utf8" });
  return status === 0 && stderr.trim() === "" ? "" : `promtool ended with ${status}: ${stderr}${stdout}`;
}

/** Faults of metrics in the text format: what cannot be parsed, and what Prometheus's naming advice is against. */
export const faultsOfMetrics = (text: string): string => promtool(["check", "metrics"], text);

/** Faults of PromQL expressions, types included: each is checked as a recording rule. */
export function faultsOfQueries(queries: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "sluice-promtool-"));
  try {
    const rules = queries.map((expr, index) => ({ record: `check:query_${index}`, expr }));
    // JSON is YAML.
    writeFileSync(join(folder, "rules.yml"), JSON.stringify({ groups: [{ name: "queries", rules }] }));
    return promtool(["check", "rules", join(folder, "rules.yml")]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
