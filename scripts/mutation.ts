/**
 * The mutation run (`npm run test:mutation -- GROUP...`): puts bugs into the engine, one at a time, and says which of them
 * no test notices. Reports are written to a folder of the system's temporary one, or to MUTATION_REPORTS.
 * docs/decisions/0123.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { groups } from "./mutation-groups.ts";

/** Stryker's report, as far as it is counted here. */
const reportSchema = z.object({
  files: z.record(z.string(), z.object({ mutants: z.array(z.object({ status: z.string() })) })),
});

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => name !== "all" && groups[name] === undefined);
if (unknown.length > 0 || asked.length === 0) {
  process.stderr.write(
    `${unknown.length > 0 ? `There is no group ${unknown.join(", ")}. ` : ""}Give groups, or all: ${Object.keys(groups).join(", ")}\n`,
  );
  process.exit(2);
}

const folder = process.env.MUTATION_REPORTS ?? join(tmpdir(), "sluice-mutation");
await mkdir(folder, { recursive: true });
const rows = [["file", "mutants", "killed", "timed out", "survived"]];
for (const name of asked.includes("all") ? Object.keys(groups) : asked) {
  const report = join(folder, `${name}.json`);
  const env = { ...process.env, MUTATION_GROUP: name, MUTATION_REPORT: report };
  const { status } = spawnSync("stryker", ["run"], { env, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
  const { files } = reportSchema.parse(JSON.parse(await readFile(report, "utf8")));
  for (const [file, { mutants }] of Object.entries(files)) {
    const count = (...statuses: string[]) => mutants.filter((mutant) => statuses.includes(mutant.status)).length;
    const survived = count("Survived", "NoCoverage");
    rows.push([file, ...[mutants.length, count("Killed"), count("Timeout"), survived].map(String)]);
  }
}
process.stdout.write(`\n${rows.map((row) => `| ${row.join(" | ")} |`).join("\n")}\nReports: ${folder}\n`);
