/**
 * Makes the Python package: writes its typed tasks from the API's description, then builds wheel and sdist, with the
 * license, into `clients/python/dist`. Run it as `npm run build:python`; `-- --types` only writes the tasks. The Python that
 * SLUICE_PYTHON names (else `python3`) needs `httpx`, and to build `build` and `hatchling`.
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { catalog } from "../contracts/catalog.ts";
import { buildOpenApi } from "../functions/api/openapi/openapi.ts";

const { values } = parseArgs({ options: { types: { type: "boolean" }, out: { type: "string" } } });
const python = process.env.SLUICE_PYTHON ?? "python3";
const repository = resolve(import.meta.dirname, "..");
const root = join(repository, "clients/python");

const folder = mkdtempSync(join(tmpdir(), "sluice-python-"));
try {
  const description = join(folder, "openapi.json");
  writeFileSync(description, JSON.stringify(buildOpenApi(catalog)));
  run(["-m", "sluice.generate", description, "-o", join(root, "src/sluice/tasks.py")]);
  if (!values.types) buildArchives(values.out ?? join(root, "dist"));
} finally {
  rmSync(folder, { recursive: true });
}

function buildArchives(out: string): void {
  // The builder takes only what lies in the package's folder.
  const license = join(root, "LICENSE");
  copyFileSync(join(repository, "LICENSE"), license);
  try {
    run(["-m", "build", "--no-isolation", "--outdir", out, root]);
  } finally {
    rmSync(license);
  }
}

function run(args: string[]): void {
  const env = { ...process.env, PYTHONPATH: join(root, "src") };
  execFileSync(python, args, { cwd: root, stdio: "inherit", env });
}
